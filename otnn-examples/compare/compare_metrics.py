#!/usr/bin/env python3
"""Metrics of explanations: otnn beside the same metrics written in PyTorch, and beside Xplique.

Not part of the build. Needs Python 3.9+ and numpy; for the libraries named in brackets
    pip install torch deel-torchlip scipy     [plain]
    pip install xplique tensorflow-cpu        [xplique]
What is not installed is skipped, and said. --xplique-python names the interpreter of another environment that has Xplique.

    python compare_metrics.py                 all items, 5 rounds; prints a table, writes compare_metrics.json
    python compare_metrics.py --list          items and the bars they are held against
    python compare_metrics.py deletion --rounds 7
    python compare_metrics.py --quick         one short round: shows that it works, measures nothing

Rounds, blocks and ratios are those of compare.py: both sides in fresh processes, in turn, medians of blocks of 2 s.

mu_fidelity  200 subsets of 20 % of 20 x 20 cells, zero baseline, Spearman's correlation, 10 images of 28 x 28.
deletion     10 steps to a zero baseline, 200 images.

Both on the small network (two convolutions, two dense layers), 128 points at a time, maps and network ready.

raw          ours over as many bare predictions of points that are there already, in the same JVM: what the metric adds.
plain        the metric as one would write it in PyTorch: masks made once, as one array; points of all images joined to full
             batches; torch.inference_mode; scipy.stats.spearmanr for each image. The network is vanilla_export() of the
             torchlip network with the same layers.
xplique      MuFidelity and Deletion of Xplique on the same layers in Keras, compiled by TensorFlow as Xplique does it.

Threads: --threads says how many both sides have (2). Ours gives each thread its own images and one native thread.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import compare

ITEMS = ("mu_fidelity", "deletion")
OURS = {"mu_fidelity": "muFidelity", "deletion": "deletion"}
LIBRARIES = ("plain", "xplique")
RAW_BAR = 1 / 0.8
LIBRARY_BAR = 0.6
IMAGES = {"mu_fidelity": 10, "deletion": 200}
NEEDS = {"plain": ("torch", "deel.torchlip", "scipy"), "xplique": ("tensorflow", "xplique")}
BATCH, GRID, SUBSETS, SHARE, STEPS = 128, 20, 200, 0.2, 10


# ---------------------------------------------------------------------------------------------------------------- ours


def measure_ours(item, options, folder):
    """Medians in milliseconds: of the metric, and of its predictions alone."""
    results = os.path.join(folder, "ours.json")
    command = [os.path.join(compare.ROOT, "otnn"), "bench", f"^Faithfulness.{OURS[item]}", "--network", "SMALL_CNN"]
    command += ["--batch", str(BATCH), "--threads", str(options.threads), "--native-threads", "1", "--json", results]
    command += ["--out", os.path.join(folder, "out")]
    command += ["--quick"] if options.quick else ["--warmups", str(options.warmups), "--iterations", str(options.blocks)]
    compare.run(command)
    medians = {}
    with open(results, encoding="utf-8") as stream:
        for result in json.load(stream):
            name = result["benchmark"].rsplit(".", 1)[1]
            medians[name] = result["primaryMetric"]["scorePercentiles"]["50.0"]
    return medians[OURS[item]], medians[OURS[item] + "Passes"]


# -------------------------------------------------------------------------------------------------------------- theirs


def measure_theirs(item, library, options):
    """Median in milliseconds."""
    task = {"item": item, "library": library, "threads": options.threads}
    task.update(blocks=1 if options.quick else options.blocks)
    task.update(seconds=0.1 if options.quick else 2, warmups=1 if options.quick else options.warmups)
    python = options.xplique_python if library == "xplique" else sys.executable
    return json.loads(compare.run([python, os.path.abspath(__file__), "--worker", json.dumps(task)]).splitlines()[-1])


def work(task):
    """Runs in a process of its own."""
    prepare = {"plain": plain, "xplique": xplique}[task["library"]]
    operation = prepare(task["item"], task["threads"])

    def block():
        count, start = 0, time.perf_counter()
        while count == 0 or time.perf_counter() - start < task["seconds"]:
            operation()
            count += 1
        return (time.perf_counter() - start) / count * 1e3

    for _ in range(task["warmups"]):
        block()
    print(json.dumps(statistics.median(block() for _ in range(task["blocks"]))))


def plain(item, threads):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(7)
    network = compare.torchlip_network("SMALL_CNN").vanilla_export().eval().requires_grad_(False)
    images = torch.rand(IMAGES[item], 1, 28, 28)
    inputs = images.clone().requires_grad_(True)
    maps = torch.autograd.grad(network(inputs)[:, 0].sum(), inputs)[0].abs().amax(dim=1)
    metric = {"mu_fidelity": plain_mu_fidelity, "deletion": plain_deletion}[item]

    def operation():
        with torch.inference_mode():
            return metric(network, images, maps)

    return operation


def scores(network, points):
    import torch

    return torch.cat([network(part)[:, 0] for part in points.split(BATCH)])


def plain_mu_fidelity(network, images, maps):
    import torch
    from scipy.stats import spearmanr

    count, size = len(images), images.shape[-1]
    cells = torch.rand(SUBSETS, GRID * GRID).argsort(dim=1) >= round(SHARE * GRID * GRID)
    kept = cells.reshape(SUBSETS, 1, GRID, GRID).float()
    kept = torch.nn.functional.interpolate(kept, size=(size, size), mode="nearest")
    points = (images.unsqueeze(1) * kept.unsqueeze(0)).reshape(-1, *images.shape[1:])
    falls = scores(network, images).unsqueeze(1) - scores(network, points).reshape(count, SUBSETS)
    sums = maps.reshape(count, -1) @ (1 - kept).reshape(SUBSETS, -1).T
    return [spearmanr(sums[i].numpy(), falls[i].numpy()).statistic for i in range(count)]


def plain_deletion(network, images, maps):
    import torch

    count, pixels = len(images), images[0].numel()
    order = maps.reshape(count, -1).argsort(dim=1, descending=True, stable=True)
    points = images.reshape(count, 1, pixels).repeat(1, STEPS + 1, 1)
    for step in range(1, STEPS + 1):
        points[:, step].scatter_(1, order[:, : pixels * step // STEPS], 0.0)
    curves = scores(network, points.reshape(-1, *images.shape[1:])).reshape(count, STEPS + 1)
    return ((curves[:, 1:] + curves[:, :-1]) / 2).mean(dim=1)


def xplique(item, threads):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow
    from xplique.metrics import Deletion, MuFidelity

    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    network = keras_network(tensorflow)
    images = tensorflow.random.uniform((IMAGES[item], 28, 28, 1), seed=7)
    labels = tensorflow.one_hot(tensorflow.zeros(IMAGES[item], tensorflow.int32), 10)
    with tensorflow.GradientTape() as tape:
        tape.watch(images)
        value = tensorflow.reduce_sum(network(images)[:, 0])
    maps = tensorflow.reduce_max(tensorflow.abs(tape.gradient(value, images)), axis=-1).numpy()
    if item == "mu_fidelity":
        metric = MuFidelity(
            network, images, labels, batch_size=BATCH, grid_size=GRID, subset_percent=SHARE, nb_samples=SUBSETS
        )
    else:
        metric = Deletion(network, images, labels, batch_size=BATCH, steps=STEPS, max_percentage_perturbed=1.0)
    return lambda: metric.evaluate(maps)


def keras_network(tensorflow):
    """Convolutions with padding, sorted pairs, L2 pooling, two dense layers."""
    layers = tensorflow.keras.layers

    def sorted_pairs(x):
        first, second = tensorflow.split(x, 2, axis=-1)
        return tensorflow.concat([tensorflow.minimum(first, second), tensorflow.maximum(first, second)], axis=-1)

    def pooled(x):
        return tensorflow.sqrt(4 * tensorflow.nn.avg_pool2d(x * x, 2, 2, "VALID"))

    x = entry = tensorflow.keras.Input((28, 28, 1))
    for channels in (16, 32):
        x = layers.Conv2D(channels, 3, padding="same")(x)
        x = layers.Lambda(sorted_pairs)(x)
        x = layers.Lambda(pooled)(x)
    x = layers.Lambda(sorted_pairs)(layers.Dense(64)(layers.Flatten()(x)))
    return tensorflow.keras.Model(entry, layers.Dense(10)(x))


# ---------------------------------------------------------------------------------------------------------- comparison


def missing(library, options):
    python = options.xplique_python if library == "xplique" else sys.executable
    absent = []
    for module in NEEDS[library]:
        probe = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module.split('.')[0]!r}) is None)"
        if subprocess.run([python, "-c", probe], stderr=subprocess.DEVNULL).returncode != 0:
            absent.append(module)
    return absent


def measure(item, libraries, options, folder):
    rounds = []
    for number in range(1 if options.quick else options.rounds):
        print(f"{item}: round {number + 1} ...", file=sys.stderr, flush=True)
        measured = {}
        for side in ("ours",) + libraries if number % 2 == 0 else libraries[::-1] + ("ours",):
            if side == "ours":
                measured["ours"], measured["raw"] = measure_ours(item, options, folder)
            else:
                measured[side] = measure_theirs(item, side, options)
        rounds.append(measured)
    return rounds


def rows(item, libraries, rounds):
    ours = [measured["ours"] for measured in rounds]
    for side in ("raw",) + libraries:
        bar = RAW_BAR if side == "raw" else LIBRARY_BAR
        yield compare.ratio_row(f"{item} / {side}", ours, [measured[side] for measured in rounds], bar, "ms")


def versions(libraries, options):
    found = compare.versions()
    if "xplique" in libraries:
        probe = "from importlib.metadata import version; print(version('xplique'), version('tensorflow'))"
        found["xplique"], found["tensorflow"] = compare.run([options.xplique_python, "-c", probe]).split()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("items", nargs="*", help=f"{' or '.join(ITEMS)}; both unless told")
    parser.add_argument("--list", action="store_true", help="list items and bars")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warmups", type=int, default=2, help="blocks of 2 s that do not count")
    parser.add_argument("--blocks", type=int, default=3, help="blocks of 2 s that count")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--xplique-python", default=sys.executable, metavar="FILE", help="Python that has Xplique")
    parser.add_argument("--json", default="compare_metrics.json", help="where to write rounds, table and versions")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return work(json.loads(options.worker))
    unknown = [item for item in options.items if item not in ITEMS]
    if unknown:
        parser.error(f"there is no item {' or '.join(unknown)}; --list names them")
    chosen = [item for item in ITEMS if not options.items or item in options.items]
    if options.list:
        for item in chosen:
            print(f"{item:12} at most {RAW_BAR:.2f} of raw, {LIBRARY_BAR:.2f} of plain and of xplique")
        return None
    absent = {library: missing(library, options) for library in LIBRARIES}
    for library in LIBRARIES:
        if absent[library]:
            print(f"{library}: skipped, not installed: {', '.join(absent[library])}", file=sys.stderr)
    libraries = tuple(library for library in LIBRARIES if not absent[library])
    table, measured = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for item in chosen:
            measured[item] = measure(item, libraries, options, folder)
            table += rows(item, libraries, measured[item])
            # after every item: a long run that is stopped keeps what it has
            with open(options.json, "w", encoding="utf-8") as stream:
                json.dump({"versions": versions(libraries, options), "table": table, "rounds": measured}, stream, indent=1)
    compare.print_table(table)
    if options.quick:
        print("quick: these figures measure nothing, nor do their bars")
    return None


if __name__ == "__main__":
    main()
