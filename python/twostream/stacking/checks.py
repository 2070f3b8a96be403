"""What is checked before the work begins."""

from typing import Any

from ..engines import engine_name
from ..errors import BadInput
from ..methods import method
from ..methods.interface import Method
from .options import StackOptions

METHOD_OPTIONS = ("engine", "weights", "prototxt", "tile")
"""Options that only some methods have."""


def method_of(options: StackOptions) -> tuple[Method, dict[str, Any]]:
    """Find the method and the options that it takes.

    Parameters
    ----------
    options : StackOptions

    Returns
    -------
    chosen : methods.Method
    settings : dict
        Keyword arguments of the method.

    Raises
    ------
    BadInput
        If there is no such method, it lacks an option that is given, or the engine cannot be used.
    """
    chosen = method(options.method)
    values = {name: getattr(options, name) for name in METHOD_OPTIONS}
    settings = {name: value for name, value in values.items() if value is not None}
    chosen.check_options(settings)
    if "engine" in chosen.options:
        settings.setdefault("engine", "auto")
        engine_name(settings["engine"])
    if "progress" in chosen.options:
        settings["progress"] = options.progress
    return chosen, settings


def check_memory(options: StackOptions, chosen: Method, settings: dict[str, Any]) -> None:
    """Raise BadInput if the memory is limited and cannot be planned."""
    if options.memory is None:
        return
    if not chosen.is_bounded:
        raise BadInput(f"The method {chosen.name} holds all frames, whatever --memory says.")
    if options.tile:
        raise BadInput("--memory chooses the tiles; give it or --tile, not both.")
    if engine_name(settings["engine"]) != "onnx" or _on_gpu():
        raise BadInput("--memory is for the engine onnx on a CPU; --engine onnx chooses it.")


def _on_gpu() -> bool:
    from ..engines.onnx import on_gpu  # slow to import, and missing for old Pythons

    return on_gpu()
