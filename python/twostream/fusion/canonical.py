"""The canonical form in which `select` fuses a stack.

Nets are only nearly symmetric. So all eight orientations of a stack are brought to the same one:
mirrored or turned frames give exactly the mirrored or turned result. Gray frames in three channels
become frames of one channel. The 8 bits of a stack become 16, so that intermediate images are not
rounded to 8 bits.
"""

from typing import NamedTuple

import cv2
import numpy as np

from ..io.pixels import WIDE, with_channels
from .select import luma16


class Orientation(NamedTuple):
    """One of the eight orientations of an image."""

    turned: bool  # whether rows and columns are exchanged, before the following
    rows: int  # -1 if the order of the rows is reversed, else 1
    columns: int  # the same for columns

    def apply(self, image):
        """Bring an image, H x W or H x W x C, to this orientation."""
        return self._flipped(_transposed(image) if self.turned else image)

    def undo(self, image):
        """Bring an image in this orientation back to the original one."""
        flipped = self._flipped(image)
        return _transposed(flipped) if self.turned else flipped

    def _flipped(self, image):
        return np.ascontiguousarray(image[:: self.rows, :: self.columns])


def _transposed(image):
    """Exchange rows and columns by OpenCV, several times as fast as numpy."""
    same_size = {2: np.uint16, 4: np.int32, 8: np.float64}.get(image.itemsize, np.uint8)
    turned = cv2.transpose(np.ascontiguousarray(image).view(same_size)).view(image.dtype)
    return turned.reshape(*image.shape[1::-1], *image.shape[2:])


class Canonical:
    """The canonical form of the frames of a stack.

    Parameters
    ----------
    frames : RegisteredFrames

    Attributes
    ----------
    orientation : Orientation
    """

    def __init__(self, frames):
        smalls = [frames.small(number) for number in range(len(frames))]
        self.orientation = _orientation(smalls)
        self._channels, self._gray = frames.shape[2], frames.are_gray
        self._widens = frames.dtype == np.uint8 and len(frames) > 2

    def luma(self, frame, scale):
        """Return the luma of a frame, H x W x C, in this form; see `select.luma16`."""
        return self.orientation.apply(luma16(self._planes(frame), scale))

    def apply(self, frame):
        """Bring a frame, H x W x C, to this form."""
        image = self.orientation.apply(self._planes(frame))
        return np.multiply(image, np.uint16(WIDE), dtype=np.uint16) if self._widens else image

    def _planes(self, frame):
        return frame[..., :1] if self._gray else frame

    def undo(self, picture):
        """Bring a picture of this form back to that of the frames."""
        if self._widens:
            wide = np.add(picture, WIDE // 2, dtype=np.uint32)
            picture = (wide // np.uint32(WIDE)).astype(np.uint8)
        return with_channels(self.orientation.undo(picture), self._channels)


def _orientation(smalls):
    """Choose the orientation with the brightest side at the top, and then at the right.

    Most photographs that the nets were trained on are brightest at the top.
    """
    quarters = sum(_quarters(small) for small in smalls)
    every = [Orientation(t, r, c) for t in (False, True) for r in (1, -1) for c in (1, -1)]

    def brightness(one):
        (left, right), (low_left, low_right) = one.apply(quarters)
        return left + right - low_left - low_right, right + low_right - left - low_left

    return max(every, key=brightness)


def _quarters(small):
    plane = small.sum(axis=2, dtype=np.float64)
    halves = [(slice(side // 2), slice(side - side // 2, side)) for side in plane.shape]
    return np.array([[plane[rows, columns].sum() for columns in halves[1]] for rows in halves[0]])
