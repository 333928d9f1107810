#!/usr/bin/env python3
"""otnn beside deel-torchlip on PyTorch, and beside ONNX Runtime: the same work, in turn, as ratios.

Not part of the build. Needs Python 3.9+ and numpy; for the parts named in brackets
    pip install torch deel-torchlip     [step, saliency, train]
    pip install onnx onnxruntime        [inference]
What is not installed is skipped, and said.

    python compare.py                     all items, 5 rounds; prints a table, writes compare.json
    python compare.py --list              items and the bars they are held against
    python compare.py step.FASHION_VGG inference --rounds 7
    python compare.py --quick             one short round: shows that it works, measures nothing
    python compare.py --train DIR --epochs 6
                                          trains the small network in deel-torchlip on DIR/fashion-mnist/*.gz and prints
                                          accuracy and mean certified radius gap / 2, for `./otnn fashion-mnist --epochs 6`

An item is measured --rounds times. A round measures ours, then theirs, in fresh processes; every other round begins with
theirs. Both sides warm up, then take the mean time of an operation in blocks of 2 s; a round gives the median of its blocks,
the table the median over rounds. Ratios are those of the medians; beside them the smallest and largest of a round.

step         one optimiser step (forward, hKR loss, backward, constraints, Adam). Ours: `./otnn bench '^TrainingStep$'`, also
             over our unconstrained twin and over the bare operations. Theirs: SpectralConv2d, SpectralLinear, GroupSort2 or
             FullSort, ScaledL2NormPool2d and FrobeniusLinear of deel-torchlip with its own settings, its hKR losses, Adam.
memory       most memory of the two processes of `step`, JVM and Python included (VmHWM, ru_maxrss).
inference    condensed network. Theirs: ONNX Runtime on the same network with the same weights, as `./otnn bench --onnx`
             exports it. Input and output are bound, so that no array is copied between Python and the runtime.
saliency     forward and gradient of one logit with respect to the input, no gradients of weights. Ours: condensed network.
             Theirs: torch.autograd.grad through vanilla_export() of the torchlip network, parameters frozen.

Threads: --threads says how many both sides have (2). Ours uses them as workers that share the samples of a batch. One sample of
the VGG uses them in native operations; one of the small network, on which threads only wait for each other, uses one on our
side, and as many as there are on theirs, or one if that is faster there (both are tried).
"""

import argparse
import gzip
import importlib.util
import json
import os
import platform
import statistics
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NETWORKS = ("FASHION_VGG", "SMALL_CNN", "KOCH_MLP")
PICTURES = ("FASHION_VGG", "SMALL_CNN")
# most that our median may be of theirs
STEP_BARS = {"FASHION_VGG": 0.40, "SMALL_CNN": 1 / 3, "KOCH_MLP": 0.5}
NEEDS = {"step": ("torch", "deel.torchlip"), "saliency": ("torch", "deel.torchlip"), "inference": ("onnxruntime",)}


class Item:
    """Work that both sides do."""

    def __init__(self, kind, network, batch, bar):
        self.kind, self.network, self.batch, self.bar = kind, network, batch, bar
        self.name = f"{kind}.{network}.{batch}"

    def matches(self, start):
        return self.name == start or self.name.startswith(start + ".")

    def missing(self):
        return [module for module in NEEDS[self.kind] if not installed(module)]


def items(batches):
    listed = [Item("step", network, 128, STEP_BARS[network]) for network in NETWORKS]
    listed += [Item("inference", network, batch, 1.1) for network in PICTURES for batch in batches]
    listed += [Item("saliency", network, batch, 1.0) for network in PICTURES for batch in batches]
    return listed


