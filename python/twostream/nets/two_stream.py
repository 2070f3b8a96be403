"""The paper's network (its Fig. 1) as prototxt.

Each source image has a stream of convolutions. Concat and a 1x1 convolution fuse their feature
maps; deconvolutions reconstruct the fused image.
"""

import math
from dataclasses import dataclass
from string import ascii_lowercase

from ..caffe_files.schema import NetParameter
from ..errors import BadInput
from .hdf5_layer import add_hdf5_data
from .layers import Filters, add_input, concat, conv_relu, convolution, relu


@dataclass(frozen=True)
class Design:
    """The settings that the paper varies (Fig. 5) or leaves open; defaults as in section 3.3.1."""

    filters: int = 64  # feature maps of every layer but the last
    kernel: int = 5  # side of the convolution and deconvolution filters, odd
    depth: int = 2  # convolutions in a stream, and deconvolutions; 2 is the paper's "2-1-2"
    stride: int = 1  # 1 with padding, or `kernel` ("stride size 5 without overlapping")
    channels: int = 1  # channels of an image: 1 (colour planes are fused separately), 3 or 4
    streams: int = 2  # source images, 2 to 26
    shared_streams: bool = False  # whether all streams share their weights
    output_relu: bool = True  # whether a ReLU follows the last layer too (Eq. 3)

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
        """Padding that keeps the size of an image at stride 1."""
        return self.kernel // 2 if self.stride == 1 else 0

    @property
    def step(self):
        """Sides of an image must be multiples of this for the output to have the same size."""
        return self.stride**self.depth


def deploy(design, patch=50):
    """Make the net for inference: inputs ``data_a``, ``data_b``, ..., output ``fused``.

    `patch` is the side of the declared input; other sizes can be given at run time.
    """
    net = NetParameter(name="two_stream")
    for letter in design.letters:
        add_input(net, f"data_{letter}", design.channels, patch)
    two_stream(net, design)
    return net


def train_val(design, data="data/two_stream", batch=16, relative=False):
    """Make the net for training and validation; its loss is the mean squared error of Eq. 4.

    `data` is the folder of the lists of HDF5 shards, ``train.txt`` and ``val.txt``. The paper gives
    no batch size. If `relative`, the blob ``weight`` of the shards weights the errors (see
    `data.patches`), unlike in the paper.
    """
    if batch < 1:
        raise BadInput(f"A batch must have at least one patch, not {batch}.")
    net = NetParameter(name="two_stream")
    tops = [f"data_{letter}" for letter in design.letters] + ["clean"] + ["weight"] * relative
    add_hdf5_data(net, tops, data, batch, batch)
    two_stream(net, design)
    add_loss(net, relative)
    return net


def two_stream(net, design):
    """Append the layers of the paper's Fig. 1 to a net that has its inputs."""
    blob = concat(net, [stream(net, letter, design) for letter in design.letters])
    blob = conv_relu(net, blob, "fusion", Filters(design.filters, 1, 0, 1))  # Eq. 2
    for n in range(1, design.depth):
        blob = relu(net, deconvolution(net, blob, f"deconv{n}", design, design.filters).top[0])
    output(net, blob, f"deconv{design.depth}", design)


def stream(net, letter, design):
    """Append the convolutions of one source image; return the name of their last blob."""
    blob = f"data_{letter}"
    filters = Filters(design.filters, design.kernel, design.pad, design.stride)
    for n in range(1, design.depth + 1):
        shared = f"conv{n}" if design.shared_streams else None
        blob = conv_relu(net, blob, f"conv{n}_{letter}", filters, shared=shared)
    return blob


def output(net, bottom, name, design):
    """Append the last deconvolution, whose blob is ``fused``."""
    layer = deconvolution(net, bottom, name, design, design.channels, top="fused")
    if design.output_relu:
        _start_gray(layer.convolution_param)
        relu(net, "fused")


def deconvolution(net, bottom, name, design, count, top=None):
    """Append a deconvolution; return its layer."""
    filters = Filters(count, design.kernel, design.pad, design.stride, "Deconvolution")
    layer = convolution(net, bottom, name, filters, top)
    filler = layer.convolution_param.weight_filler
    if design.stride == 1:
        # Caffe's fan-in of a Deconvolution counts its outputs; its fan-out is the true fan-in.
        filler.variance_norm = filler.FAN_OUT
    else:
        # Without overlap a pixel is the sum of one weight of each filter only.
        filler.type, filler.std = "gaussian", math.sqrt(2 / design.filters)
    return layer


def _start_gray(param):
    """Start from mid-gray; with msra and a bias of zero the last ReLU died within 25 iterations."""
    param.weight_filler.Clear()
    param.weight_filler.type, param.weight_filler.std = "gaussian", 0.001
    param.bias_filler.type, param.bias_filler.value = "constant", 0.5


def add_loss(net, relative):
    """Append the mean squared error of ``fused`` (Eq. 4); `relative` as in `train_val`."""
    compared = [_weighted(net, blob) if relative else blob for blob in ("fused", "clean")]
    # EuclideanLoss divides by 2N, Eq. 4 by N.
    kind = {"name": "loss", "type": "EuclideanLoss", "loss_weight": [2]}
    net.layer.add(bottom=compared, top=["loss"], **kind)


def _weighted(net, blob):
    layer = net.layer.add(name=f"weighted_{blob}", type="Eltwise", bottom=[blob, "weight"])
    layer.top.append(layer.name)
    layer.eltwise_param.operation = layer.eltwise_param.PROD
    return layer.name
