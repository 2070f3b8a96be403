"""A Caffe net as a PyTorch module."""

import numpy as np
import torch
from torch import nn

from ...caffe_files.blobs import inputs_and_outputs, learned_blobs
from . import layers


class CaffeModule(nn.Module):
    """Run a net's layers in their order; weights that layers share are learned once, as in Caffe.

    The net is of one phase, with Input layers; `parameters` are those of `parameters_of` or
    `by_layer`.
    """

    def __init__(self, net, parameters):
        super().__init__()
        self.learned = nn.ParameterList()
        self._layers = [layer for layer in net.layer if layer.type != "Input"]
        self._places = learned_blobs(net)
        for name, places in self._places.items():
            for place, parameter in zip(places, parameters[name]):
                if place == len(self.learned):
                    self.learned.append(parameter)

    def forward(self, blobs):
        """Compute all blobs from the inputs; return them and the weighted sum of the losses.

        A blob includes the layers that work in place on it.
        """
        blobs, loss = dict(blobs), 0.0
        for layer in self._layers:
            learned = [self.learned[place] for place in self._places.get(layer.name, ())]
            top = layers.apply(layer, learned, [blobs[name] for name in layer.bottom])
            blobs.update((name, top) for name in layer.top)
            for weight in loss_weights(layer):
                loss = loss + weight * top.sum()
        return blobs, loss

    def by_layer(self):
        """Return the parameters of every layer; shared ones appear at each of their layers."""
        return {name: [self.learned[p] for p in places] for name, places in self._places.items()}


class NetModule(nn.Module):
    """A deploy net with its weights, for use in other PyTorch code."""

    def __init__(self, net, weights):
        super().__init__()
        self.graph = CaffeModule(net, parameters_of(weights))
        self.inputs, self.outputs = inputs_and_outputs(net)

    def forward(self, *images):
        """Run the net on a tensor N x C x H x W for each input; return its output."""
        blobs, _ = self.graph(dict(zip(self.inputs, images)))
        return blobs[self.outputs[0]]


def parameters_of(weights):
    """Convert weights (dict of layer to numpy arrays) to PyTorch parameters."""
    return {
        name: [nn.Parameter(torch.from_numpy(np.array(blob, np.float32))) for blob in blobs]
        for name, blobs in weights.items()
    }


def loss_weights(layer):
    """Return the loss weights of a layer's tops; 1 for a loss layer without `loss_weight`."""
    if layer.loss_weight:
        return [weight for weight in layer.loss_weight if weight]
    return [1.0] if layer.type.endswith("Loss") else []
