#!/usr/bin/env python3
"""Attribution methods of otnn beside Captum and Xplique: the same maps of the same network, in turn, as ratios.

Not part of the build. Needs what compare.py needs for `saliency` (pip install torch deel-torchlip), and
    pip install captum scikit-learn     [captum]
    pip install tensorflow-cpu xplique  [xplique; may be in an environment of its own: --xplique-python VENV/bin/python]
What is not installed is skipped, and said.

    python compare_attributions.py                     all methods, 5 rounds; prints a table, writes compare-attributions.json
    python compare_attributions.py SALIENCY RISE       only these
    python compare_attributions.py --quick             one short round: shows that it works, measures nothing

The network is the small CNN of `./otnn fashion-mnist` in all libraries: ours condensed, in PyTorch the vanilla_export() of the
deel-torchlip one with frozen parameters, in Keras the same layers written out. Weights and images are random: the arithmetic
does not depend on them. A method has the settings of otnn's defaults everywhere, and at most --batch points are evaluated at
once where the library can be told so:

SALIENCY, GRADIENT_INPUT, GRAD_CAM   1,000 images (LayerGradCam at the second pooling, scaled up to the image)
INTEGRATED_GRADIENTS, SMOOTH_GRAD    20 images, 50 points each (Captum: trapezoid; NoiseTunnel on Saliency without abs)
OCCLUSION                            20 images, patches of 3 x 3, stride 3
LIME, KERNEL_SHAP                    8 images with 150, 2 images with 800 masked copies, 64 cells (Captum: ridge, least squares)
RISE                                 1 image, 4,000 masks. Captum has none: plain PyTorch, a shift for each mask

Ours is `./otnn bench Explanation`, which also measures the bare passes of the network that a method cannot do without; for
SALIENCY and RISE the ratio to them is held against a bar. A round measures all methods in ours, then in theirs, in fresh
processes, every other round the other way round; figures are medians over rounds, ratios those of the medians. Threads: two on
each side unless told. Ours share the points of a batch, theirs are those of the libraries' operations.
"""

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import compare

METHODS = {
    "SALIENCY": 1000,
    "GRADIENT_INPUT": 1000,
    "INTEGRATED_GRADIENTS": 20,
    "SMOOTH_GRAD": 20,
    "GRAD_CAM": 1000,
    "OCCLUSION": 20,
    "LIME": 8,
    "KERNEL_SHAP": 2,
    "RISE": 1,
}
# most that maps may cost of the bare passes: saliency 1.1 x forward + backward, RISE at 80 % of the forward rate
PASS_BARS = {"SALIENCY": 1.1, "RISE": 1.25}
SIDE, CELLS, SEED = 28, 8, 7


# ---------------------------------------------------------------------------------------------------------------- ours


def measure_ours(methods, options, folder):
    """Medians in milliseconds by method: of the maps, and of the passes they are made of where there is a bar."""
    measured = bench("Explanation.maps", methods, options, folder)
    barred = [method for method in methods if method in PASS_BARS]
    passes = bench("Explanation.passes", barred, options, folder) if barred else {}
    return {"maps": measured, "passes": passes}


def bench(name, methods, options, folder):
    results = os.path.join(folder, "ours.json")
    command = [os.path.join(compare.ROOT, "otnn"), "bench", name, "--method", ",".join(methods), "--batch", str(options.batch)]
    command += ["--threads", str(options.threads), "--json", results, "--out", os.path.join(folder, "out")]
    command += ["--quick"] if options.quick else ["--warmups", str(options.warmups), "--iterations", str(options.blocks)]
    compare.run(command)
    with open(results, encoding="utf-8") as stream:
        return {
            result["params"]["method"]: result["primaryMetric"]["scorePercentiles"]["50.0"] for result in json.load(stream)
        }


# -------------------------------------------------------------------------------------------------------------- theirs


def measure_theirs(library, methods, options):
    task = {"library": library, "methods": methods, "batch": options.batch, "threads": options.threads}
    task.update(blocks=1 if options.quick else options.blocks)
    task.update(seconds=0.1 if options.quick else 1, warmups=1 if options.quick else options.warmups)
    python = options.xplique_python if library == "xplique" else sys.executable
    output = compare.run([python, os.path.abspath(__file__), "--worker", json.dumps(task)])
    return json.loads(output.splitlines()[-1])


