"""What is chosen on the page, as options and outputs of a fusion."""

import shlex
from dataclasses import dataclass

from ..methods import METHODS
from ..stacking.options import StackOptions
from ..stacking.outputs import fused_name

FORMATS = {"as the first picture": "", "PNG": ".png", "TIFF": ".tif", "JPEG": ".jpg"}
"""Format of the result -> suffix."""
FLAGS = {
    "keep_frame": "Keep the whole field of the middle frame",
    "skip_bad": "Leave out frames that do not fit the others",
    "convert_profile": "Convert colour profiles to that of the first",
}
"""Option of `StackOptions` that is set or not -> what it does."""


@dataclass(frozen=True)
class Map:
    """An additional output."""

    label: str
    legend: str  # what its colours mean
    files: dict  # field of `Outputs` -> name of the file
    shown: str  # name of the file that the page shows
    of_choice: bool  # whether only methods that choose pixels have it


MAPS = {
    "focus": Map(
        "Focus map",
        "white where pixels come from the first picture, black from the last",
        {"focus_map": "focus_map.png"},
        "focus_map.png",
        True,
    ),
    "depth": Map(
        "Depth map",
        "violet where the first picture is in focus, yellow where the last is",
        {"depth_map": "depth_map.png", "depth_preview": "depth_preview.png"},
        "depth_preview.png",
        True,
    ),
    "confidence": Map(
        "Confidence map",
        "black where pictures differ by more than focus, gray where none is sharp, else white",
        {"confidence_map": "confidence_map.png"},
        "confidence_map.png",
        False,
    ),
}


@dataclass(frozen=True)
class Choice:
    """How pictures are fused."""

    method: str = "select"
    align: str = "auto"  # of `alignment.alignment.MODELS`
    maps: tuple = ()  # of `MAPS`
    flags: tuple = ()  # of `FLAGS`
    suffix: str = ""  # of the result; empty for that of the first picture

    def options(self, limits):
        """Return the StackOptions."""
        return StackOptions(
            method=self.method,
            align=self.align,
            max_megapixels=limits.megapixels,
            **dict.fromkeys(self.flags, True),
        )

    def files(self):
        """Names of the files of the maps, by the fields of `Outputs`."""
        return {key: name for one in self.maps for key, name in MAPS[one].files.items()}

    def command(self, names, output):
        """Command line that writes the same files."""
        words = ["twostream", "fuse", *names, "-o", output]
        words += ["--method", self.method, "--align", self.align]
        words += [f"--{flag.replace('_', '-')}" for flag in self.flags]
        files = self.files().items()
        words += [word for key, name in files for word in (f"--{key.replace('_', '-')}", name)]
        return shlex.join(words)

    def output(self, first):
        """Name of the result, after that of the first picture."""
        return fused_name(first, self.suffix)


def choice_of(method, align, maps, flags, suffix):
    """Make a Choice of what is asked, without the maps that the method does not have."""
    there = [name for name in maps if METHODS[method].chooses or not MAPS[name].of_choice]
    return Choice(method, align, tuple(there), tuple(flags), suffix)
