"""Reading and writing prototxt files: nets and solvers in protobuf's text form."""

from functools import lru_cache

from google.protobuf import text_format

from ..errors import BadInput
from ..io.regular import read_small
from .schema import NetParameter, SolverParameter

MOST_BYTES = 2**18
"""Largest file that is read: parsing takes seconds for each MB."""


def read_net(path, phase=None):
    """Read a net, such as ``deploy.prototxt``, of one phase alone if that is given.

    Raise BadInput if the file cannot be read, is no net, or has fields that `schema.proto` lacks.
    """
    net = _read(path, NetParameter)
    if not net.layer:
        raise BadInput(f"{path} holds no layers. Give the prototxt of a net.")
    return net if phase is None else with_layers(net, layers_of(net, phase))


def read_solver(path):
    """Read a solver file; same arguments and errors as `read_net`, returns SolverParameter."""
    return _read(path, SolverParameter)


def text(message):
    """Return the text form of a NetParameter or SolverParameter."""
    return text_format.MessageToString(message)


def layers_of(net, phase):
    """Return the layers of a net that take part in a phase, `schema.TRAIN` or `schema.TEST`."""
    return [
        layer
        for layer in net.layer
        if any(_met(rule, phase) for rule in layer.include)
        or not (layer.include or any(_met(rule, phase) for rule in layer.exclude))
    ]


def with_layers(net, layers):
    """Return a copy of a net that has these layers in place of its own."""
    copy = NetParameter()
    copy.CopyFrom(net)
    del copy.layer[:]
    copy.layer.extend(layers)
    return copy


def _met(rule, phase):
    """Return whether a rule (NetStateRule) holds for a net of this phase, level 0 and no stage."""
    return (
        (not rule.HasField("phase") or rule.phase == phase)
        and rule.min_level <= 0 <= rule.max_level
        and not rule.stage
    )


def _read(path, kind):
    try:
        return kind.FromString(_parsed(read_small(path, MOST_BYTES).decode(), kind))
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path} is not a text file, so it cannot be a prototxt. Give the prototxt first, then "
            "the caffemodel."
        ) from error
    except text_format.ParseError as error:
        what = str(error).rstrip(".")
        raise BadInput(f"{path} is not a prototxt that this toolkit can read: {what}.") from error


@lru_cache(maxsize=32)
def _parsed(text, kind):
    """Return the binary form of a message's text, which is slow to parse."""
    return text_format.Parse(text, kind()).SerializeToString()
