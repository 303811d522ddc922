"""Makes the files beside it: networks as exporters write them, with what ONNX Runtime computes.

    python make.py                  all fixtures, into the current folder
    python make.py --large FOLDER   the same kinds of networks at full size, for measurements

The PyTorch modules are in networks.py, the Keras ones in networks_keras.py. Every run gives the same bytes,
except that tf2onnx numbers and orders some names in *-nhwc.onnx anew each time. Made with Python 3.11.7,
torch 2.13.0+cpu, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.31.1, numpy 2.4.6, tensorflow-cpu 2.21.0,
keras 3.15.1, tf2onnx 1.17.0.
"""

import argparse
import json
import os
import sys

# This folder is a resource of the tests; nothing but fixtures and their makers belongs into it.
sys.dont_write_bytecode = True

import networks
import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

# The fused encoder layer of PyTorch's eval mode has no counterpart in ONNX.
torch.backends.mha.set_fastpath_enabled(False)


def script(opset, **options):
    """The older exporter of PyTorch, which traces."""
    return {"dynamo": False, "dynamic_axes": {"input": {0: "batch"}}, "opset_version": opset, **options}


# The newer one, which writes opset 20 unless told otherwise.
DYNAMO = {"dynamo": True, "external_data": False, "dynamic_shapes": ({0: "batch"},), "verbose": False}
# BatchNormalization stays: otherwise both exporters multiply it into the convolution before it.
UNFOLDED = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(6, 8), nn.Linear(8, 8), nn.Linear(8, 3)

    def forward(self, x):
        h = torch.tanh(self.a((x - 0.5) / 0.25))
        h = h + torch.sigmoid(self.b(h))
        return self.c(h.view(h.size(0), -1))


def classifier():
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(12, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(8, 5), nn.LeakyReLU(0.1), nn.Linear(5, 4), nn.Softmax(1))
    norm = net[2]
    norm.running_mean.uniform_(-1, 1)
    norm.running_var.uniform_(0.5, 2)
    norm.weight.data.uniform_(0.5, 2)
    norm.bias.data.uniform_(-1, 1)
    return net


def export(path, model, x, **options):
    model.eval()
    torch.onnx.export(
        model, (x,), path, input_names=["input"], output_names=["output"], **options)


def strip(path):
    """Takes out stack traces: they name files of the machine and are most of the bytes."""
    exported = onnx.load(path)
    exported.doc_string = ""
    del exported.metadata_props[:]
    del exported.graph.metadata_props[:]
    for part in [*exported.graph.node, *exported.graph.value_info, *exported.graph.input,
                 *exported.graph.output, *exported.graph.initializer]:
        part.doc_string = ""
        del part.metadata_props[:]
    onnx.save(exported, path)


def answer(name, x, theirs):
    """Writes what ONNX Runtime computes, after a look at what the framework itself computes."""
    y = onnxruntime.InferenceSession(f"{name}.onnx").run(None, {"input": x})[0]
    np.testing.assert_allclose(y, theirs, rtol=1e-4, atol=1e-5)
    with open(f"{name}.json", "w") as file:
        flat = x.reshape(len(x), -1).tolist(), y.reshape(len(y), -1).tolist()
        json.dump({"inputs": flat[0], "outputs": flat[1]}, file)
        file.write("\n")


def save(name, model, x, **options):
    # Fewer samples than are asked for below: a batch that is written into the file is noticed.
    export(f"{name}.onnx", model, x[:2], **options)
    strip(f"{name}.onnx")
    with torch.no_grad():
        answer(name, x.numpy(), model(x).numpy())


def steps(*shape):
    """Random multiples of 1/64 between -2 and 2: they have few digits."""
    return torch.randint(-128, 129, shape) / 64


def vectors():
    torch.manual_seed(1)
    images = torch.rand(3, 1, 3, 4)
    net = classifier()
    save("classifier-20", net, images, **DYNAMO)
    save("classifier-11", net, images, **script(11, **UNFOLDED))
    save("residual-17", Residual(), torch.rand(3, 6), **script(17))


def lenet():
    return networks.lenet(12, 4, 8, 3, 1, (16,), 5)


def residual():
    return networks.resnet((4, 8), 1, 5)


def separable():
    return networks.mobilenet([(8, 1), (8, 2), (12, 1)], nn.AvgPool2d(3, 2, 1), 4, 5)


def encoder(blocks=2, spelled=False):
    return networks.Encoder(5, 6, 8, 2, 16, blocks, 3, spelled)


def sequence():
    return networks.sequence(3, 4)


