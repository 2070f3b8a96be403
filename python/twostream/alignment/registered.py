"""The frames of a stack as they are fused: warped onto each other, levelled and cropped."""

import cv2
import numpy as np

from ..errors import BadInput
from .alignment import align as measured_alignment
from .common_field import common_field
from .exposure import measure_gains

WIDEST = 2**15 - 2
"""Pixels per side of the largest picture that OpenCV warps."""


class RegisteredFrames:
    """Frames that are warped, levelled and cropped when they are asked for.

    Each is warped once, from its own pixels, by Lanczos interpolation over 8x8 pixels. What it does
    not show is taken from the first frame that is not warped, if there is one.

    Parameters
    ----------
    frames : Frames
    transforms : sequence of numpy.ndarray, optional
        One for each frame, 3x3, float64: maps pixel coordinates (x, y, 1) of the reference frame,
        up to a factor, to those of the frame. The identity for all if not given.
    gains : numpy.ndarray, optional
        N x C: factors of the pixels of each channel. 1 for all if not given.
    crop : tuple of int, optional
        Top, left, height and width of what is kept of the reference frame; all of it if not given.

    Attributes
    ----------
    transforms, gains, crop
        As above.
    """

    def __init__(self, frames, transforms=None, gains=None, crop=None):
        height, width, channels = frames.shape
        self._frames = frames
        self.transforms = [np.eye(3)] * len(frames) if transforms is None else list(transforms)
        self.gains = np.ones((len(frames), channels)) if gains is None else np.asarray(gains)
        self.crop = (0, 0, height, width) if crop is None else tuple(crop)

    def __len__(self):
        return len(self._frames)

    def __iter__(self):
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number):
        """Frame of a number, H x W x C; as it was read where there is nothing to do."""
        frame, transform, gains = self._frames[number], self.transforms[number], self.gains[number]
        unmoved = number in self._unmoved
        picture = self._cropped(frame) if unmoved else warped(frame, transform, self.crop)
        if not (gains == 1).all():
            picture = _levelled(picture, gains, self.white)
        return picture if unmoved else self._filled(picture, transform)

    @property
    def moves(self):
        """Whether some frames are warped."""
        return len(self._unmoved) < len(self)

    @property
    def fills(self):
        """Whether warped frames are likely to lack something that another frame shows."""
        return self.moves and bool(self._unmoved) and self.crop == (0, 0, *self.size)

    @property
    def _unmoved(self):
        """Numbers of the frames that are not warped."""
        return [n for n, one in enumerate(self.transforms) if np.array_equal(one, np.eye(3))]

    def _cropped(self, frame):
        top, left, height, width = self.crop
        return frame[top : top + height, left : left + width]

    def _filled(self, picture, transform):
        """Take what a warped frame does not show from one that shows all, in place."""
        missing = ~covered(transform, self._frames.shape[:2], self.crop)
        if self._unmoved and missing.any():
            picture[missing] = self[self._unmoved[0]][missing]
        return picture

    def keep(self, room):
        """Keep at most so many bytes of frames in memory."""
        self._frames.keep(room)

    def evict(self):
        """Evict all frames but the one that fills others, see `Frames.evict`."""
        self._frames.evict(self._unmoved[0] if self.fills else None)

    @property
    def shape(self):
        """H, W, C of each frame."""
        return (*self.crop[2:], self._frames.shape[2])

    @property
    def size(self):
        """Height and width of the frames before they are cropped."""
        return self._frames.shape[:2]

    @property
    def dtype(self):
        """Type of the pixels."""
        return self._frames.dtype

    @property
    def white(self):
        """Pixel value of white, see `Frames.white`."""
        return self._frames.white

    def source(self, number):
        """Return what a frame is read from, see `Frames.source`."""
        return self._frames.source(number)

    def name(self, number):
        """Name of a frame in a sentence, see `Frames.name`."""
        return self._frames.name(number)


def register(frames, align="auto", level=False, keep_frame=False, skip_bad=False):
    """Measure how frames lie and how bright they are, for them to be fused.

    Parameters
    ----------
    frames : Frames
    align : str
        One of `alignment.MODELS`.
    level : bool
        Whether the channels of all frames get the brightness of the reference frame.
    keep_frame : bool
        Whether the whole reference frame is kept, rather than what all frames show.
    skip_bad : bool
        Whether frames that do not fit are left out, rather than an error.

    Returns
    -------
    registered : RegisteredFrames
    alignment : Alignment

    Raises
    ------
    BadInput
        If a frame cannot be read or does not fit, or the frames have too little in common.
    """
    alignment = measured_alignment(frames, align, skip_bad)
    frames, shape = frames.only(alignment.numbers), frames.shape[:2]
    if alignment.shift and max(shape) > WIDEST:
        raise BadInput(f"Pictures of more than {WIDEST} pixels a side cannot be aligned.")
    crop = (0, 0, *shape) if keep_frame else common_field(alignment.transforms, shape)
    if min(2 * crop[2] - shape[0], 2 * crop[3] - shape[1]) < 0:
        raise BadInput(
            "All pictures together show less than half of the scene's height or width; "
            "--keep-frame keeps what the middle one shows."
        )
    gains = measure_gains(frames, alignment.transforms, alignment.reference) if level else None
    return RegisteredFrames(frames, alignment.transforms, gains, crop), alignment


def warped(picture, transform, crop):
    """Warp a picture by Lanczos interpolation; beyond its edge its outermost pixels go on.

    Parameters
    ----------
    picture : numpy.ndarray
        H x W x C.
    transform : numpy.ndarray
        3x3: maps pixel coordinates of the result, before it is cropped, to those of the picture.
    crop : tuple of int
        Top, left, height and width of the result.

    Returns
    -------
    numpy.ndarray
        Height x width x C, of the picture's type. Where the interpolation overshoots, it is
        clipped: integers to what the type can hold, floats to the range of the picture.
    """
    as_read = picture.dtype
    if as_read not in (np.uint8, np.uint16, np.float32):
        picture = picture.astype(np.float64)
    result = _warped(picture, transform, crop, cv2.INTER_LANCZOS4, cv2.BORDER_REPLICATE)
    if as_read.kind == "f":  # OpenCV clips integers to what their type can hold
        result = np.clip(result, picture.min(), picture.max(), out=result)
    return result.reshape(*crop[2:], -1).astype(as_read, copy=False)


def _warped(picture, transform, crop, interpolation, border):
    top, left, height, width = crop
    moved = transform @ np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
    flags = interpolation | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(picture, moved, (width, height), flags=flags, borderMode=border)


def covered(transform, shape, crop):
    """Find which pixels of a warped picture lie within the picture, up to half a pixel.

    Parameters
    ----------
    transform, crop
        See `warped`.
    shape : tuple of int
        Height and width of the picture.

    Returns
    -------
    numpy.ndarray
        Height x width of the crop, bool.
    """
    whole = np.ones(shape, np.uint8)
    return _warped(whole, transform, crop, cv2.INTER_NEAREST, cv2.BORDER_CONSTANT) > 0


def _levelled(picture, gains, white):
    result = picture * gains.astype(np.float32)
    if picture.dtype.kind == "u":
        np.rint(result, out=result)
    return np.clip(result, None, white, out=result).astype(picture.dtype)
