"""Reading and writing caffemodel and solverstate files (binary protobuf)."""

import math
import warnings

import numpy as np
from google.protobuf.message import DecodeError

from ..errors import BadInput
from ..io.atomic import atomic_write
from ..io.chatter import no_chatter
from ..io.regular import read_small
from .schema import BlobProto, NetParameter, SolverState
from .wire import count_fields

MOST_BYTES = 2**27
"""Largest file that is read: reading takes four times as much memory."""
MOST_FIELDS = 10**5


def read_weights(path):
    """Read the weights of a caffemodel: for each layer its blobs, float32 (weights, then bias).

    Layouts are Caffe's: Convolution (out, in / group, kh, kw), Deconvolution (in, out / group, kh,
    kw). Raise BadInput if the file cannot be read, is truncated or is not a caffemodel.
    """
    net = _read(path, NetParameter(), "caffemodel")
    weights = {layer.name: [_array(b, path) for b in layer.blobs] for layer in net.layer}
    weights = {name: blobs for name, blobs in weights.items() if blobs}
    if not weights:
        raise BadInput(
            f"{path} holds no weights: it is empty or no caffemodel of Caffe 1.0. Give another "
            "caffemodel."
        )
    return weights


def write_weights(path, net, weights):
    """Write a caffemodel that Caffe loads for `net`; blobs within the net are ignored."""
    model = NetParameter()
    model.CopyFrom(net)
    for layer in model.layer:
        del layer.blobs[:]
        for array in weights.get(layer.name, ()):
            _fill(layer.blobs.add(), array)
    _write(path, model)


def read_state(path):
    """Read a solverstate; raise BadInput if it cannot be read, is truncated or of another kind.

    Returns
    -------
    iteration : int
    history : list of numpy.ndarray
        The solver's history blobs in Caffe's order. For Adam these are all first moments, then
        all second moments.
    current_step : int
        Number of steps that the learning rate policy has taken.
    learned_net : str
        Path of the caffemodel of the same snapshot.
    """
    state = _read(path, SolverState(), "solverstate")
    # Caffe always writes the current step, as the last field: a file without it is truncated.
    if not state.history or not state.HasField("current_step"):
        raise BadInput(f"{path} is truncated or no solverstate.")
    history = [_array(blob, path) for blob in state.history]
    return state.iter, history, state.current_step, state.learned_net


def write_state(path, iteration, history, current_step=0, learned_net=""):
    """Write a solverstate from which Caffe can resume; arguments as `read_state` returns them."""
    state = SolverState(iter=iteration, current_step=current_step, learned_net=str(learned_net))
    for array in history:
        _fill(state.history.add(), array)
    _write(path, state)


def _read(path, message, kind):
    try:
        data = read_small(path, MOST_BYTES)
        if count_fields(data, message.DESCRIPTOR, MOST_FIELDS) > MOST_FIELDS:
            raise BadInput(f"{path} has more than {MOST_FIELDS} fields: it is damaged.")
        # Protobuf 3 only warns about some damage, and prints other messages.
        with no_chatter(), warnings.catch_warnings(record=True) as damage:
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", RuntimeWarning)
            message.ParseFromString(data)
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}.") from error
    except DecodeError as error:
        raise BadInput(f"{path} is truncated or no {kind}.") from error
    if damage:
        raise BadInput(f"{path} is truncated or no {kind}.")
    return message


def _write(path, message):
    with atomic_write(path) as partial:
        partial.write_bytes(message.SerializeToString())


def _array(blob, path):
    data = _numbers("data", blob.data, "<f4")
    if not data.size:
        with np.errstate(over="ignore"):
            data = _numbers("double_data", blob.double_data, "<f8").astype(np.float32)
    # Files older than Caffe 1.0 store the four sides in fields of their own.
    shape = tuple(blob.shape.dim) or (blob.num, blob.channels, blob.height, blob.width)
    if min(shape) < 0 or data.size != math.prod(shape):
        raise BadInput(f"{path} is damaged: a blob of shape {shape} holds {data.size} numbers.")
    return data.reshape(shape)


def _numbers(name, values, kind):
    """Convert packed numbers to an array from their bytes; Python's numbers take ten times more."""
    packed = BlobProto(**{name: values}).SerializeToString()
    return np.frombuffer(packed[len(packed) - len(values) * np.dtype(kind).itemsize :], kind).copy()


def _fill(blob, array):
    blob.shape.dim.extend(array.shape)
    blob.data.extend(np.asarray(array, np.float32).ravel().tolist())
