"""The options of a fusion, with their defaults."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Optional, Union

from ..alignment.alignment import MODELS
from ..errors import BadInput
from ..fusion.select import PREFERENCES
from ..names import lookup
from .retouching import Stroke

UNITS = {"MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}
MAPS = ("depth", "confidence")
LEVELS = ("auto", "none")
SMALLEST_TILE = 16


@dataclass(frozen=True)
class StackOptions:
    """How a stack is read, registered and fused.

    Attributes
    ----------
    method : str
        One of `methods.METHODS`.
    engine : str, optional
        Engine of the networks, see `engines.load`. The default is ``auto``, with quantization
        where the CPU allows it.
    weights, prototxt : str or Path, optional
        Weights and net of the method, see `nets.pretrained.files_of`.
    tile : int, optional
        Side of a tile in pixels.
    prefer : str, optional
        Which frame to take where two are similarly sharp: ``near`` the earlier, ``far`` the later
        one, for frames ordered from near to far.
    memory : int or str, optional
        Upper limit of the peak memory: bytes, or a number with a unit, such as ``"2GB"``.
    align : str
        One of `alignment.alignment.MODELS`.
    reference : int, optional
        Number, from 0, of the reference frame of the registration; by default the middle one.
    level : str
        ``auto`` matches exposure and white balance of the frames to the median of the stack where
        they differ by more than 1 %; ``none`` does not.
    keep_frame : bool
        Keep the whole reference frame rather than the field that all frames show.
    skip_bad : bool
        Leave out frames that do not fit, rather than refuse the stack.
    convert_profile : bool
        Convert frames with another ICC profile to that of the first, rather than refuse them.
    dark, flat : str or Path, optional
        Image files. The dark frame is subtracted from each frame, which is then divided by the
        flat field; see `io.dark_flat.DarkFlat`.
    max_megapixels : int, optional
        Refuse images that declare more; see `io.limits.check_size` for the default.
    advice : bool
        Look for focus steps that the stack lacks.
    strokes : tuple of Stroke
        Retouching of the result, see `Stroke`.
    maps : tuple of str
        Maps of `MAPS` that will be needed. The confidence map is then measured while the frames are
        read for the fusion. The depth map reads the frames once more.
    progress : bool or callable
        Whether to show a progress bar on a terminal, or a function. It is called with the name of
        a step (``read``, ``register``, ``fuse``, ``write``), the work done and the total.

    Raises
    ------
    BadInput
        If a value is not allowed.

    Examples
    --------
    >>> import twostream as ts
    >>> options = ts.StackOptions(method="average", memory="2GB")
    >>> options.changed(align="none").align, options.memory_limit
    ('none', 2000000000)
    """

    method: str = "select"
    engine: Optional[str] = None
    weights: Union[str, Path, None] = None
    prototxt: Union[str, Path, None] = None
    tile: Optional[int] = None
    prefer: Optional[str] = None
    memory: Union[int, str, None] = None
    align: str = "auto"
    reference: Optional[int] = None
    level: str = "auto"
    keep_frame: bool = False
    skip_bad: bool = False
    convert_profile: bool = False
    dark: Union[str, Path, None] = None
    flat: Union[str, Path, None] = None
    max_megapixels: Optional[int] = None
    advice: bool = True
    strokes: tuple[Stroke, ...] = ()
    maps: tuple[str, ...] = ()
    progress: Union[bool, Callable[[str, int, int], None]] = False

    def __post_init__(self) -> None:
        lookup(self.align, dict.fromkeys(MODELS), "transform")
        lookup(self.level, dict.fromkeys(LEVELS), "way to level exposure")
        if self.prefer is not None:
            lookup(self.prefer, PREFERENCES, "preference")
        if isinstance(self.maps, str):
            object.__setattr__(self, "maps", (self.maps,))
        if not isinstance(self.max_megapixels, (int, type(None))):
            raise BadInput(f"max_megapixels is a number, not {self.max_megapixels!r}.")
        if self.reference is not None and not (type(self.reference) is int and self.reference >= 0):
            raise BadInput(f"reference is the number of a frame, not {self.reference!r}.")
        for name in self.maps:
            lookup(name, dict.fromkeys(MAPS), "map")
        if self.tile is not None and not (type(self.tile) is int and self.tile >= SMALLEST_TILE):
            raise BadInput(
                f"A tile has at least {SMALLEST_TILE} pixels per side, not {self.tile!r}."
            )
        size_in_bytes(1 if self.memory is None else self.memory)

    def changed(self, **changes: Any) -> "StackOptions":
        """Return the options with some changed; raise BadInput if one does not exist."""
        for name in changes:
            lookup(name, self.__dataclass_fields__, "option")
        return replace(self, **changes)

    def observes(self, count: int) -> bool:
        """Tell whether the focus of this number of frames is measured while they are read."""
        return "confidence" in self.maps or (self.advice and count > 2)

    @property
    def memory_limit(self) -> Optional[int]:
        """Upper limit of the peak memory in bytes."""
        return None if self.memory is None else size_in_bytes(self.memory)

    @property
    def most_pixels(self) -> Optional[int]:
        """Limit of the declared size of an image in pixels; None for the default."""
        return self.max_megapixels and self.max_megapixels * 10**6


def size_in_bytes(size: Union[int, str]) -> int:
    """Convert a size such as ``"1.5GB"`` to bytes; raise BadInput if it is not one."""
    if type(size) is int and size > 0:
        return size
    found = re.fullmatch(rf"(\d{{1,9}}(?:\.\d{{1,9}})?) ?({'|'.join(UNITS)})", str(size))
    if not found or not float(found[1]):
        raise BadInput(f"{size!r} is not a size: a number with one of the units {' '.join(UNITS)}.")
    return round(float(found[1]) * UNITS[found[2]])
