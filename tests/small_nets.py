"""Small nets with random weights for tests."""

import numpy as np

from twostream.caffe_files.blobs import weight_shapes
from twostream.caffe_files.caffemodel import write_weights
from twostream.nets import generate
from twostream.nets.two_stream import deploy


def random_weights(design, seed=0):
    """Weights of a deploy net that preserve the scale of activations, so that errors show."""
    rng = np.random.default_rng(seed)
    weights = {}
    for name, (shape, bias) in weight_shapes(deploy(design)).items():
        std = np.sqrt(2 / np.prod(shape[1:]))
        weights[name] = [
            rng.normal(0, std, shape).astype(np.float32),
            rng.uniform(0, 0.1, bias).astype(np.float32),
        ]
    if design.shared_streams:
        for name in weights:
            if name.startswith("conv"):
                weights[name] = weights[f"{name[:-1]}a"]
    return weights


def weights_of_scales(net, variance=1):
    """Random weights of a deploy net of several scales; its shared ones, and those that repeat."""
    rng, kinds = np.random.default_rng(0), {layer.name: layer.type for layer in net.layer}
    weights = {
        name: [rng.normal(0, (variance / np.prod(shape[1:])) ** 0.5, shape) for shape in shapes]
        for name, shapes in weight_shapes(net).items()
    }
    for name, blobs in weights.items():
        if name.endswith("_b"):
            weights[name] = weights[f"{name[:-1]}a"]
        elif kinds[name] == "Deconvolution" and len(blobs) == 1:
            weights[name] = [np.ones_like(blobs[0])]
    return weights


def write_net(folder, design, seed=0):
    """Write a design's deploy net and random weights; return the two paths."""
    _, prototxt = generate.write(folder, design, "unused")
    caffemodel = folder / "net.caffemodel"
    write_weights(caffemodel, deploy(design), random_weights(design, seed))
    return prototxt, caffemodel
