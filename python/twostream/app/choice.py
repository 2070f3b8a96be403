"""What is chosen on the page, as options of ``twostream fuse``."""

from dataclasses import dataclass
from pathlib import Path

from ..io.raw import SUFFIXES as RAW
from ..methods import METHODS

FORMATS = {"as the first picture": "", "PNG": ".png", "TIFF": ".tif", "JPEG": ".jpg"}
"""Format of the result -> suffix."""
FLAGS = {
    "--level": "Level exposure and white balance",
    "--keep-frame": "Keep all that the middle picture shows",
    "--skip-bad": "Leave out pictures that do not fit the others",
    "--convert-profile": "Convert colour profiles to that of the first",
}
"""Option without a value -> what it does."""


@dataclass(frozen=True)
class Map:
    """A map that is written besides.

    Attributes
    ----------
    label : str
    legend : str
        What its colours mean.
    words : tuple of str
        Options that write it.
    file : str
        Name of its file.
    shown : str
        Name of the file that is to be looked at.
    of_choice : bool
        Whether only methods that choose pixels have it.
    """

    label: str
    legend: str
    words: tuple
    file: str
    shown: str
    of_choice: bool

    @property
    def files(self):
        """Names of all files."""
        return {self.file, self.shown}


MAPS = {
    "focus": Map(
        "Focus map",
        "white where pixels come from the first picture, black from the last",
        ("--focus-map", "focus_map.png"),
        "focus_map.png",
        "focus_map.png",
        True,
    ),
    "depth": Map(
        "Depth map",
        "violet where the first picture is in focus, yellow where the last is",
        ("--depth-map", "depth_map.png", "--depth-preview", "depth_preview.png"),
        "depth_map.png",
        "depth_preview.png",
        True,
    ),
    "trust": Map(
        "Trust map",
        "black where pictures differ by more than focus, gray where none is sharp, else white",
        ("--trust-map", "trust_map.png"),
        "trust_map.png",
        "trust_map.png",
        False,
    ),
}


@dataclass(frozen=True)
class Choice:
    """How pictures are fused.

    Attributes
    ----------
    method : str
    align : str
        Of `alignment.alignment.MODELS`.
    maps : tuple of str
        Of `MAPS`.
    flags : tuple of str
        Of `FLAGS`.
    suffix : str
        Of the result; empty for that of the first picture.
    """

    method: str = "select"
    align: str = "auto"
    maps: tuple = ()
    flags: tuple = ()
    suffix: str = ""

    def words(self):
        """Options of ``twostream fuse`` besides pictures and result."""
        words = ["--method", self.method, "--align", self.align, *self.flags]
        return words + [word for name in self.maps for word in MAPS[name].words]

    def output(self, first):
        """Name of the result, after that of the first picture."""
        suffix = Path(first).suffix
        own = ".tif" if suffix.lower() in RAW else suffix
        return f"{Path(first).stem}_fused{self.suffix or own}"


def choice_of(method, align, maps, flags, suffix):
    """Make a Choice of what is asked, without the maps that the method does not have."""
    there = [name for name in maps if METHODS[method].chooses or not MAPS[name].of_choice]
    return Choice(method, align, tuple(there), tuple(flags), suffix)
