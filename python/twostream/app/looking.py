"""New frames of the page: read, measured, checked, and kept reduced."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from ..errors import BadInput
from ..fusion.frames import measured
from ..io import images
from ..io.frame_files import FrameFile
from ..io.pixels import (
    alpha_of,
    eight_bit,
    luma,
    reduced,
    reduced_to,
    squeezed,
    white_level,
    with_axis,
    without_alpha,
)
from ..progress import Bar
from ..stacking.checks import unlike
from ..stacking.corrections import correction_of
from .project import Frame
from .work import SMALL

THUMBNAIL = 240
"""Largest side of a thumbnail, in pixels."""
MEASURED = 4e6
"""Number of pixels in which sharpness is measured."""


def look(folder, known, files, options, limits, progress):
    """Read new files, pairs (name, path), and return their frames and all frames' problems.

    `known` are the frames that the project has. `options` names dark frame and flat field. Problems
    are by the numbers of frames.
    """
    looks = Path(folder) / "looks"
    looks.mkdir(exist_ok=True)
    there = []
    for name, path in files:
        new = Frame(int(Path(path).stem.rpartition("-")[2]), name, path)
        there += _pages(folder, new, len(known) + len(there), limits)
    measure = partial(
        _measured_if_readable,
        folder=folder,
        looks=looks,
        correction=correction_of(options),
        limits=limits,
    )
    with ThreadPoolExecutor(2) as pool:
        found = list(Bar("read", len(there), progress).over(pool.map(measure, there)))
    return found, _problems(known + found, looks)


def _pages(folder, file, count, limits):
    """Return a frame for each page of a file; pages have numbers that no other file has."""
    try:
        pages = images.pages(Path(folder) / file.path)
        limits.check_count(count + len(pages))
    except (BadInput, OSError, MemoryError) as error:
        return [replace(file, used=False, problem=str(error))]
    return [
        file if page is None else replace(file, number=file.number * 10**5 + page + 1, page=page)
        for page in pages
    ]


def _measured_if_readable(frame, **how):
    try:
        return frame if frame.problem else measured_frame(frame, **how)
    except (BadInput, OSError, MemoryError) as error:
        return replace(frame, used=False, problem=str(error))


def measured_frame(frame, folder, looks, correction, limits):
    """Measure a frame, corrected by a DarkFlat or None, and keep it reduced."""
    file = FrameFile(Path(folder) / frame.path, frame.page, None, limits.pixels)
    read = correction.applied(file.read()) if correction else file.read()
    image, small = with_axis(without_alpha(read)), reduced(read, SMALL)
    white = white_level([image])
    np.save(looks / f"{frame.number}.npy", small)
    thumbnail = squeezed(with_axis(reduced(without_alpha(small), THUMBNAIL)))
    images.write(looks / f"{frame.number}.jpg", eight_bit(thumbnail, white))
    plane = luma(reduced_to(image, MEASURED)).astype(np.float32)
    brightness = float(plane.mean())
    return replace(
        frame,
        used=True,
        width=image.shape[1],
        height=image.shape[0],
        sharpness=float(np.abs(cv2.Laplacian(plane, cv2.CV_32F)).mean()) / (brightness or 1.0),
        brightness=brightness / white,
        digest=hashlib.sha256(np.ascontiguousarray(image).data).hexdigest(),
    )


def _problems(frames, looks):
    """Find frames that are unlike the others, or duplicates: number -> reason."""
    read = [frame for frame in frames if frame.digest]
    if len(read) < 2:
        return {}
    small = [np.load(looks / f"{one.number}.npy") for one in read]
    seen = [measured(with_axis(without_alpha(one)), alpha_of(one)) for one in small]
    shaped = [s._replace(shape=(f.height, f.width, s.shape[2])) for f, s in zip(read, seen)]
    found = {read[n].number: f"{read[n].on_disk} {why}." for n, why in unlike(shaped).items()}
    first = {}
    for frame in read:
        same = first.setdefault(frame.digest, frame)
        if same is not frame:
            found[frame.number] = f"{frame.on_disk} has the same pixels as {same.on_disk}."
    return found
