"""Filling of pixels without content from other frames."""

from functools import cached_property

import numpy as np


class Filling:
    """Fill the frames of a stack, `registered.RegisteredFrames`, from each other."""

    def __init__(self, frames):
        self._frames = frames

    def filled(self, number):
        """Return a frame, H x W x C, filled where it has no content."""
        image = filled = self._frames.own(number)
        for other, part in self._parts(number):
            filled = image.copy() if filled is image else filled
            filled[part] = self._frames.own(other)[part]
        return filled

    def settled(self, source):
        """Correct a decision map, H x W, that names a frame without content at a pixel.

        It then names the frame that fills the pixel.
        """
        settled = source
        for number in range(len(self._frames)):
            for other, part in self._parts(number):
                settled = settled.copy() if settled is source else settled
                settled[part & (source == number)] = other
        return settled

    def alpha(self, source):
        """Return the alpha channel of a fused image, H x W; None if no frame has one.

        Each pixel has that of the frame that a decision map, H x W, names; without a map, the
        largest one.
        """
        if not self._frames.has_alpha:
            return None
        fused = self._frames.alpha(0)
        for number in range(1, len(self._frames)):
            own = self._frames.alpha(number)
            fused = np.where(own > fused if source is None else source == number, own, fused)
        return fused

    def _parts(self, number):
        """Yield the frames that fill a frame, and the pixels that each fills: H x W, bool.

        Blended pixels are filled, and fill others, only where there is nothing better.
        """
        done = np.False_
        for blended in (False, True):
            content = self._frames.content(number, blended)
            if content is None:
                return
            missing = ~content & ~done & self._somewhere[blended]
            for other in self._nearest(number):
                if not missing.any():
                    break
                content = self._frames.content(other, blended)
                part = missing if content is None else missing & content
                if part.any():
                    yield other, part
                    missing, done = missing & ~part, done | part

    def _nearest(self, number):
        """List the frames: first that which fills all warped ones, then the nearest."""
        first = self._frames.first
        return sorted(range(len(self._frames)), key=lambda n: (n != first, abs(n - number), n))

    @cached_property
    def _somewhere(self):
        """Pixels with content in some frame, H x W, bool, without and with blended pixels."""
        return tuple(map(self._united, (False, True)))

    def _united(self, blended):
        found = np.False_
        for number in range(len(self._frames)):
            content = self._frames.content(number, blended)
            if content is None:
                return np.True_
            found = found | content
        return found
