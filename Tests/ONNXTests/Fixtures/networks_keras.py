"""The networks that make.py has Keras make and tf2onnx write: images as [samples, rows, columns, channels]."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras
import numpy as np
import tensorflow
import tf2onnx

layers = keras.layers


# None stays as Keras sets it; networks.py says why.
RANGES = {"gamma": (1, 3), "beta": (-1, 1), "moving_mean": (-0.5, 0.5), "moving_variance": (0.5, 2)}


def stirred(net):
    generator = np.random.default_rng(1)
    for weight in net.weights:
        if "kernel" in weight.name:
            # A depthwise kernel is [rows, columns, channels, 1], and adds nothing over its channels.
            inputs = np.prod(weight.shape[:-2] if weight.shape[-1] == 1 else weight.shape[:-1])
            weight.assign(generator.normal(0, 2 / inputs ** 0.5, weight.shape))
        else:
            weight.assign(generator.uniform(*RANGES.get(weight.name, (-0.5, 0.5)), weight.shape))
    return net


def lenet(side, channels, first, second, kernel, hidden, classes):
    return keras.Sequential([
        keras.Input((side, side, channels)),
        layers.Conv2D(first, kernel, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(second, kernel, activation="relu"), layers.MaxPooling2D(2), layers.Flatten(),
        *[layers.Dense(size, activation="relu") for size in hidden],
        layers.Dense(classes, activation="softmax")])


def separable(side, channels, classes):
    """Padding `same` with a stride pads unevenly, and averages leave the padding out."""
    return keras.Sequential([
        keras.Input((side, side, channels)),
        layers.Conv2D(4, 3, 2, padding="same", use_bias=False), layers.BatchNormalization(),
        layers.ReLU(6), layers.DepthwiseConv2D(3, padding="same"), layers.LeakyReLU(0.1),
        layers.AveragePooling2D(3, 2, padding="same"), layers.Conv2D(8, 1), layers.BatchNormalization(),
        layers.Activation("hard_sigmoid"), layers.GlobalAveragePooling2D(), layers.Dense(classes)])


def convert(net, path, opset):
    shape = [None, *net.input_shape[1:]]
    signature = [tensorflow.TensorSpec(shape, tensorflow.float32, name="input")]
    function = tensorflow.function(lambda x: net(x, training=False))
    tf2onnx.convert.from_function(
        function, input_signature=signature, opset=opset, output_path=path)
