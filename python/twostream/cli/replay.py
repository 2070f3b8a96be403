"""Fuse another channel, light or time point of a scene exactly as its pictures were fused before.

The recipe is what `twostream fuse --recipe` wrote. Each picture is warped as the one of the same
number was, and each pixel comes from the picture of the same number; only near the borders between
them the network corrects the new pixels as it does in any fusion.
"""

import time
from pathlib import Path

import numpy as np

from ..alignment.registered import RegisteredFrames
from ..errors import BadInput
from ..fusion.frames import Frames
from ..fusion.recipe import read_recipe
from ..io import images
from ..io.digest import sha256_of
from ..io.frame_files import list_frames
from ..methods import method
from . import parser
from .engine_options import add_engine, engine_for
from .fuse import add_reading, flat
from .memory import add_memory, begin, fitted, limit_of
from .recipes import RECORDED, digests_of_weights
from .sources import pictures_of


def main(args):
    """Fuse the pictures and print a one-line summary."""
    began = time.perf_counter()
    recipe = read_recipe(args.recipe)
    chosen, options = _method(recipe, args)
    source = _source(recipe, args.recipe, chosen)
    sources = pictures_of(args.sources, args.output)
    files = list_frames(sources, args.convert_profile, args.max_megapixels)
    limit, every = limit_of(args, chosen, options), Frames(_as_many(files, recipe, args.recipe))
    begin(every, limit)
    frames, notes = _prepared(every, recipe, args)
    metadata = images.read_metadata(files[0].path)
    sample = images.reduced_for(args.output, np.empty(1, frames.dtype))
    images.check_writable(args.output, sample.dtype)
    notes += _changes(recipe, files, digests_of_weights(chosen, options))
    with fitted(frames, limit, chosen, options) as options:
        fused = chosen.fuse_frames(frames, source, **options)
    images.write(args.output, flat(args.output, fused.picture), metadata=metadata)
    if not args.quiet:
        seconds = time.perf_counter() - began
        print(
            f"{args.output}: {len(files)} pictures fused as {args.recipe} says, in {seconds:.1f} s."
        )
        print(*notes, sep="\n", end="\n" if notes else "")


def _method(recipe, args):
    """Return the recipe's method and its options; as these a file may hold anything."""
    chosen, options = method(recipe.method), dict(recipe.options)
    chosen.check_options(options)
    kinds = {name: int if name == "tile" else str for name in RECORDED}
    for name, value in options.items():
        if type(value) is not kinds.get(name) or (name == "tile" and not 16 <= value < 2**31):
            raise BadInput(f"{args.recipe} has no fit value for the option {name!r}.")
    options.update(engine_for(chosen, args))
    if "progress" in chosen.options:
        options["progress"] = not args.quiet
    return chosen, options


def _as_many(files, recipe, path):
    if len(files) != len(recipe.sources):
        raise BadInput(f"{path} is of {len(recipe.sources)} pictures; here are {len(files)}.")
    return files


def _prepared(frames, recipe, args):
    """Frames prepared as the recipe says, and a note if their gains do not fit."""
    height, width, channels = frames.shape
    if [height, width] != recipe.size:
        was = "x".join(map(str, recipe.size[::-1]))
        raise BadInput(f"{args.recipe} is of pictures of {was}; these are {width}x{height}.")
    gains, notes = recipe.gains, []
    if (gains == 1).all() or args.no_gains:
        gains = None
    elif gains.shape[1] != channels:
        gains, notes = None, ["The gains of the recipe are of other channels and not applied."]
    return RegisteredFrames(frames, recipe.transforms, gains, tuple(recipe.crop)), notes


def _source(recipe, path, chosen):
    """Read the focus map, H x W; None if the method does not choose."""
    if not chosen.chooses:
        return None
    if recipe.focus_map is None:
        raise BadInput(f"{path} names no focus map, which the method {chosen.name} needs.")
    where = path.parent / recipe.focus_map
    source = images.read(where)
    if source.dtype.kind != "u" or source.shape != tuple(recipe.crop[2:]):
        raise BadInput(f"{where} is not the focus map of {path}.")
    if source.max() >= len(recipe.sources):
        raise BadInput(
            f"{where} names picture {source.max()}; they go from 0 to {len(recipe.sources) - 1}."
        )
    return source


def _changes(recipe, files, weights):
    """Name files that are not the recipe's any more, in sentences."""
    recorded = {Path(source.path).resolve(): source.sha256 for source in recipe.sources}
    given = {file.path.resolve() for file in files}
    changed = [path for path in given & set(recorded) if sha256_of(path) != recorded[path]]
    notes = [f"{path} has changed since it was fused." for path in sorted(changed)]
    if weights != recipe.weights:
        notes.append("The weights are others than those of the recipe.")
    return notes


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("recipe", metavar="RECIPE", type=Path, help="JSON file of twostream fuse")
    p.add_argument(
        "sources",
        nargs="+",
        metavar="PICTURE|DIR",
        type=Path,
        help="as many as were fused, in the same order; of a folder all, by name",
    )
    p.add_argument("-o", "--output", type=Path, required=True, help="the fused picture")
    p.add_argument(
        "--no-gains", action="store_true", help="do not level exposure as it was for the recipe"
    )
    add_reading(p)
    nets = p.add_argument_group("only for methods that run a network")
    add_engine(nets)
    add_memory(nets)
    p.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    return p
