"""The networks of the paper, from its Fig. 1 to prototxt.

A stream of convolutions per source picture, Concat and a 1x1 convolution that fuse their
feature maps, and deconvolutions that make the fused picture.
"""

import math
from dataclasses import dataclass
from string import ascii_lowercase

from ..caffe_files.schema import NetParameter
from ..errors import BadInput
from .hdf5_layer import add_hdf5_data


@dataclass(frozen=True)
class Design:
    """What the paper varies (Fig. 5) and what it leaves open; the defaults are section 3.3.1's.

    Attributes
    ----------
    filters : int
        Feature maps of every layer but the last.
    kernel : int
        Side of the convolution and deconvolution filters, odd.
    depth : int
        Convolutions a stream, and deconvolutions: 2 is the paper's "2-1-2".
    stride : int
        1 with padding, or `kernel` ("stride size 5 without overlapping").
    channels : int
        Channels of a picture: 1 (applied plane by plane), 3 or 4.
    streams : int
        Source pictures, 2 to 26.
    shared_streams : bool
        Whether all streams have the same weights.
    output_relu : bool
        Whether the last layer too is followed by a ReLU (Eq. 3).
    """

    filters: int = 64
    kernel: int = 5
    depth: int = 2
    stride: int = 1
    channels: int = 1
    streams: int = 2
    shared_streams: bool = False
    output_relu: bool = True

    def __post_init__(self):
        if self.kernel < 1 or self.kernel % 2 == 0:
            raise BadInput(f"The kernel must be odd, not {self.kernel}.")
        if self.stride not in (1, self.kernel):
            raise BadInput(f"The stride must be 1 or the kernel's {self.kernel}.")
        if not 2 <= self.streams <= len(ascii_lowercase):
            raise BadInput(f"There can be 2 to 26 streams, not {self.streams}.")
        if min(self.filters, self.depth, self.channels) < 1:
            raise BadInput("Filters, depth and channels must be at least 1.")

    @property
    def letters(self):
        """Name of each stream: a, b, ..."""
        return ascii_lowercase[: self.streams]

    @property
    def pad(self):
        """Padding that keeps a picture's size at stride 1."""
        return self.kernel // 2 if self.stride == 1 else 0

    @property
    def step(self):
        """Sides of a picture must be multiples of this to come out unchanged."""
        return self.stride**self.depth


def deploy(design, patch=50):
    """Net for inference: inputs ``data_a``, ``data_b``, ..., output ``fused``.

    Parameters
    ----------
    design : Design
    patch : int
        Side of the declared input; any other size can be set at run time.

    Returns
    -------
    NetParameter
    """
    net = NetParameter(name="two_stream")
    for letter in design.letters:
        top = f"data_{letter}"
        layer = net.layer.add(name=top, type="Input", top=[top])
        layer.input_param.shape.add(dim=[1, design.channels, patch, patch])
    two_stream(net, design)
    return net


def train_val(design, data="data/two_stream", batch=16, relative=False):
    """Net for training and validation, with the mean squared error of Eq. 4 as its loss.

    Parameters
    ----------
    design : Design
    data : str
        Folder of ``train.txt`` and ``val.txt``, the lists of HDF5 shards.
    batch : int
        Patches a batch (the paper does not give it).
    relative : bool
        Whether the blob ``weight`` of the shards weighs the errors (`data.patches`), beyond the
        paper.

    Returns
    -------
    NetParameter
    """
    if batch < 1:
        raise BadInput(f"A batch must have at least one patch, not {batch}.")
    net = NetParameter(name="two_stream")
    tops = [f"data_{letter}" for letter in design.letters] + ["clean"] + ["weight"] * relative
    add_hdf5_data(net, tops, data, batch, batch)
    two_stream(net, design)
    compared = [_weighted(net, blob) if relative else blob for blob in ("fused", "clean")]
    # EuclideanLoss divides by 2N, Eq. 4 by N.
    net.layer.add(
        name="loss",
        type="EuclideanLoss",
        bottom=compared,
        top=["loss"],
        loss_weight=[2],
    )
    return net


def two_stream(net, design):
    """Append the layers of the paper's Fig. 1 to a net that has its inputs."""
    net_layers = range(1, design.depth + 1)
    streams = []
    for letter in design.letters:
        blob = f"data_{letter}"
        for n in net_layers:
            blob = conv_relu(net, blob, f"conv{n}", letter, design)
        streams.append(blob)
    net.layer.add(name="concat", type="Concat", bottom=streams, top=["concat"])
    blob = fusion_relu(net, "concat", design)
    for n in net_layers[:-1]:
        blob = deconv_relu(net, blob, f"deconv{n}", design)
    output(net, blob, f"deconv{design.depth}", design)


def conv_relu(net, bottom, name, letter, design):
    """Append one convolution of a stream and its ReLU; return its blob's name."""
    top = f"{name}_{letter}"
    layer = net.layer.add(name=top, type="Convolution", bottom=[bottom], top=[top])
    if design.shared_streams:
        layer.param.add(name=f"{name}_w")
        layer.param.add(name=f"{name}_b")
    _convolution(layer, design.filters, design.kernel, design.pad, design.stride)
    return _relu(net, top)


def fusion_relu(net, bottom, design):
    """Append the 1x1 convolution of Eq. 2 and its ReLU; return its blob's name."""
    layer = net.layer.add(name="fusion", type="Convolution", bottom=[bottom], top=["fusion"])
    _convolution(layer, design.filters, 1, 0, 1)
    return _relu(net, "fusion")


def deconv_relu(net, bottom, name, design):
    """Append one inner deconvolution and its ReLU; return its blob's name."""
    _deconvolution(net, bottom, name, name, design, design.filters)
    return _relu(net, name)


def output(net, bottom, name, design):
    """Append the last deconvolution, whose blob is ``fused``."""
    layer = _deconvolution(net, bottom, name, "fused", design, design.channels)
    if design.output_relu:
        _start_gray(layer.convolution_param)
        _relu(net, "fused")


def _convolution(layer, num_output, kernel, pad, stride):
    param = layer.convolution_param
    param.num_output = num_output
    param.kernel_size.append(kernel)
    param.pad.append(pad)
    param.stride.append(stride)
    param.weight_filler.type = "msra"
    return param


def _deconvolution(net, bottom, name, top, design, num_output):
    layer = net.layer.add(name=name, type="Deconvolution", bottom=[bottom], top=[top])
    param = _convolution(layer, num_output, design.kernel, design.pad, design.stride)
    if design.stride == 1:
        # Caffe's fan-in of a Deconvolution counts its outputs; its fan-out is the true fan-in.
        param.weight_filler.variance_norm = param.weight_filler.FAN_OUT
    else:
        # Without overlap a pixel is the sum of one tap of each filter only.
        param.weight_filler.type = "gaussian"
        param.weight_filler.std = math.sqrt(2 / design.filters)
    return layer


def _start_gray(param):
    """Start from mid-gray: with msra and a bias of zero the last ReLU died within 25 iterations."""
    param.weight_filler.Clear()
    param.weight_filler.type, param.weight_filler.std = "gaussian", 0.001
    param.bias_filler.type, param.bias_filler.value = "constant", 0.5


def _relu(net, blob):
    net.layer.add(name=f"relu_{blob}", type="ReLU", bottom=[blob], top=[blob])
    return blob


def _weighted(net, blob):
    layer = net.layer.add(name=f"weighted_{blob}", type="Eltwise", bottom=[blob, "weight"])
    layer.top.append(layer.name)
    layer.eltwise_param.operation = layer.eltwise_param.PROD
    return layer.name
