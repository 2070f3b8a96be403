"""The sharpest frame of each cell of a scene, found in one pass over a stack."""

import numpy as np

from .relative_blur import added_blur, energies

CONTRAST = 2.0 / 255
"""Minimum gradient per pixel, of white 1, of texture; without texture focus is unknown."""


class FocusSweep:
    """Focus of the frames passed to `add`, in cells of `relative_blur.CELL` pixels.

    Attributes
    ----------
    count : int
        Number of frames.
    index : numpy.ndarray
        h x w, int32: the frame, from 0, in which a cell is sharpest.
    before, after : numpy.ndarray
        h x w, float32: added blur of the frame before, and of the one after, see
        `relative_blur.added_blur`; NaN where there is no such frame.
    second_before, second_after : numpy.ndarray
        h x w, float32: added blur of the third frame against the second, counted from the end
        (before) and from the start (after); NaN if there is no such frame.
    """

    def __init__(self):
        self.count, self.index = 0, None

    def add(self, image, scale):
        """Add the next frame, H x W x C."""
        now = energies(image, scale)
        if self.count == 0:
            self._begin(now)
        else:
            self._go_on(added_blur(self._previous, now), now)
        self._previous = now
        self.count += 1

    def _begin(self, now):
        shape = now.shape[1:]
        self.index, self._best = np.zeros(shape, np.int32), now[:2].copy()
        self.before, self.after, self.second_before, self.second_after, self._last = (
            np.full(shape, np.nan, np.float32) for _ in range(5)
        )

    def _go_on(self, added, now):
        was_best = self.index == self.count - 1
        self.after[was_best] = added[was_best]
        better = now[0] > self._best[0]
        self.index[better] = self.count
        self._best[:, better] = now[:2, better]
        self.before[better], self.after[better] = -added[better], np.nan
        self.second_before, self._last = -self._last, added
        if self.count == 2:
            self.second_after = added

    @property
    def sharpness(self):
        """Log energy at the finest level in the sharpest frame, h x w."""
        return self._best[0]

    @property
    def fineness(self):
        """Log energy of the finest level less that of the next in the sharpest frame, h x w."""
        return self._best[0] - self._best[1]

    @property
    def textured(self):
        """Whether a cell has enough texture to judge its focus, h x w, bool."""
        return self.contrast > CONTRAST

    @property
    def contrast(self):
        """Root mean square gradient per pixel, white 1, in the sharpest frame, h x w."""
        return np.exp(self._best[1] / 2)
