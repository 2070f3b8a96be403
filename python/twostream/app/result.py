"""Fusing what was uploaded by the command itself, and pictures of it for the browser."""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from ..alignment.registered import RegisteredFrames
from ..fusion.frames import Frames
from ..fusion.recipe import read_recipe
from ..io import images
from ..io.frame_files import list_frames
from ..io.pixels import eight_bit, reduced
from ..report.focus_map import focus_map
from .choice import MAPS
from .uploads import link_uploads

SIDE = 2400
"""Largest side of a picture in the browser, in pixels."""
RECIPE, PREVIEW, SHOWN = "recipe.json", "preview", "shown"
"""Names of a file and of folders beside the uploads."""
RESERVED = [RECIPE, PREVIEW, SHOWN, *(file for one in MAPS.values() for file in one.files)]


@dataclass(frozen=True)
class Result:
    """A fusion, in files.

    Attributes
    ----------
    lines : list of str
        The command's summary and advice.
    command : str
        Command line that writes the same files.
    fused : Path
        What the command wrote.
    maps : list of Path
        Maps that it wrote.
    sources : list of (str, Path)
        Name of each source, and a picture of it as it was fused.
    shown : Path
        Picture of the result.
    shown_maps : list of (str, Path)
        Name of a map of `MAPS`, and a picture of it.
    """

    lines: list
    command: str
    fused: Path
    maps: list
    sources: list
    shown: Path
    shown_maps: list


def make_result(fuse, uploads, choice, limits, folder, side=None):
    """Fuse uploaded files in a folder, which becomes the current one.

    Parameters
    ----------
    fuse : callable
        ``twostream fuse``: takes the words of its command line, returns what it prints.
    uploads : list of str
    choice : Choice
    limits : Limits
    folder : Path
        Empty; on the disk of the uploads.
    side : int, optional
        Largest side that the pictures are reduced to before they are fused.

    Returns
    -------
    Result

    Raises
    ------
    BadInput
    """
    folder = Path(folder).resolve()
    os.chdir(folder)
    limits.check_files(uploads)
    output = choice.output(uploads[0])
    names = link_uploads(uploads, folder, [output, *RESERVED])
    command = shlex.join(["twostream", "fuse", *names, "-o", output, *choice.words()])
    files = list_frames(names, "--convert-profile" in choice.flags, limits.megapixels * 10**6)
    limits.check_count(len(files))
    labels = list(map(str, files))
    if side:
        output, folder = f"{Path(output).stem}.tif", folder / PREVIEW
        names = _reduce(files, folder, side)
        os.chdir(folder)
        files = list_frames(names)
    limit = ["--max-megapixels", str(limits.megapixels)]
    said = fuse([*names, "-o", output, *choice.words(), *limit, "--recipe", RECIPE])
    return Result(
        said.splitlines(),
        command,
        folder / output,
        [folder / MAPS[name].file for name in choice.maps],
        *_shown(files, labels, folder, output, choice.maps),
    )


def _reduce(files, folder, side):
    """Write reduced frames into a new folder and return their names."""
    folder.mkdir()
    frames, names = Frames(files), [f"{file}.tif" for file in files]
    for name, frame in zip(names, frames):
        images.write(folder / name, _squeezed(reduced(frame, side)))
    return names


def _shown(files, labels, folder, output, maps):
    """Draw the sources as they were fused, the result and the maps."""
    recipe, folder = read_recipe(RECIPE), folder / SHOWN
    folder.mkdir()
    places = [(str(file.path), file.page) for file in files]
    used = [places.index((source.path, source.page)) for source in recipe.sources]
    frames = RegisteredFrames(
        Frames([files[n] for n in used]), recipe.transforms, recipe.gains, tuple(recipe.crop)
    )
    sources = [
        (f"{n + 1}: {labels[n]}", _drawn(frame, folder / f"source_{n}.jpg", frames.white))
        for n, frame in zip(used, frames)
    ]
    fused = _drawn(images.read(output), folder / "fused.jpg", frames.white)
    return sources, fused, [(name, _map(name, len(used), folder)) for name in maps]


def _map(name, count, folder):
    image = images.read(MAPS[name].shown)
    drawn = focus_map(image, count) if name == "focus" else image
    return _drawn(drawn, folder / f"{name}.png")


def _drawn(image, path, white=None):
    images.write(path, eight_bit(reduced(_squeezed(image), SIDE), white))
    return path


def _squeezed(image):
    return image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
