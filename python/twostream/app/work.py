"""The work of the jobs' processes: read frames, fuse them, and make images for the browser."""

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import cv2
import numpy as np

from ..alignment.registered import RegisteredFrames
from ..fusion.frames import Frames
from ..fusion.tree import Fused
from ..io import images
from ..io.frame_files import list_frames
from ..io.pixels import (
    eight_bit,
    reduced,
    squeezed,
    with_axis,
    without_alpha,
)
from ..methods import METHODS
from ..report.focus_map import focus_map
from ..stacking.corrections import correction_of
from ..stacking.outputs import Outputs
from ..stacking.pipeline import image_of, run
from ..stacking.record import read_record, write_focus_map
from ..stacking.replay import replay
from ..stacking.retouching import retouched
from ..stacking.sources import mark

QUICK, SMALL, THUMBNAIL = 512, 1024, 240
"""Longest side, in pixels, of frames for a first and a better preview, and of thumbnails."""
SURFACE = 256
"""Largest side, in pixels, of the depth map as a surface."""
TILE = 1024
"""Side of the tiles of an image for the browser."""
DEPTHS = {"depth": ("depth_map.png", "saved_depth.png"), "mesh": ("mesh.ply", "saved.ply")}
"""What shows the depth -> its file, and the one with strokes."""
MAPS = {"focus": "focus_map.png", "depth": "depth_preview.png", "confidence": "confidence_map.png"}
"""Key of a map -> its file."""


def preview(folder, number, frames, options, side, progress):
    """Fuse frames of at most this side; return the content of the page.

    Below the side `SMALL` the best similarity is good enough.
    """
    looks = Path(folder) / "looks"
    small = [reduced(np.load(looks / f"{frame.number}.npy"), side) for frame in frames]
    # Reduced frames are corrected already.
    options = options.changed(advice=False, progress=progress, dark=None, flat=None)
    if side < SMALL and options.align in ("auto", "local", "homography"):
        options = options.changed(align="similarity")
    made = Path(folder) / "results" / str(number)
    result = run(small, options, outputs_in(made, options))
    used = [frames[n] for n in result.alignment.numbers]
    for n, image in enumerate(result.frames):
        write_levels(made, f"frame-{n}", squeezed(image), result.frames.white)
    factor = frames[0].width / small[0].shape[1]
    return {**shown_of(made, number, used, result), "factor": factor, "preview": side}


def fuse(folder, number, frames, options, progress):
    """Fuse the frames; return the content of the page."""
    files = files_of(folder, frames, options)
    made = Path(folder) / "results" / str(number)
    options = options.changed(progress=progress)
    result = run(files, options, outputs_in(made, options))
    used = [frames[n] for n in result.alignment.numbers]
    shown = shown_of(made, number, used, result)
    return {**shown, "factor": 1, "preview": 0, "lines": [result.summary, *result.warnings]}


def files_of(folder, frames, options):
    """List the `FrameFile` of each frame."""
    paths = list(dict.fromkeys(Path(folder) / frame.path for frame in frames))
    there = list_frames(paths, options.convert_profile, options.most_pixels)
    known = {(file.path, file.page): file for file in there}
    return [known[Path(folder) / frame.path, frame.page] for frame in frames]


def outputs_in(made, options):
    """Return the Outputs of a result, in a folder."""
    made.mkdir(parents=True, exist_ok=True)
    paths = {"record": made / "record.json"}
    if METHODS[options.method].chooses:
        paths["focus_map"] = made / MAPS["focus"]
    if "depth" in options.maps:
        paths.update(depth_map=made / "depth_map.png", depth_preview=made / MAPS["depth"])
        paths["mesh"] = made / "mesh.ply"
    if "confidence" in options.maps:
        paths["confidence_map"] = made / MAPS["confidence"]
    return Outputs(made / "fused.tif", **paths)


