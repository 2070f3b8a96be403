"""Multi-focus image fusion with a fully convolutional two-stream network, faithful to Caffe.

`stack` takes photographs of one scene, focused at different depths, from files or arrays, and
returns one that is sharp all over, with maps of focus, depth and confidence. `fuse` does the same
for registered arrays. `load_net` and `to_torch` give the shipped networks. Submodules such as
`metrics` and `methods` are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from . import alignment, data, depth, evaluation, fusion, io, methods, metrics, stacking
    from .engines.shipped import load_net, to_torch
    from .errors import BadInput
    from .stacking.calls import fuse, replay, stack
    from .stacking.channels import stack_channels
    from .stacking.options import StackOptions
    from .stacking.record import Record, read_record
    from .stacking.result import StackResult
    from .stacking.retouching import Stroke

__all__ = [
    "BadInput",
    "Record",
    "StackOptions",
    "StackResult",
    "Stroke",
    "__version__",
    "alignment",
    "data",
    "depth",
    "evaluation",
    "fuse",
    "fusion",
    "io",
    "load_net",
    "methods",
    "metrics",
    "read_record",
    "replay",
    "stack",
    "stack_channels",
    "stacking",
    "to_torch",
]

_HOMES = {
    "BadInput": "errors",
    "Record": "stacking.record",
    "StackOptions": "stacking.options",
    "StackResult": "stacking.result",
    "Stroke": "stacking.retouching",
    "fuse": "stacking.calls",
    "load_net": "engines.shipped",
    "read_record": "stacking.record",
    "replay": "stacking.calls",
    "stack": "stacking.calls",
    "stack_channels": "stacking.channels",
    "to_torch": "engines.shipped",
}
"""Name -> module that it is imported from when it is first used, as in scikit-image."""


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    if name in __all__:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list:
    return __all__
