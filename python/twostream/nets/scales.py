"""The common parts of the nets of several scales: encoder, decoder, blending of the sources."""

from ..caffe_files.schema import NetParameter
from .hdf5_layer import add_hdf5_data
from .layers import Filters, add_input, concat, conv_relu, shared_conv_relu
from .two_stream import add_loss

PATCH = 64
"""Side of the training patches."""


def deploy_net(name, append, patch, channels=1):
    """Make the net for inference: inputs ``data_a`` and ``data_b``, output ``fused``.

    `append` appends the layers to a net that has its inputs. `patch` is the side of the declared
    input, a multiple of 8; other sizes can be given at run time.
    """
    net = NetParameter(name=name)
    for letter in "ab":
        add_input(net, f"data_{letter}", channels, patch)
    append(net)
    return net


def training_net(name, append, data, batch):
    """Make the net for training and validation with the relative loss (see `data.patches`).

    `append` is that of `deploy_net`, `data` the folder of the lists of HDF5 shards.
    """
    net = NetParameter(name=name)
    add_hdf5_data(net, ["data_a", "data_b", "clean", "weight"], data, batch, batch)
    append(net)
    add_loss(net, relative=True)
    return net


def streams(net, widths, first="conv1", stride=1):
    """Append the encoders of both sources, which share their weights; return their blobs by scale.

    `widths` are the feature maps at each scale, from the finest. The first convolution has 5x5
    filters and this name and stride.
    """
    return list(zip(*(_stream(net, letter, widths, first, stride) for letter in "ab")))


def _stream(net, letter, widths, first, stride):
    filters = Filters(widths[0], 5, pad=2, stride=stride)
    blobs = [shared_conv_relu(net, f"data_{letter}", letter, first, filters)]
    for n, width in enumerate(widths[1:], 2):
        half, same = (Filters(width, 3, pad=1, stride=stride) for stride in (2, 1))
        blob = shared_conv_relu(net, blobs[-1], letter, f"half{n}", half)
        blobs.append(shared_conv_relu(net, blob, letter, f"conv{n}", same))
    return blobs


def decoder(net, both, widths, kernel, upsample):
    """Append the decoder, which joins both sources scale by scale; return the finest blob.

    `both` is the result of `streams`, `widths` are the feature maps at each scale, from the finest.
    `kernel` is the side of the first of two convolutions of each scale; that of the second is 3.
    `upsample` appends the layers from a scale to the next finer one: `layers.deconvolved` or
    `layers.upsampled`.
    """
    blob = _joined(net, both[-1], len(both), widths[-1], kernel)
    for n in range(len(both) - 1, 0, -1):
        blob = upsample(net, blob, f"up{n}", widths[n - 1], widths[n])
        blob = _joined(net, [*both[n - 1], blob], n, widths[n - 1], kernel)
    return blob


def _joined(net, bottoms, n, filters, kernel):
    blob = concat(net, bottoms, f"joined{n}")
    spans = (kernel // 2, 1) if kernel > 1 else ()
    blob = conv_relu(net, blob, f"join{n}a", Filters(filters, kernel, *spans))
    return conv_relu(net, blob, f"join{n}b", Filters(filters, 3, pad=1, stride=1))


def near_zero(layer):
    """Start the training of a layer near 0; return the name of its blob."""
    filler = layer.convolution_param.weight_filler
    filler.type, filler.std = "gaussian", 0.001
    return layer.top[0]


def sigmoid(net, blob):
    """Append a Sigmoid that works in place."""
    net.layer.add(name="sigmoid", type="Sigmoid", bottom=[blob], top=[blob])


def blend_sources(net, weight, *residual):
    """Append the layers that compute w a + (1 - w) b, plus the residual if there is one."""
    difference = net.layer.add(name="difference", type="Eltwise", bottom=["data_a", "data_b"])
    difference.top.append("difference")
    difference.eltwise_param.coeff.extend([1, -1])
    part = net.layer.add(name="part", type="Eltwise", bottom=["difference", weight], top=["part"])
    part.eltwise_param.operation = part.eltwise_param.PROD
    net.layer.add(name="fused", type="Eltwise", bottom=["data_b", "part", *residual], top=["fused"])