def shown_of(made, number, used, result):
    """Draw result and maps for the browser; frames are drawn when they are asked for."""
    white, (height, width) = result.frames.white, result.image.shape[:2]
    write_levels(made, "fused", without_alpha(result.image), white)
    maps = [name for name, file in MAPS.items() if (made / file).exists()]
    for name in maps:
        write_levels(made, name, drawn_map(made, name, len(used)))
    if "depth" in maps:
        depth = reduced(images.read(made / "depth_map.png"), SURFACE)
        images.write(made / "surface.png", (depth // 257).astype(np.uint8))
    return {
        "number": number,
        "width": width,
        "height": height,
        "white": float(white),
        "crop": [int(side) for side in result.frames.crop],
        "frames": [frame.number for frame in used],
        "maps": maps,
        "lines": [],
    }


def drawn_map(made, name, count):
    """Read a map as it is shown."""
    image = images.read(made / MAPS[name])
    return focus_map(image, count) if name == "focus" else image


def write_levels(made, key, image, white=None):
    """Write an image as tiles, at full size, half of it and so on until it is one tile."""
    folder, level = made / "levels" / key, 0
    folder.mkdir(parents=True, exist_ok=True)
    image = eight_bit(image, white)
    while True:
        for y in range(0, image.shape[0], TILE):
            for x in range(0, image.shape[1], TILE):
                tile = np.ascontiguousarray(image[y : y + TILE, x : x + TILE])
                images.write(folder / f"{level}-{x // TILE}-{y // TILE}.jpg", tile, 92)
        if max(image.shape[:2]) <= TILE:
            return
        height, width = (max(1, (side + 1) // 2) for side in image.shape[:2])
        image, level = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), level + 1


def draw_frame(folder, shown, frames, options, place, progress):
    """Draw the frame at a place of the result, registered, for the browser."""
    made = Path(folder) / "results" / str(shown["number"])
    record = read_record(made / "record.json")
    whole = [n for n, one in enumerate(record.transforms) if np.array_equal(one, np.eye(3))]
    # A frame that is not warped fills the others; a stack has two frames.
    other = next((n for n in whole if n != place), (place + 1) % len(frames))
    registered = _registered(folder, made, frames, options, [place, other])
    write_levels(made, f"frame-{place}", squeezed(registered[0]), shown["white"])


def _registered(folder, made, frames, options, numbers):
    """Register frames of these numbers as they were for a result."""
    path = made / "record.json"
    record = read_record(path)
    flows = record.read_flows(path) or [None] * len(frames)
    files = files_of(folder, [frames[n] for n in numbers], options)
    stack = Frames(files, correction_of(options))
    transforms, flows = ([listed[n] for n in numbers] for listed in (record.transforms, flows))
    fields = None if record.fields is None else record.fields[numbers]
    return RegisteredFrames(stack, transforms, record.gains[numbers], record.crop, flows, fields)


def save(folder, shown, frames, options, strokes, what, progress):
    """Write the result with its strokes, a map, its mesh or its record into ``saved`` of a suffix.

    `what` is the suffix of the result, or ``focus``, ``depth``, ``mesh`` or ``record``.
    """
    made = Path(folder) / "results" / str(shown["number"])
    if what == "record":
        return save_record(made, frames, strokes)
    if what in DEPTHS:
        options = options.changed(progress=progress, maps=(), advice=False)
        return save_depth(made, files_of(folder, frames, options), options, strokes, what)
    image, focus = _retouched(folder, made, frames, options, strokes)
    if what == "focus":
        return write_focus_map(made / "saved_focus.png", focus, len(frames))
    first = Path(folder) / frames[0].path
    metadata = images.read_metadata(first).written_by(mark(first.parent))
    return images.write(made / f"saved{what}", images.reduced_for(what, image), metadata=metadata)


def save_depth(made, files, options, strokes, what):
    """Write ``saved_depth.png`` or ``saved.ply``: by another fusion if there are strokes."""
    name, saved = DEPTHS[what]
    if not strokes:
        shutil.copyfile(made / name, made / saved)
        return
    with TemporaryDirectory(dir=made) as there:
        output = {"depth_map" if what == "depth" else "mesh": made / saved}
        outputs = Outputs(Path(there) / "fused.tif", **output)
        replay(made / "record.json", files, options, outputs, trust=True, strokes=strokes)


def _retouched(folder, made, frames, options, strokes):
    image, path = images.read(made / "fused.tif", alpha=True), made / "record.json"
    record = read_record(path)
    focus = record.read_focus_map(path).astype(np.uint16) if record.focus_map else None
    if not strokes:
        return image, focus
    stack = _registered(folder, made, frames, options, [*range(len(frames))])
    fused = Fused(with_axis(without_alpha(image)).copy(), focus, 0, len(frames))
    fused = retouched(fused, stack, strokes)
    return image_of(fused, stack), fused.source


def save_record(made, frames, strokes):
    """Write ``saved.zip``: the record, for the folder of the frames, its focus map and flows."""
    path, name = made / "record.json", f"{Path(frames[0].name).stem}_record.json"
    record = read_record(path)
    sources = [replace(s, path=Path(f.name).name) for s, f in zip(record.sources, frames)]
    decision = record.read_focus_map(path) if record.focus_map else None
    corrections = {k: {**v, "path": Path(v["path"]).name} for k, v in record.corrections.items()}
    found = replace(
        record, sources=sources, strokes=strokes, decision=decision, corrections=corrections
    )
    with TemporaryDirectory(dir=made) as there:
        replace(found, flows=record.read_flows(path)).save(Path(there) / name)
        with ZipFile(made / "saved.zip", "w", ZIP_DEFLATED) as archive:
            for file in sorted(Path(there).iterdir()):
                archive.write(file, file.name)