# Name, network, gain of its weights, shape of a sample, options of the exporter. Sharp enough that every part
# of it counts, and not so sharp that a softmax chooses.
SMALL = [
    ("lenet-nchw", lenet, 2, (1, 12, 12), DYNAMO),
    ("residual", residual, 2, (3, 8, 8), script(17, **UNFOLDED)),
    ("separable", separable, 2, (3, 12, 12), script(17)),
    ("separable-20", separable, 2, (3, 12, 12), DYNAMO),
    ("encoder", lambda: encoder(spelled=True), 0.5, (6, 5), script(17)),
    # Two blocks of this one would need 64 KB, most of it names.
    ("encoder-14", lambda: encoder(blocks=1), 0.5, (6, 5), script(14)),
    ("encoder-20", encoder, 0.5, (6, 5), DYNAMO),
    ("sequence", sequence, 1, (3, 19), script(17)),
]

WIDE = [1024, 2560, 2560, 1152, 10]  # 12.1 M parameters, 49 MB
DEEP = [4096, 8192, 6144, 2560, 512, 10]  # 101 M parameters, 404 MB
MOBILE = [
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1)]


def resnet20():
    return networks.resnet((16, 32, 64), 3, 10)


def wide(norm=False):
    return networks.perceptron(WIDE, norm)


def large_encoder():
    return networks.Encoder(16, 32, 64, 4, 256, 4, 10)


LARGE = [
    ("lenet5", lambda: networks.lenet(28, 6, 16, 5, 2, (120, 84), 10), 2, (1, 28, 28), DYNAMO),
    ("mlp-784", lambda: networks.perceptron([784, 256, 128, 10]), 1.5, (784,), DYNAMO),
    ("resnet20", resnet20, 2, (3, 32, 32), DYNAMO),
    ("resnet20-norm", resnet20, 2, (3, 32, 32), script(17, **UNFOLDED)),
    ("mobilenet", lambda: networks.mobilenet(MOBILE, nn.AdaptiveAvgPool2d(1), 1, 100), 2, (3, 96, 96),
     script(17)),
    ("encoder-14", large_encoder, 0.5, (32, 16), script(14)),
    ("encoder-17", large_encoder, 0.5, (32, 16), script(17)),
    ("encoder-20", large_encoder, 0.5, (32, 16), DYNAMO),
    ("mlp-50mb-gemm", wide, 1.5, (1024,), script(17)),
    ("mlp-50mb-matmul", lambda: networks.MatMulAdd(networks.stirred(wide(), None, 1.5)), 1.5, (1024,),
     script(17)),
    ("mlp-50mb-norm", lambda: wide(norm=True), 1.5, (1024,), script(17)),
    ("mlp-100m", lambda: networks.perceptron(DEEP), 1.5, (4096,), script(17)),
]


def small():
    vectors()
    for name, make, gain, shape, options in SMALL:
        torch.manual_seed(1)
        statistics = steps(64, *shape)
        save(name, networks.stirred(make(), statistics, gain), steps(4, *shape), **options)
    # Imported last: it takes seconds, and PyTorch alone makes the rest.
    import networks_keras
    for name, make, side, channels in [
            ("lenet-nhwc", lambda: networks_keras.lenet(12, 2, 4, 8, 3, (16,), 5), 12, 2),
            ("separable-nhwc", lambda: networks_keras.separable(12, 1, 5), 12, 1)]:
        networks_keras.keras.utils.set_random_seed(1)
        torch.manual_seed(1)
        net = networks_keras.stirred(make())
        networks_keras.convert(net, f"{name}.onnx", 15)
        strip(f"{name}.onnx")
        x = steps(4, side, side, channels).numpy()
        answer(name, x, net(x, training=False).numpy())


def large(folder):
    """No answers beside them: .ci/parity asks ONNX Runtime."""
    os.makedirs(folder, exist_ok=True)

    def report(path):
        onnx.checker.check_model(path)
        print(f"{path}: {os.path.getsize(path)} bytes")

    for name, make, gain, shape, options in LARGE:
        torch.manual_seed(1)
        path = os.path.join(folder, f"{name}.onnx")
        # Drawn first, so that the same network in another form has the same weights.
        statistics = steps(64, *shape)
        export(path, networks.stirred(make(), statistics, gain), steps(2, *shape), **options)
        report(path)
    import networks_keras
    networks_keras.keras.utils.set_random_seed(1)
    path = os.path.join(folder, "lenet5-nhwc.onnx")
    net = networks_keras.stirred(networks_keras.lenet(28, 1, 6, 16, 5, (120, 84), 10))
    networks_keras.convert(net, path, 15)
    report(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", metavar="FOLDER", help="write full sizes there instead")
    arguments = parser.parse_args()
    large(arguments.large) if arguments.large else small()
