"""Training speed of the network of `./otnn fashion-mnist` in deel-torchlip, for a side-by-side comparison.

Not part of the build. Needs Python 3.9+ with torch and deel-torchlip:  pip install torch deel-torchlip
Usage:  python fashion_torchlip.py [--steps 200] [--threads 2] [--data DIR --epochs N]

Without --data it times the training step on random images (the arithmetic is the same) and prints images per second.
With --data DIR (a folder holding fashion-mnist/*.gz) and --epochs N it trains and prints accuracy and the mean certified
radius gap / 2 as well.
"""

import argparse
import gzip
import os
import statistics
import struct
import time


def read_idx(path):
    import numpy

    with gzip.open(path, "rb") as stream:
        (magic,) = struct.unpack(">I", stream.read(4))
        sizes = struct.unpack(">" + "I" * (magic & 255), stream.read(4 * (magic & 255)))
        return numpy.frombuffer(stream.read(), dtype=numpy.uint8).reshape(sizes)


def build():
    import torch
    from deel import torchlip

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--data")
    parser.add_argument("--epochs", type=int, default=6)
    options = parser.parse_args()

    import torch
    from deel import torchlip

    torch.set_num_threads(options.threads)
    torch.manual_seed(7)
    network = build()
    # lambda 49, margin 0.25: alpha = lambda / (1 + lambda), min_margin = 2 margin
    loss = torchlip.SoftHKRMulticlassLoss(alpha=0.98, min_margin=0.5, temperature=10.0)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)

    def step(images, labels):
        optimizer.zero_grad()
        loss(network(images), labels).backward()
        optimizer.step()

    if not options.data:
        images = torch.rand(options.batch, 1, 28, 28)
        labels = torch.nn.functional.one_hot(torch.arange(options.batch) % 10, 10)
        for _ in range(20):
            step(images, labels)
        times = []
        for _ in range(options.steps):
            start = time.perf_counter()
            step(images, labels)
            times.append(time.perf_counter() - start)
        median = statistics.median(times)
        mean = statistics.mean(times)
        print(f"deel-torchlip: {median * 1e3:.2f} ms a step (median), {options.batch / mean:.0f} images per second (mean)")
        return

    folder = os.path.join(options.data, "fashion-mnist")
    train_x = torch.from_numpy(read_idx(folder + "/train-images-idx3-ubyte.gz") / 255.0).float().unsqueeze(1)
    train_y = torch.from_numpy(read_idx(folder + "/train-labels-idx1-ubyte.gz").astype("int64"))
    test_x = torch.from_numpy(read_idx(folder + "/t10k-images-idx3-ubyte.gz") / 255.0).float().unsqueeze(1)
    test_y = torch.from_numpy(read_idx(folder + "/t10k-labels-idx1-ubyte.gz").astype("int64"))
    one_hot = torch.nn.functional.one_hot(train_y, 10)
    steps = (len(train_x) + options.batch - 1) // options.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=options.epochs * steps)
    for epoch in range(options.epochs):
        start = time.perf_counter()
        order = torch.randperm(len(train_x))
        for i in range(steps):
            rows = order[i * options.batch : (i + 1) * options.batch]
            step(train_x[rows], one_hot[rows])
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
        print(
            f"epoch {epoch + 1}: accuracy {accuracy:.4f}, mean radius gap/2 {radius:.4f}, "
            f"{len(train_x) / seconds:.0f} images per second",
            flush=True,
        )


if __name__ == "__main__":
    main()
