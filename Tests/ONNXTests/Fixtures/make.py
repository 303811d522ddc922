"""Makes the files beside it: networks as PyTorch exports them, with what ONNX Runtime computes.

Made with torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.31.1, numpy 2.4.6.
"""

import json
import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

torch.manual_seed(1)


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


def save(name, model, x, **options):
    model.eval()
    torch.onnx.export(
        model, (x,), f"{name}.onnx", input_names=["input"], output_names=["output"], **options)
    exported = onnx.load(f"{name}.onnx")
    # Stack traces name files of the machine and are most of the bytes.
    exported.doc_string = ""
    del exported.metadata_props[:]
    del exported.graph.metadata_props[:]
    for part in [*exported.graph.node, *exported.graph.value_info, *exported.graph.input,
                 *exported.graph.output, *exported.graph.initializer]:
        part.doc_string = ""
        del part.metadata_props[:]
    onnx.save(exported, f"{name}.onnx")
    y = onnxruntime.InferenceSession(f"{name}.onnx").run(None, {"input": x.numpy()})[0]
    with open(f"{name}.json", "w") as file:
        flat = x.numpy().reshape(len(x), -1)
        json.dump({"inputs": flat.tolist(), "outputs": y.tolist()}, file)
        file.write("\n")


open_batch = {"dynamo": False, "dynamic_axes": {"input": {0: "batch"}}}
images = torch.rand(3, 1, 3, 4)
net = classifier()
save("classifier-20", net, images, dynamo=True, external_data=False,
     dynamic_shapes=({0: "batch"},))
save("classifier-11", net, images, opset_version=11, do_constant_folding=False,
     training=torch.onnx.TrainingMode.PRESERVE, **open_batch)
save("residual-17", Residual(), torch.rand(3, 6), opset_version=17, **open_batch)