def installed(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


# ---------------------------------------------------------------------------------------------------------------- ours


def measure_ours(item, options, folder):
    """Medians in milliseconds and peaks in MiB, by variant."""
    benchmark = {"step": "TrainingStep", "inference": "Inference", "saliency": "InputGradient"}[item.kind]
    variants = "LIPSCHITZ,UNCONSTRAINED,FLOOR" if item.kind == "step" else "LIPSCHITZ,FLOOR"
    results = os.path.join(folder, "ours.json")
    command = [os.path.join(ROOT, "otnn"), "bench", f"^{benchmark}$", "--network", item.network]
    command += ["--batch", str(item.batch), "--variant", variants, "--json", results]
    workers = 1 if item.batch == 1 else options.threads
    command += ["--out", os.path.join(folder, "out"), "--threads", str(workers)]
    native = 1 if item.network == "SMALL_CNN" else options.threads // workers
    command += ["--native-threads", str(native)]
    command += ["--quick"] if options.quick else ["--warmups", str(options.warmups), "--iterations", str(options.blocks)]
    run(command)
    medians, peaks = {}, {}
    with open(results, encoding="utf-8") as stream:
        for result in json.load(stream):
            variant = result["params"]["variant"]
            medians[variant] = result["primaryMetric"]["scorePercentiles"]["50.0"]
            peaks[variant] = result["secondaryMetrics"]["peakMegabytes"]["score"]
    return medians, peaks


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"compare.py: {' '.join(command)}\nended with code {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


# -------------------------------------------------------------------------------------------------------------- theirs


def measure_theirs(item, options, folder):
    """Median in milliseconds and peak in MiB."""
    task = {"kind": item.kind, "network": item.network, "batch": item.batch, "threads": options.threads}
    task.update(blocks=1 if options.quick else options.blocks)
    task.update(seconds=0.1 if options.quick else 2, warmups=1 if options.quick else options.warmups)
    if item.kind == "inference":
        run([os.path.join(ROOT, "otnn"), "bench", "--onnx", folder, "--network", item.network])
        task["model"] = os.path.join(folder, item.network + ".onnx")
    results = [run_worker(task)]
    if item.network == "SMALL_CNN" and item.batch == 1 and options.threads > 1:
        results.append(run_worker({**task, "threads": 1}))
    best = min(results, key=lambda result: result["milliseconds"])
    return best["milliseconds"], best["peakMegabytes"]


def run_worker(task):
    return json.loads(run([sys.executable, os.path.abspath(__file__), "--worker", json.dumps(task)]).splitlines()[-1])


def work(task):
    """Runs in a process of its own."""
    operation = {"step": torch_step, "saliency": torch_saliency, "inference": onnx_inference}[task["kind"]](task)

    def block():
        count, start = 0, time.perf_counter()
        while count == 0 or time.perf_counter() - start < task["seconds"]:
            operation()
            count += 1
        return (time.perf_counter() - start) / count * 1e3

    for _ in range(task["warmups"]):
        block()
    blocks = [block() for _ in range(task["blocks"])]
    print(json.dumps({"milliseconds": statistics.median(blocks), "peakMegabytes": peak_megabytes()}))


def peak_megabytes():
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if platform.system() == "Darwin" else 1024)


def input_shape(network):
    return (2,) if network == "KOCH_MLP" else (1, 28, 28)


def torchlip_network(name):
    import torch
    from deel import torchlip

    if name == "KOCH_MLP":
        layers, width = [], 2
        for _ in range(5):
            layers += [torchlip.SpectralLinear(width, 128), torchlip.FullSort()]
            width = 128
        return torchlip.Sequential(*layers, torchlip.SpectralLinear(width, 1))
    if name == "SMALL_CNN":
        return torchlip.Sequential(
            torchlip.SpectralConv2d(1, 16, 3, padding=1),
            torchlip.GroupSort2(),
            torchlip.ScaledL2NormPool2d(2),
            torchlip.SpectralConv2d(16, 32, 3, padding=1),
            torchlip.GroupSort2(),
            torchlip.ScaledL2NormPool2d(2),
            torch.nn.Flatten(),
            torchlip.SpectralLinear(32 * 7 * 7, 64),
            torchlip.GroupSort2(),
            torchlip.FrobeniusLinear(64, 10, disjoint_neurons=True),
        )
    layers, channels = [], 1
    for width, stride in vgg_convolutions():
        layers += [torchlip.SpectralConv2d(channels, width, 3, stride=stride, padding=1), torchlip.GroupSort2()]
        channels = width
    layers += [torchlip.ScaledAdaptiveAvgPool2d((1, 1)), torch.nn.Flatten()]
    return torchlip.Sequential(*layers, torchlip.FrobeniusLinear(channels, 10, disjoint_neurons=True))


def vgg_convolutions():
    return [(96, 1)] * 3 + [(96, 2)] + [(192, 1)] * 3 + [(192, 2)] + [(384, 1)] * 3


