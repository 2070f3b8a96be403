"""The shipped networks as objects, by the names of their weights."""

from typing import TYPE_CHECKING, Any

from ..nets.pretrained import files_of
from . import engine_name, load, read

if TYPE_CHECKING:
    import torch


def load_net(name: str, engine: str = "auto") -> Any:
    """Load a network in an engine.

    Parameters
    ----------
    name : str
        Shipped weights, such as ``two_stream``, or the path of a caffemodel of the paper's net.
    engine : str
        ``onnx``, ``torch``, ``caffe`` or ``auto``, optionally with the number of a GPU; see
        `engines.load`. Each computes in floats and agrees with real Caffe.

    Returns
    -------
    Net
        Has `inputs` and `outputs`, the names of its blobs, and ``forward(**blobs) -> dict`` for
        float32 arrays of N x C x H x W.

    Raises
    ------
    BadInput
        If there are no such weights, or the engine cannot be used.

    Examples
    --------
    >>> import numpy as np
    >>> import twostream as ts
    >>> net = ts.load_net("fast")
    >>> gray = np.zeros((1, 1, 20, 30), np.float32)
    >>> net.forward(data_a=gray, data_b=gray)["fused"].shape
    (1, 1, 20, 30)
    """
    prototxt, caffemodel = files_of(name)
    return load(prototxt, caffemodel, engine)


def to_torch(name: str) -> "torch.nn.Module":
    """Build a PyTorch module that equals a caffemodel.

    Parameters
    ----------
    name : str
        See `load_net`.

    Returns
    -------
    torch.nn.Module
        Its `forward` takes a tensor N x C x H x W for each input of the deploy net, in their order,
        and returns the tensor ``fused``.

    Raises
    ------
    BadInput
        If there are no such weights, or PyTorch is not installed.

    Examples
    --------
    >>> import torch
    >>> import twostream as ts
    >>> module = ts.to_torch("fast")
    >>> gray = torch.zeros(1, 1, 20, 30)
    >>> module(gray, gray).shape
    torch.Size([1, 1, 20, 30])
    """
    engine_name("torch")  # raises BadInput where PyTorch is missing
    from .torch.module import NetModule

    return NetModule(*read(*files_of(name)))