def torch_explainers(task):
    """For each method a function without arguments that explains all images once."""
    import torch
    from captum import attr
    from captum._utils.models.linear_model import SkLearnLinearRegression, SkLearnRidge

    torch.set_num_threads(task["threads"])
    torch.manual_seed(SEED)
    network = compare.torchlip_network("SMALL_CNN").vanilla_export().eval().requires_grad_(False)
    batch = task["batch"]

    def in_batches(explain):
        return lambda images: torch.cat([explain(part) for part in images.split(batch)])

    def one_by_one(explain):
        return lambda images: torch.cat([explain(image) for image in images.split(1)])

    cells = torch.arange(SIDE) * CELLS // SIDE
    cells = cells[:, None] * CELLS + cells
    saliency, product = attr.Saliency(network), attr.InputXGradient(network)
    integrated, occlusion = attr.IntegratedGradients(network), attr.Occlusion(network)
    noisy, grad_cam = attr.NoiseTunnel(saliency), attr.LayerGradCam(network, network[5])
    lime = attr.Lime(network, interpretable_model=SkLearnRidge(alpha=2))
    shap = attr.KernelShap(network)
    shap.interpretable_model = SkLearnLinearRegression()
    masked = {"target": 0, "feature_mask": cells, "perturbations_per_eval": batch}
    explainers = {
        "SALIENCY": in_batches(lambda x: saliency.attribute(x.requires_grad_(), target=0)),
        "GRADIENT_INPUT": in_batches(lambda x: product.attribute(x.requires_grad_(), target=0)),
        "INTEGRATED_GRADIENTS": lambda images: integrated.attribute(
            images, target=0, n_steps=50, method="riemann_trapezoid", internal_batch_size=batch
        ),
        "SMOOTH_GRAD": lambda images: noisy.attribute(
            images,
            nt_type="smoothgrad",
            nt_samples=50,
            nt_samples_batch_size=max(1, batch // len(images)),
            stdevs=0.2,
            target=0,
            abs=False,
        ),
        "GRAD_CAM": in_batches(
            lambda x: attr.LayerAttribution.interpolate(
                grad_cam.attribute(x, target=0, relu_attributions=True), (SIDE, SIDE), "bicubic"
            )
        ),
        "OCCLUSION": lambda images: occlusion.attribute(
            images,
            sliding_window_shapes=(1, 3, 3),
            strides=(1, 3, 3),
            target=0,
            perturbations_per_eval=max(1, batch // len(images)),
        ),
        "LIME": one_by_one(lambda x: lime.attribute(x, n_samples=150, baselines=0.5, **masked)),
        "KERNEL_SHAP": one_by_one(lambda x: shap.attribute(x, n_samples=800, baselines=0.5, **masked)),
        "RISE": one_by_one(lambda x: torch_rise(network, x, 4000, batch)),
    }
    images = {method: torch.rand(METHODS[method], 1, SIDE, SIDE) for method in METHODS}
    return {method: functools.partial(explainers[method], images[method]) for method in task["methods"]}


def torch_rise(network, image, count, batch, grid=7, probability=0.5):
    """RISE in plain PyTorch, with a shift for each mask."""
    import torch

    enlarged = int(SIDE * (1 + 1 / grid))
    total, shown = torch.zeros(SIDE * SIDE), torch.zeros(SIDE * SIDE)
    with torch.no_grad():
        for first in range(0, count, batch):
            n = min(batch, count - first)
            coarse = (torch.rand(n, 1, grid, grid) < probability).float()
            large = torch.nn.functional.interpolate(coarse, (enlarged, enlarged), mode="bilinear", align_corners=False)
            rows, columns = (torch.randint(enlarged - SIDE + 1, (n, 1)) + torch.arange(SIDE) for _ in range(2))
            masks = large[torch.arange(n)[:, None, None], 0, rows[:, :, None], columns[:, None, :]]
            scores = network(masks[:, None] * image)[:, 0]
            total += scores @ masks.reshape(n, -1)
            shown += masks.reshape(n, -1).sum(0)
    return (total / (shown + 1e-4)).reshape(1, SIDE, SIDE)


def xplique_explainers(task):
    """For each method a function without arguments that explains all images once."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf
    from xplique import attributions

    tf.config.threading.set_intra_op_parallelism_threads(task["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.keras.utils.set_random_seed(SEED)
    network = keras_network(tf)
    batch = task["batch"]

    def cells(image):
        numbers = tf.range(SIDE) * CELLS // SIDE
        return numbers[:, None] * CELLS + numbers

    gray = tf.constant([0.5])
    explainers = {
        "SALIENCY": lambda: attributions.Saliency(network, batch_size=batch),
        "GRADIENT_INPUT": lambda: attributions.GradientInput(network, batch_size=batch),
        "INTEGRATED_GRADIENTS": lambda: attributions.IntegratedGradients(network, steps=50, batch_size=batch),
        "SMOOTH_GRAD": lambda: attributions.SmoothGrad(network, nb_samples=50, noise=0.2, batch_size=batch),
        "GRAD_CAM": lambda: attributions.GradCAM(network, batch_size=batch, conv_layer="pool2"),
        "OCCLUSION": lambda: attributions.Occlusion(network, batch_size=batch, patch_size=3, patch_stride=3),
        "LIME": lambda: attributions.Lime(
            network, batch_size=batch, nb_samples=150, map_to_interpret_space=cells, ref_value=gray
        ),
        "KERNEL_SHAP": lambda: attributions.KernelShap(
            network, batch_size=batch, nb_samples=800, map_to_interpret_space=cells, ref_value=gray
        ),
        "RISE": lambda: attributions.Rise(network, batch_size=batch, nb_samples=4000, grid_size=7),
    }
    return {
        method: functools.partial(
            explainers[method](), tf.random.uniform((METHODS[method], SIDE, SIDE, 1)), tf.one_hot([0] * METHODS[method], 10)
        )
        for method in task["methods"]
    }


def keras_network(tf):
    """The small CNN with its weights as they are: the divisors of the convolutions are in the kernels."""
    layers = tf.keras.layers

    def group_sort(x):
        pairs = tf.reshape(x, tf.concat([tf.shape(x)[:-1], [x.shape[-1] // 2, 2]], 0))
        low, high = tf.reduce_min(pairs, -1), tf.reduce_max(pairs, -1)
        return tf.reshape(tf.stack([low, high], -1), tf.shape(x))

    def norm_pool(x):
        return tf.sqrt(4 * tf.nn.avg_pool2d(tf.square(x), 2, 2, "VALID") + 1e-12)

    def sort(name):
        return layers.Lambda(group_sort, output_shape=lambda shape: shape, name=name)

    def pool(name):
        return layers.Lambda(norm_pool, output_shape=lambda s: (s[0], s[1] // 2, s[2] // 2, s[3]), name=name)

    return tf.keras.Sequential(
        [
            layers.Input((SIDE, SIDE, 1)),
            layers.Conv2D(16, 3, padding="same"),
            sort("sorted1"),
            pool("pool1"),
            layers.Conv2D(32, 3, padding="same"),
            sort("sorted2"),
            pool("pool2"),
            layers.Flatten(),
            layers.Dense(64),
            sort("sorted3"),
            layers.Dense(10),
        ]
    )


def work(task):
    """Runs in a process of its own; prints the median block of each method."""
    explainers = {"captum": torch_explainers, "xplique": xplique_explainers}[task["library"]](task)

    def block(explain):
        count, start = 0, time.perf_counter()
        while count == 0 or time.perf_counter() - start < task["seconds"]:
            explain()
            count += 1
        return (time.perf_counter() - start) / count * 1e3

    milliseconds = {}
    for method, explain in explainers.items():
        for _ in range(task["warmups"]):
            block(explain)
        milliseconds[method] = statistics.median(block(explain) for _ in range(task["blocks"]))
    print(json.dumps(milliseconds))


# ---------------------------------------------------------------------------------------------------------- comparison


def available(python, modules):
    code = f"import {', '.join(modules)}"
    return subprocess.run([python, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def libraries(options):
    needs = {
        "captum": (sys.executable, ["torch", "deel.torchlip", "captum", "sklearn"]),
        "xplique": (options.xplique_python, ["tensorflow", "xplique"]),
    }
    found = []
    for library, (python, modules) in needs.items():
        if available(python, modules):
            found.append(library)
        else:
            print(f"{library}: skipped, not installed for {python}: {', '.join(modules)}", file=sys.stderr)
    return found


def measure(methods, found, number, options, folder):
    sides = ["ours"] + found
    measured = {}
    for side in sides if number % 2 == 0 else reversed(sides):
        print(f"round {number + 1}: {side} ...", file=sys.stderr, flush=True)
        measured[side] = (
            measure_ours(methods, options, folder) if side == "ours" else measure_theirs(side, methods, options)
        )
    return measured


def rows(method, rounds, found):
    ours = [r["ours"]["maps"][method] for r in rounds]
    if method in PASS_BARS:
        passes = [r["ours"]["passes"][method] for r in rounds]
        yield compare.ratio_row(f"{method} / bare passes", ours, passes, PASS_BARS[method], "ms")
    for library in found:
        yield compare.ratio_row(f"{method} / {library}", ours, [r[library][method] for r in rounds], 1.0, "ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("methods", nargs="*", metavar="METHOD", help=", ".join(METHODS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warmups", type=int, default=1, help="blocks that do not count: 2 s of ours, 1 s of theirs")
    parser.add_argument("--blocks", type=int, default=2, help="blocks that count")
    parser.add_argument("--threads", type=int, default=2, help="threads of each side")
    parser.add_argument("--batch", type=int, default=128, help="points at a time")
    parser.add_argument("--json", default="compare-attributions.json", help="where to write rounds and table")
    parser.add_argument("--xplique-python", default=sys.executable, help="Python that has tensorflow and xplique")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return work(json.loads(options.worker))
    unknown = [method for method in options.methods if method not in METHODS]
    if unknown:
        parser.error(f"there is no method {unknown[0]}; expected one of {', '.join(METHODS)}")
    methods, found, table, rounds = options.methods or list(METHODS), libraries(options), [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1 if options.quick else options.rounds):
            rounds.append(measure(methods, found, number, options, folder))
            table = [row for method in methods for row in rows(method, rounds, found)]
            # after every round: a long run that is stopped keeps what it has
            with open(options.json, "w", encoding="utf-8") as stream:
                json.dump({"table": table, "rounds": rounds}, stream, indent=1)
    compare.print_table(table)
    if options.quick:
        print("quick: these figures measure nothing, nor do their bars")
    return None


if __name__ == "__main__":
    main()