def torch_step(task):
    import torch
    from deel import torchlip

    torch.set_num_threads(task["threads"])
    torch.manual_seed(7)
    network = torchlip_network(task["network"])
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
    batch = task["batch"]
    inputs = [torch.rand(batch, *input_shape(task["network"])) for _ in range(8)]
    # lambda 49, margin 0.25 and lambda 10, margin 0.1: alpha = lambda / (1 + lambda), min_margin = 2 margin
    if task["network"] == "KOCH_MLP":
        loss = torchlip.HKRLoss(alpha=10 / 11, min_margin=0.2)
        labels = (2.0 * (torch.arange(batch) % 2) - 1).unsqueeze(1)
    else:
        loss = torchlip.SoftHKRMulticlassLoss(alpha=0.98, min_margin=0.5, temperature=10.0)
        labels = torch.nn.functional.one_hot(torch.arange(batch) % 10, 10)
    turn = [0]

    def step():
        turn[0] = (turn[0] + 1) % len(inputs)
        optimizer.zero_grad()
        loss(network(inputs[turn[0]]), labels).backward()
        optimizer.step()

    return step


def torch_saliency(task):
    import torch

    torch.set_num_threads(task["threads"])
    torch.manual_seed(7)
    network = torchlip_network(task["network"]).vanilla_export().eval().requires_grad_(False)
    inputs = torch.rand(task["batch"], *input_shape(task["network"])).requires_grad_(True)
    return lambda: torch.autograd.grad(network(inputs)[:, 0].sum(), inputs)


def onnx_inference(task):
    import numpy
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = task["threads"]
    settings.inter_op_num_threads = 1
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(task["model"], settings, providers=["CPUExecutionProvider"])
    samples = numpy.random.default_rng(7).random((task["batch"],) + input_shape(task["network"]), dtype=numpy.float32)
    binding = session.io_binding()
    binding.bind_cpu_input(session.get_inputs()[0].name, samples)
    binding.bind_output(session.get_outputs()[0].name, "cpu")
    return lambda: session.run_with_iobinding(binding)


# ---------------------------------------------------------------------------------------------------------- comparison


def compare(item, options, folder):
    rounds = []
    for number in range(1 if options.quick else options.rounds):
        print(f"{item.name}: round {number + 1} ...", file=sys.stderr, flush=True)
        if number % 2 == 0:
            ours, theirs = measure_ours(item, options, folder), measure_theirs(item, options, folder)
        else:
            theirs = measure_theirs(item, options, folder)
            ours = measure_ours(item, options, folder)
        rounds.append({"ours": ours[0], "oursPeak": ours[1], "theirs": theirs[0], "theirsPeak": theirs[1]})
    return rounds


def ratio_row(name, ours, theirs, bar, unit):
    ratio = statistics.median(ours) / statistics.median(theirs)
    each = [a / b for a, b in zip(ours, theirs)]
    return {
        "item": name,
        "ours": statistics.median(ours),
        "theirs": statistics.median(theirs),
        "unit": unit,
        "ratio": ratio,
        "lowest": min(each),
        "highest": max(each),
        "bar": bar,
        "met": None if bar is None else ratio <= bar,
    }


def rows(item, rounds):
    ours = [r["ours"]["LIPSCHITZ"] for r in rounds]
    their_name = {"step": "torchlip", "saliency": "PyTorch", "inference": "ONNX Runtime"}[item.kind]
    floor_bar = 1.3 if item.name == "step.FASHION_VGG.128" else None
    yield ratio_row(f"{item.name} / {their_name}", ours, [r["theirs"] for r in rounds], item.bar, "ms")
    yield ratio_row(f"{item.name} / floor", ours, [r["ours"]["FLOOR"] for r in rounds], floor_bar, "ms")
    if item.kind == "step":
        twin = [r["ours"]["UNCONSTRAINED"] for r in rounds]
        twin_bar = 1.15 if item.network == "FASHION_VGG" else None
        yield ratio_row(f"{item.name} / unconstrained", ours, twin, twin_bar, "ms")
        peaks = [r["oursPeak"]["LIPSCHITZ"] for r in rounds]
        yield ratio_row(f"memory.{item.network}.{item.batch} / PyTorch", peaks, [r["theirsPeak"] for r in rounds], 1.0, "MiB")


def print_table(table):
    print(f"{'item':48} {'ours':>9} {'theirs':>9} {'':3} {'ratio':>6} {'lowest':>6} {'highest':>7}  {'bar':>5}")
    for row in table:
        bar = "" if row["bar"] is None else f"{row['bar']:5.2f}  {'met' if row['met'] else 'MISSED'}"
        print(
            f"{row['item']:48} {row['ours']:9.4g} {row['theirs']:9.4g} {row['unit']:3} {row['ratio']:6.2f} "
            f"{row['lowest']:6.2f} {row['highest']:7.2f}  {bar}"
        )


