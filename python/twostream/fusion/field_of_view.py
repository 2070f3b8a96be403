"""How far a net looks: what a tile needs around it to come out as in the whole picture."""

import math

from ..caffe_files.sliding_window import dilation, kernel, pad, stride

CONVOLUTIONS = ("Convolution", "Deconvolution")


def field_of_view(net, output="fused"):
    """Margin that makes tiling exact, and the grid that tiles must keep to.

    Walks from one grid step of the output back to the inputs, layer by layer, keeping the
    interval of pixels that each blob contributes.

    Parameters
    ----------
    net : NetParameter
        A deploy net.
    output : str
        Blob that is looked at.

    Returns
    -------
    halo : int
        Pixels beside a tile that its result depends on, a multiple of `step`.
    step : int
        Product of a stream's strides; sides and corners of tiles are its multiples.
    """
    step = _step(net)
    intervals = {output: (0, step - 1)}
    for layer in reversed(net.layer):
        seen = [intervals[top] for top in layer.top if top in intervals]
        for blob in layer.bottom if seen else ():
            intervals[blob] = _union(intervals.get(blob), _source(layer, _union(*seen)))
    low, high = _union(*(intervals[layer.top[0]] for layer in net.layer if layer.type == "Input"))
    return math.ceil(max(-low, high - step + 1, 0) / step) * step, step


def _step(net):
    """Input pixels, along a side, that one pixel of the coarsest blob stands for."""
    steps = {}
    for layer in net.layer:
        step = max((steps[blob] for blob in layer.bottom), default=1)
        if layer.type == "Convolution":
            step *= stride(layer)[0]
        elif layer.type == "Deconvolution":
            step //= stride(layer)[0]
        steps.update((top, step) for top in layer.top)
    return max(steps.values())


def _union(*intervals):
    intervals = [interval for interval in intervals if interval]
    return min(low for low, _ in intervals), max(high for _, high in intervals)


def _source(layer, interval):
    """Bottom pixels that a layer's top pixels `interval` depend on."""
    if layer.type not in CONVOLUTIONS:
        return interval
    low, high = interval
    s, p = stride(layer)[0], pad(layer)[0]
    reach = dilation(layer)[0] * (kernel(layer)[0] - 1)
    if layer.type == "Convolution":
        return low * s - p, high * s - p + reach
    return -((reach - p - low) // s), (high + p) // s
