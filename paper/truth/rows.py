"""Rows of the truth tables: methods, whole stack fusions, other programs, and best choices."""

import sys
from dataclasses import dataclass
from functools import cached_property, partial

import cv2
import numpy as np

import twostream as ts
from twostream.errors import BadInput
from twostream.evaluation.variant import chosen_method
from twostream.io import images
from twostream.io.pixels import from_unit, luma, to_unit, white_level, with_channels

from .best_choice import best_choice, best_smooth_choice

CHOICES = {"best_choice": best_choice, "best_smooth_choice": best_smooth_choice}
"""Name of a row -> choice of pixels that knows the truth."""

OTHERS = ("middle_frame", "stack", *CHOICES)
"""Rows that are no methods."""


@dataclass(frozen=True)
class Sample:
    """The input of a row: the files of the sources (Path), and the truth (array)."""

    paths: tuple
    truth: np.ndarray

    @cached_property
    def images(self):
        """The sources."""
        return [images.read(path) for path in self.paths]


def row(text, engine=None):
    """Find a row: a function of a Sample to the fused picture, or to None if there is none.

    Parameters
    ----------
    text : str
        A method as for `chosen_method`, which takes the frames without registration, or
        ``middle_frame``. ``stack:OPTION=VALUE,...`` is `twostream.stack` on the files with options
        of `StackOptions`. One of the `CHOICES` with such options takes the registered frames.
    engine : object, optional
        Engine of the methods.
    """
    name, colon, rest = text.partition(":")
    options = dict(part.partition("=")[::2] for part in rest.split(",")) if colon else {}
    if name == "middle_frame":
        return _middle_frame
    if name in ("stack", *CHOICES):
        ts.StackOptions(**options)
    if name == "stack":
        return partial(_stack, options)
    if name in CHOICES:
        return partial(_chosen, CHOICES[name], options)
    return partial(_fused, chosen_method(text, engine))


def external(program):
    """Make a row of a Program.

    If its name ends with ``-aligned``, it may move the whole picture. Then its result is registered
    to the truth before it is scored.
    """
    return partial(_written, program)


def _middle_frame(sample):
    return sample.images[(len(sample.images) - 1) // 2]


def _fused(method, sample):
    return method.fuse(sample.images)


def _stacked(options, sample):
    options = {"skip_bad": True, "keep_frame": True, "advice": False, **options}
    return ts.stack(sample.paths, **options)


def _stack(options, sample):
    return _unless_refused(sample, lambda: _stacked(options, sample).image)


def _chosen(choice, options, sample):
    frames = sample.images
    if options:
        registered = _stacked({"method": "average", **options}, sample).frames
        frames = [np.asarray(frame).reshape(sample.truth.shape) for frame in registered]
    return choice(frames, sample.truth)


def _written(program, sample):
    def fuse():
        fused, truth = program.fuse_files(sample.paths)[0], np.atleast_3d(sample.truth)
        if program.name.endswith("-aligned"):
            fused = registered_to(sample.truth, fused)
        if fused.shape[:2] != truth.shape[:2]:
            sizes = ["{1}x{0}".format(*image.shape) for image in (fused, truth)]
            raise BadInput(f"The image by {program.name} has the size {sizes[0]}, not {sizes[1]}.")
        fused = to_unit(np.atleast_3d(fused), white_level([fused]))
        if fused.shape[2] > truth.shape[2]:  # a gray image, written in colors
            fused = luma(fused)[..., None]
        fused = from_unit(with_channels(fused, truth.shape[2]), white_level([truth]), truth.dtype)
        return fused.reshape(sample.truth.shape)

    return _unless_refused(sample, fuse)


def _unless_refused(sample, fuse):
    try:
        return fuse()
    except BadInput as error:
        print(f"{sample.paths[0].parent.name}/{sample.paths[0].stem}: {error}", file=sys.stderr)
        return None


def registered_to(truth, image):
    """Register a picture to the truth with a homography (OpenCV's ECC)."""
    planes = [luma(np.atleast_3d(one).astype(np.float32)) for one in (truth, image)]
    planes = [np.ascontiguousarray(plane.reshape(plane.shape[:2]), np.float32) for plane in planes]
    steps = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 100, 1e-5)
    move, there = np.eye(3, dtype=np.float32), np.atleast_3d(image).any(axis=2).astype(np.uint8)
    there = cv2.erode(there, np.ones((11, 11)))  # no wedge where the frame showed nothing
    try:
        _, move = cv2.findTransformECC(*planes, move, cv2.MOTION_HOMOGRAPHY, steps, there, 5)
    except cv2.error:  # it does not converge
        return image
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(image, move, truth.shape[1::-1], flags=how)