def versions():
    found = {"python": platform.python_version(), "processors": os.cpu_count()}
    from importlib import metadata

    for package in ("torch", "deel-torchlip", "onnxruntime", "onnx"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return found


# ------------------------------------------------------------------------------------------------- training on real data


def read_idx(path):
    import numpy

    with gzip.open(path, "rb") as stream:
        (magic,) = struct.unpack(">I", stream.read(4))
        sizes = struct.unpack(">" + "I" * (magic & 255), stream.read(4 * (magic & 255)))
        return numpy.frombuffer(stream.read(), dtype=numpy.uint8).reshape(sizes)


def train(options):
    import torch
    from deel import torchlip

    torch.set_num_threads(options.threads)
    torch.manual_seed(7)
    network = torchlip_network("SMALL_CNN")
    loss = torchlip.SoftHKRMulticlassLoss(alpha=0.98, min_margin=0.5, temperature=10.0)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    folder, batch = os.path.join(options.train, "fashion-mnist"), 128
    train_x, test_x = (
        torch.from_numpy(read_idx(f"{folder}/{part}-images-idx3-ubyte.gz") / 255.0).float().unsqueeze(1)
        for part in ("train", "t10k")
    )
    train_y, test_y = (
        torch.from_numpy(read_idx(f"{folder}/{part}-labels-idx1-ubyte.gz").astype("int64")) for part in ("train", "t10k")
    )
    one_hot = torch.nn.functional.one_hot(train_y, 10)
    steps = (len(train_x) + batch - 1) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=options.epochs * steps)
    for epoch in range(options.epochs):
        start = time.perf_counter()
        order = torch.randperm(len(train_x))
        for i in range(steps):
            part = order[i * batch : (i + 1) * batch]
            optimizer.zero_grad()
            loss(network(train_x[part]), one_hot[part]).backward()
            optimizer.step()
            schedule.step()
        seconds = time.perf_counter() - start
        network.eval()
        with torch.no_grad():
            logits = torch.cat([network(part) for part in test_x.split(500)])
        network.train()
        own = logits.gather(1, test_y[:, None])[:, 0]
        rival = logits.scatter(1, test_y[:, None], float("-inf")).max(1).values
        radius = ((own - rival) / 2).clamp(min=0).mean().item()
        accuracy = (own > rival).float().mean().item()
        speed = f"{len(train_x) / seconds:.0f} images per second"
        print(f"epoch {epoch + 1}: accuracy {accuracy:.4f}, mean radius gap/2 {radius:.4f}, {speed}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("items", nargs="*", help="step, step.KOCH_MLP or step.KOCH_MLP.128 and so on; all unless told")
    parser.add_argument("--list", action="store_true", help="list items and bars")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warmups", type=int, default=2, help="blocks of 2 s that do not count")
    parser.add_argument("--blocks", type=int, default=3, help="blocks of 2 s that count")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batches", default="1,128", help="batch sizes of inference and saliency")
    parser.add_argument("--json", default="compare.json", help="where to write rounds, table and versions")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--train", metavar="DIR", help="train the small network in deel-torchlip instead")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return work(json.loads(options.worker))
    if options.train:
        return train(options)
    known = items([int(batch) for batch in options.batches.split(",")])
    chosen = [item for item in known if not options.items or any(item.matches(name) for name in options.items)]
    if not chosen:
        parser.error(f"there is no item {' or '.join(options.items)}; --list names them")
    if options.list:
        for item in chosen:
            print(f"{item.name:28} at most {item.bar:.2f} of theirs")
        return None
    table, measured = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for item in chosen:
            if item.missing():
                print(f"{item.name}: skipped, not installed: {', '.join(item.missing())}", file=sys.stderr)
                continue
            measured[item.name] = compare(item, options, folder)
            table += rows(item, measured[item.name])
            # after every item: a long run that is stopped keeps what it has
            with open(options.json, "w", encoding="utf-8") as stream:
                json.dump({"versions": versions(), "table": table, "rounds": measured}, stream, indent=1)
    print_table(table)
    if options.quick:
        print("quick: these figures measure nothing, nor do their bars")
    return None


if __name__ == "__main__":
    main()
