"""The networks that make.py exports: PyTorch modules whose sizes are arguments."""

import torch
from torch import nn

PRODUCTS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d)


def stirred(net, x, gain):
    """The network with nothing at rest, so that a mistake anywhere is seen in its outputs.

    A fresh one has small weights, some biases at 0 and normalisations that do nothing: its outputs hardly
    depend on its inputs, and no bound of an activation is reached. Statistics of the batch are those of `x`;
    weights are `gain` over the root of the number of inputs.
    """
    norms = [part for part in net.modules() if isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d))]
    for part in net.modules():
        if isinstance(part, (*PRODUCTS, nn.MultiheadAttention)):
            for name, value in part.named_parameters(recurse=False):
                if value.dim() > 1:
                    value.data.normal_(std=gain / value[0].numel() ** 0.5)
                else:
                    value.data.uniform_(-0.5, 0.5)
        elif isinstance(part, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm)):
            part.weight.data.uniform_(1, 4)
            part.bias.data.uniform_(-1, 1)
        elif isinstance(part, nn.PReLU):
            part.weight.data.uniform_(-0.3, 0.5)
    if norms:
        momentum = norms[0].momentum
        for part in norms:
            part.momentum = None
        with torch.no_grad():
            net.train()(x)
        for part in norms:
            part.momentum = momentum
    return net.eval()


def lenet(side, first, second, kernel, padding, hidden, classes):
    after = ((side + 2 * padding - kernel + 1) // 2 - kernel + 1) // 2
    layers = [
        nn.Conv2d(1, first, kernel, padding=padding), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(first, second, kernel), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    width = second * after * after
    for size in hidden:
        layers += [nn.Linear(width, size), nn.ReLU()]
        width = size
    return nn.Sequential(*layers, nn.Linear(width, classes))


class Block(nn.Module):
    """Two 3×3 convolutions around a shortcut, which is a strided 1×1 one where the shape changes."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Identity() if stride == 1 and inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.path(x) + self.shortcut(x))


def resnet(widths, blocks, classes):
    layers = [nn.Conv2d(3, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
    inputs = widths[0]
    for stage, width in enumerate(widths):
        for index in range(blocks):
            layers.append(Block(inputs, width, 2 if stage > 0 and index == 0 else 1))
            inputs = width
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))


def separable(inputs, outputs, stride, activation):
    """A depthwise and a pointwise convolution, padded only below and on the right where it strides."""
    pad = [nn.ZeroPad2d((0, 1, 0, 1))] if stride == 2 else []
    return nn.Sequential(
        *pad, nn.Conv2d(inputs, inputs, 3, stride, 0 if pad else 1, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs), activation(),
        nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), activation())


def mobilenet(plan, pool, places, classes):
    """`plan` holds (channels, stride) of each pair of convolutions; `pool` leaves so many places."""
    channels = plan[0][0] // 2
    layers = [nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(3, channels, 3, 2), nn.ReLU6()]
    for index, (width, stride) in enumerate(plan):
        # The first half has ReLU6, the second half hard swish, as in the versions 2 and 3.
        activation = nn.ReLU6 if 2 * index < len(plan) else nn.Hardswish
        layers.append(separable(channels, width, stride, activation))
        channels = width
    return nn.Sequential(*layers, pool, nn.Flatten(), nn.Linear(channels * places, classes))


class SpelledNorm(nn.LayerNorm):
    """Layer normalisation in the nine operators that exporters wrote before opset 17."""

    def forward(self, x):
        centred = x - x.mean(-1, keepdim=True)
        variance = centred.pow(2).mean(-1, keepdim=True)
        return centred / torch.sqrt(variance + self.eps) * self.weight + self.bias


class Encoder(nn.Module):
    """A transformer encoder with learned places. The first block spells its norms if `spelled`."""

    def __init__(self, inputs, tokens, width, heads, feedforward, blocks, classes, spelled=False):
        super().__init__()
        self.embed = nn.Linear(inputs, width)
        self.place = nn.Parameter(torch.randn(tokens, width) / 2)
        layer = nn.TransformerEncoderLayer(
            width, heads, feedforward, activation="gelu", batch_first=True)
        self.body = nn.TransformerEncoder(layer, blocks, enable_nested_tensor=False)
        for block in self.body.layers:
            # TransformerEncoder copies one layer, so that all would hold the same weights.
            for part in block.modules():
                if isinstance(part, nn.Linear):
                    part.reset_parameters()
        if spelled:
            first = self.body.layers[0]
            first.norm1, first.norm2 = SpelledNorm(width), SpelledNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.body(self.embed(x) + self.place).mean(1))


def sequence(channels, classes):
    return nn.Sequential(
        nn.Conv1d(channels, 8, 3, padding=2, dilation=2), nn.PReLU(8),
        nn.MaxPool1d(2, ceil_mode=True),
        nn.Conv1d(8, 12, 3, stride=2, padding=1, groups=4), nn.PReLU(),
        nn.ConvTranspose1d(12, 6, 4, stride=2, padding=1, output_padding=1, groups=2), nn.ELU(),
        nn.Conv1d(6, classes, 1), nn.Softmax(1))


def perceptron(sizes, norm=False):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:-1]):
        layers += [nn.Linear(inputs, outputs), *([nn.BatchNorm1d(outputs)] if norm else []), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(*sizes[-2:]))


class MatMulAdd(nn.Module):
    """The same network as `net`, a perceptron, as MatMul and Add with weights [inputs, outputs]."""

    def __init__(self, net):
        super().__init__()
        self.weights = nn.ParameterList(
            [part.weight.data.T.contiguous() for part in net if isinstance(part, nn.Linear)])
        self.biases = nn.ParameterList([part.bias.data for part in net if isinstance(part, nn.Linear)])

    def forward(self, x):
        last = len(self.weights) - 1
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            x = torch.matmul(x, weight) + bias
            x = x if index == last else torch.relu(x)
        return x
