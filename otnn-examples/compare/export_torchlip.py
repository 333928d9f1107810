"""Networks of deel-torchlip as files that otnn imports; docs/pytorch.md says how.

Not part of the build. Needs
    pip install torch deel-torchlip numpy safetensors

    python export_torchlip.py train FOLDER --data DIR     trains the small network of the examples on DIR/fashion-mnist/*.gz for
                                                          some hundred steps; writes small-cnn.safetensors, small-cnn.npz, and
                                                          1,000 images with their logits, small-cnn.reference.npz. Then
        ./otnn import FOLDER/small-cnn.safetensors --architecture small-cnn --input 28x28x1 --outputs 10 \\
            --check FOLDER/small-cnn.reference.npz --out small-cnn.otnn
    python export_torchlip.py fixtures FOLDER             writes the small files that the tests of otnn-layers read
    python export_torchlip.py types FOLDER                writes those of otnn-core: all types, and what is refused
"""

import argparse
import gzip
import os

import numpy as np
import torch
from deel import torchlip
from safetensors.torch import save_file


def export(model, inputs, folder, name, npz=True):
    """Writes effective weights, inputs and logits. The model is an ordinary one afterwards."""
    os.makedirs(folder, exist_ok=True)
    model.eval()
    torchlip.vanilla_model(model)
    state = {key: value.detach().contiguous() for key, value in model.state_dict().items()}
    save_file(state, os.path.join(folder, name + ".safetensors"))
    if npz:
        np.savez(os.path.join(folder, name + ".npz"), **{key: value.numpy() for key, value in state.items()})
    with torch.no_grad():
        logits = model(inputs)
    np.savez(os.path.join(folder, name + ".reference.npz"), inputs=inputs.numpy(), logits=logits.numpy())


