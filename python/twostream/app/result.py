"""Fusion of what was uploaded, as the command does it, and images of it for the browser."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from ..fusion.frames import Frames
from ..io import images
from ..io.frame_files import list_frames
from ..io.pixels import eight_bit, reduced, squeezed, without_alpha
from ..report.focus_map import focus_map
from ..stacking.outputs import Outputs
from ..stacking.pipeline import run
from .choice import MAPS
from .uploads import link_uploads

SIDE = 2400
"""Largest side of an image in the browser, in pixels."""
PREVIEW, SHOWN = "preview", "shown"
"""Names of folders next to the uploads."""
RESERVED = [PREVIEW, SHOWN, *(file for one in MAPS.values() for file in one.files.values())]


@dataclass(frozen=True)
class Result:
    """A fusion, in files."""

    lines: list  # the command's summary and advice
    command: str  # command line that writes the same files
    fused: Path  # what the command wrote
    maps: list  # of Path; maps that it wrote
    sources: list  # of (str, Path); name of each source, and a picture of it as it was fused
    shown: Path  # picture of the result
    shown_maps: list  # of (str, Path); name of a map of `MAPS`, and a picture of it


def make_result(uploads, choice, limits, folder, side=None):
    """Fuse uploaded files in an empty folder on their disk, which becomes the current one.

    `side` is the largest side that the frames are reduced to before they are fused.
    """
    folder = Path(folder).resolve()
    os.chdir(folder)
    limits.check_files(uploads)
    output, options = choice.output(uploads[0]), choice.options(limits)
    names = link_uploads(uploads, folder, [output, *RESERVED])
    command = choice.command(names, output)
    files = list_frames(names, options.convert_profile, options.most_pixels)
    limits.check_count(len(files))
    if side:
        output, folder = f"{Path(output).stem}.tif", folder / PREVIEW
        names = _reduce(files, folder, side)
        os.chdir(folder)
    written = {name: Path(file) for name, file in choice.files().items()}
    outputs = Outputs(Path(output), **written)
    result = run(names, replace(options, maps=outputs.maps), outputs)
    return Result(
        [f"{output}: {result.summary}", *result.warnings],
        command,
        folder / output,
        [folder / next(iter(MAPS[name].files.values())) for name in choice.maps],
        *_shown(result, list(map(str, files)), folder / SHOWN, choice.maps),
    )


def _reduce(files, folder, side):
    """Write reduced frames into a new folder and return their names."""
    folder.mkdir()
    frames, names = Frames(files), [f"{file}.tif" for file in files]
    for name, frame in zip(names, frames):
        images.write(folder / name, squeezed(reduced(frame, side)))
    return names


def _shown(result, labels, folder, maps):
    """Draw the sources as they were fused, the result and the maps."""
    folder.mkdir()
    white, count = result.frames.white, len(result.frames)
    used = result.alignment.numbers
    sources = [
        (f"{n + 1}: {labels[n]}", _drawn(frame, folder / f"source_{n}.jpg", white))
        for n, frame in zip(used, result.frames)
    ]
    fused = _drawn(without_alpha(result.image), folder / "fused.jpg", white)
    drawn = {name: images.read(MAPS[name].shown) for name in maps}
    if "focus" in drawn:
        drawn["focus"] = focus_map(drawn["focus"], count)
    shown = [(name, _drawn(image, folder / f"{name}.png")) for name, image in drawn.items()]
    return sources, fused, shown


def _drawn(image, path, white=None):
    images.write(path, eight_bit(reduced(squeezed(image), SIDE), white))
    return path
