"""The recipe of a fusion, as ``twostream replay`` reads it."""

import os
from pathlib import Path

from .. import __version__
from ..fusion.recipe import Recipe, Source
from ..io.digest import sha256_of
from ..nets.pretrained import files_of

RECORDED = ("weights", "prototxt", "tile")
"""Options of a method that a recipe records; engines agree, so it does not name one."""


def recipe_of(files, frames, chosen, options, focus_map, folder):
    """Describe how frames are fused.

    Parameters
    ----------
    files : list of io.frame_files.FrameFile
    frames : RegisteredFrames
        Made of the files.
    chosen : methods.Method
    options : dict
        Of the method.
    focus_map : Path or None
    folder : Path
        Of the recipe.

    Returns
    -------
    Recipe
    """
    digests = {path: sha256_of(path) for path in {file.path for file in files}}
    sources = [
        Source(str(file.path), file.page, digests[file.path], transform.tolist(), gains.tolist())
        for file, transform, gains in zip(files, frames.transforms, frames.gains)
    ]
    return Recipe(
        version=__version__,
        method=chosen.name,
        options={name: _plain(options[name]) for name in RECORDED if name in options},
        weights=digests_of_weights(chosen, options),
        size=list(frames.size),
        crop=[int(number) for number in frames.crop],
        focus_map=focus_map and os.path.relpath(focus_map, folder),
        sources=sources,
    )


def digests_of_weights(chosen, options):
    """SHA-256 of each file that the method reads, by the names of its folder and itself."""
    found = chosen.weights
    if options.get("weights") or options.get("prototxt"):
        found = files_of(options.get("weights") or found[-1], options.get("prototxt"))
    return {"/".join(Path(path).parts[-2:]): sha256_of(path) for path in found}


def _plain(value):
    return value if isinstance(value, int) else str(value)