def small_cnn(side=28, factor=1, outputs=10):
    """SmallCnn of otnn, in torchlip."""
    first, second, dense = int(16 * factor), int(32 * factor), int(64 * factor)
    return torchlip.Sequential(
        torchlip.SpectralConv2d(1, first, 3, padding=1),
        torchlip.GroupSort2(),
        torchlip.ScaledL2NormPool2d(2),
        torchlip.SpectralConv2d(first, second, 3, padding=1),
        torchlip.GroupSort2(),
        torchlip.ScaledL2NormPool2d(2),
        torch.nn.Flatten(),
        torchlip.SpectralLinear(second * (side // 4) ** 2, dense),
        torchlip.GroupSort2(),
        torchlip.FrobeniusLinear(dense, outputs, disjoint_neurons=True),
    )


def read_idx(path):
    with gzip.open(path) as file:
        content = file.read()
    rank = content[3]
    shape = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def fit(model, images, labels, loss, steps, batch, rate):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    model.train()
    for step in range(steps):
        chosen = torch.randint(len(images), (batch,))
        optimizer.zero_grad()
        value = loss(model(images[chosen]), labels[chosen])
        value.mean().backward()
        optimizer.step()
    return value.mean().item()


def train(folder, data, steps):
    torch.manual_seed(7)
    read = lambda name: read_idx(os.path.join(data, "fashion-mnist", name + "-ubyte.gz"))
    images = torch.tensor(read("train-images-idx3")[:, None] / np.float32(255))
    labels = torch.nn.functional.one_hot(torch.tensor(read("train-labels-idx1").astype(np.int64)), 10)
    tests = torch.tensor(read("t10k-images-idx3")[:, None] / np.float32(255))
    truth = torch.tensor(read("t10k-labels-idx1").astype(np.int64))
    model = small_cnn()
    fit(model, images, labels, torchlip.SoftHKRMulticlassLoss(0.98, 1.0, 10.0), steps, 128, 2e-3)
    with torch.no_grad():
        model.eval()
        print("test accuracy", (model(tests).argmax(1) == truth).float().mean().item())
    export(model, tests[:1000], folder, "small-cnn")


class Vectors(torch.nn.Module):
    """Layers with names of the user's own, in an order that the names do not tell."""

    def __init__(self):
        super().__init__()
        self.first = torchlip.SpectralLinear(6, 8)
        self.sort = torchlip.FullSort()
        self.again = torchlip.SpectralLinear(8, 8)
        self.last = torchlip.FrobeniusLinear(8, 3, disjoint_neurons=True)

    def forward(self, x):
        return self.last(self.sort(self.again(self.sort(self.first(x)))))


def fixtures(folder):
    torch.manual_seed(3)
    loss = torchlip.SoftHKRMulticlassLoss(0.9, 1.0, 10.0)
    networks = {
        "cnn": (
            (2, 8, 8),
            torchlip.Sequential(
                torchlip.SpectralConv2d(2, 4, 3, padding=1),
                torchlip.GroupSort2(),
                torchlip.ScaledL2NormPool2d(2),
                torchlip.SpectralConv2d(4, 6, 3, stride=2, padding=1),
                torchlip.GroupSort2(),
                torch.nn.Flatten(),
                torchlip.SpectralLinear(24, 8),
                torchlip.GroupSort2(),
                torchlip.FrobeniusLinear(8, 3, disjoint_neurons=True),
            ),
        ),
        "mlp": ((6,), Vectors()),
        "small-cnn": ((1, 8, 8), small_cnn(8, 0.25, 3)),
        "mixed": (
            (2, 8, 8),
            torch.nn.Sequential(
                torch.nn.Conv2d(2, 4, 3, padding=1, bias=False),
                torch.nn.BatchNorm2d(4),
                torchlip.LPReLU(4),
                torchlip.InvertibleDownSampling(2),
                torchlip.HouseHolder(16),
                torchlip.SpectralConvTranspose2d(16, 3, 3, stride=2, padding=1),
                torchlip.BatchCentering(3),
                torchlip.LayerCentering(3),
                torchlip.MaxMin(),
                torchlip.ScaledAvgPool2d(2),
                torch.nn.ReLU(),
                torch.nn.Flatten(),
                torch.nn.Linear(6 * 3 * 3, 3),
            ),
        ),
        "paddings": (
            (8, 4, 4),
            torch.nn.Sequential(
                torchlip.SpectralConv2d(8, 8, 3, padding=1, padding_mode="circular"),
                torchlip.GroupSort(4),
                torchlip.InvertibleUpSampling(2),
                torch.nn.Conv2d(2, 4, 3, padding=2, dilation=2),
                torchlip.FullSort(),
                torch.nn.Conv2d(4, 4, 2, padding="same"),
                torchlip.FrobeniusConv2d(4, 6, 3),
                torchlip.ScaledAdaptativeL2NormPool2d((1, 1)),
                torch.nn.Flatten(),
                torchlip.FrobeniusLinear(6, 3, disjoint_neurons=False),
            ),
        ),
        "series": (
            (2, 12),
            torch.nn.Sequential(
                torchlip.SpectralConv1d(2, 4, 5, padding=2),
                torchlip.GroupSort2(),
                torchlip.SpectralConv1d(4, 6, 3, stride=2, padding=1),
                torch.nn.PReLU(),
                torch.nn.Flatten(),
                torchlip.SpectralLinear(36, 3),
            ),
        ),
    }
    for name, (shape, model) in networks.items():
        images = torch.randn(256, *shape) + torch.linspace(-1, 1, int(np.prod(shape))).reshape(shape)
        labels = torch.nn.functional.one_hot(torch.randint(3, (256,)), 3)
        fit(model, images, labels, loss, 30, 64, 1e-2)
        export(model, images[:8], folder, name, npz=name == "cnn")


class Pipe:
    """A file that cannot go back, so that zip entries are written without their sizes."""

    def __init__(self, path):
        self.file = open(path, "wb")
        self.write = self.file.write
        self.flush = self.file.flush
        self.read = None


def types(folder):
    os.makedirs(folder, exist_ok=True)
    path = lambda name: os.path.join(folder, name)
    values = torch.tensor([[0.5, -1.25, 3.0], [65504.0, 6e-8, -0.0]])
    wide = values.double() / 3
    tensors = {"f32": values, "f64": wide, "f16": values.half(), "bf16": values.bfloat16()}
    save_file({**tensors, "scalar": torch.tensor(2.5), "count": torch.tensor(7)}, path("types.safetensors"))
    plain = {
        "b.weight": torch.arange(6.0).reshape(2, 3) / 8,
        "a.bias": torch.tensor([1.5, -2.0]),
        "wide": torch.tensor([0.1], dtype=torch.float64),
    }
    save_file(plain, path("plain.safetensors"), metadata={"otnn.library": '1 "x"'})
    fortran = np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4))
    arrays = {"f32": values.numpy(), "f64": wide.numpy(), "f16": values.half().numpy(), "fortran": fortran}
    np.savez(path("types.npz"), **arrays, scalar=np.float32(2.5), **{"l\u00f6we": np.float32([1])})
    np.savez_compressed(path("compressed.npz"), w=np.zeros((100,), np.float32))
    np.savez(path("count.npz"), count=np.int64([3]), w=np.float32([1]))
    np.savez(Pipe(path("pipe.npz")), w=np.float32([1]))
    torch.save({"a": torch.ones(2)}, path("torch.pt"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "fixtures", "types"))
    parser.add_argument("folder")
    parser.add_argument("--data", default="data")
    parser.add_argument("--steps", type=int, default=300)
    arguments = parser.parse_args()
    if arguments.what == "train":
        train(arguments.folder, arguments.data, arguments.steps)
    elif arguments.what == "fixtures":
        fixtures(arguments.folder)
    else:
        types(arguments.folder)
