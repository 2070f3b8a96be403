"""The frames of a stack for fusion: registered, matched in exposure and cropped."""

from functools import cached_property

import numpy as np

from ..errors import BadInput
from .alignment import align as measured_alignment
from .common_field import common_field
from .content import extended, unblended
from .exposure import measure_gains
from .filling import Filling
from .local import FITS, MISFIT, NOT_SHARPER
from .uneven_exposure import field_of, measure_fields
from .warping import STRIP, covered, on_pixels, warped, warped_linearly

WIDEST = 2**15 - 2
"""Maximum side in pixels of an image that OpenCV warps."""


class RegisteredFrames:
    """Frames that are warped, matched in exposure and cropped on access.

    Each is warped once, from its own pixels, with Lanczos interpolation over 8x8 pixels. Pixels
    without content are copied from another frame, see `content`.

    Parameters
    ----------
    frames : Frames
    transforms : sequence of numpy.ndarray, optional
        One for each frame, 3x3, float64: maps pixel coordinates (x, y, 1) of the reference frame,
        up to a factor, to those of the frame. The identity for all if not given.
    gains : numpy.ndarray, optional
        N x C: factor of each channel. 1 for all if not given.
    crop : tuple of int, optional
        Top, left, height and width of the part of the reference frame to keep; all if not given.
    flows : sequence of numpy.ndarray or None, optional
        One for each frame: the grid of its local flow, see `local.LocalFlow.measure`. The frame has
        no content where the grid is not `FITS`.
    fields : numpy.ndarray, optional
        N x K x C: the uneven exposure of each frame, see `uneven_exposure.measure_fields`; the
        constants are in `gains`. Even if not given.

    Attributes
    ----------
    transforms, gains, crop, flows, fields
        As above.
    """

    def __init__(self, frames, transforms=None, gains=None, crop=None, flows=None, fields=None):
        height, width, channels = frames.shape
        self._frames = frames
        self.transforms = [np.eye(3)] * len(frames) if transforms is None else list(transforms)
        self.gains = np.ones((len(frames), channels)) if gains is None else np.asarray(gains)
        self.crop = (0, 0, height, width) if crop is None else tuple(crop)
        self.flows = [None] * len(frames) if flows is None else list(flows)
        self.fields = fields
        self._filling = Filling(self)

    def only(self, numbers):
        """Return the frames of these numbers with their registration."""
        transforms, flows = ([all_[n] for n in numbers] for all_ in (self.transforms, self.flows))
        gains, fields = (None if a is None else a[[*numbers]] for a in (self.gains, self.fields))
        frames = self._frames.only(numbers)
        return RegisteredFrames(frames, transforms, gains, self.crop, flows, fields)

    def __len__(self):
        return len(self._frames)

    def __iter__(self):
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number):
        """Return a frame, H x W x C; unchanged pixels if there is nothing to do."""
        return self._filling.filled(number)

    def own(self, number):
        """Return a frame with its own pixels only."""
        frame, transform = self._frames[number], self.transforms[number]
        if number in self._unwarped:
            image = self._cropped(frame)
        else:
            image = extended(frame, self._frames.content(number))
            image = warped(image, transform, self.crop, self.flows[number])
        return self._levelled(image, number)

    def content(self, number, blended=True):
        """Return which pixels of a frame have content, H x W, bool; None if all have.

        These have none: transparent pixels, black wedges (see `content.content_of`), and pixels
        outside the field of view. Nor have pixels where a local flow does not fit, or the frame is
        not sharper than the reference frame. Without `blended`, nor have pixels next to the first
        two kinds.
        """
        content = self._frames.content(number)
        if not blended and self._frames.seen(number).is_blended:
            content = unblended(content)
        if number in self._unwarped:
            return None if content is None else self._cropped(content)
        whole = np.ones(self.size, bool) if content is None else content
        flow = self.flows[number]
        content = covered(whole, self.transforms[number], self.crop, flow)
        if flow is not None:
            content &= on_pixels(flow[..., 2], self.size, self.crop) > (NOT_SHARPER + FITS) / 2
        return None if content.all() else content

    def alpha(self, number):
        """Return the alpha channel of a frame, H x W; it is opaque without one."""
        alpha = self._frames.alpha(number)
        if number in self._unwarped:
            return self._cropped(alpha)
        place = self.transforms[number], self.crop, self.flows[number]
        return warped_linearly(alpha, *place)

    @property
    def has_alpha(self):
        """Whether some frame has an alpha channel."""
        return self._frames.has_alpha

    def settled(self, source):
        """Return a decision map that names frames with content, see `Filling.settled`."""
        return self._filling.settled(source)

    def fused_alpha(self, source):
        """Return the alpha channel of a fused image, see `Filling.alpha`."""
        return self._filling.alpha(source)

    @property
    def first(self):
        """Number of the frame that fills warped ones, the first that is not; None if none is."""
        return self._unwarped[0] if self.warps and self._unwarped else None

    @property
    def warps(self):
        """Whether some frames are warped."""
        return len(self._unwarped) < len(self)

    @property
    def fills(self):
        """Whether some frames are filled from others."""
        whole = self.first is not None and (self.is_local or self.crop == (0, 0, *self.size))
        return whole or any(self._frames.content(n) is not None for n in range(len(self)))

    @property
    def is_local(self):
        """Whether some frames have a local flow."""
        return any(flow is not None for flow in self.flows)

    @cached_property
    def misfit(self):
        """Pixels where a local flow does not fit, H x W, bool; None if there is no flow."""
        grids = [flow[..., 2] for flow in self.flows if flow is not None]
        if not grids:
            return None
        return on_pixels(np.min(grids, axis=0), self.size, self.crop) < (MISFIT + NOT_SHARPER) / 2

    @cached_property
    def _unwarped(self):
        """Numbers of the frames that are not warped."""
        ways = enumerate(zip(self.transforms, self.flows))
        return [n for n, (one, flow) in ways if flow is None and np.array_equal(one, np.eye(3))]

    def _levelled(self, image, number):
        """Match the exposure of a frame, in strips, to save memory."""
        gains = self.gains[number].astype(np.float32)
        if (gains == 1).all() and self.fields is None:
            return image
        field = None if self.fields is None else field_of(self.fields[number])
        result = image.copy()
        for row in range(0, len(image), STRIP):
            strip, factors = result[row : row + STRIP], gains
            if field is not None:
                place = self.crop[0] + row, self.crop[1], *strip.shape[:2]
                factors = gains * np.exp(-on_pixels(field, self.size, place)).reshape(strip.shape)
            levelled = strip * factors
            if image.dtype.kind == "u":
                levelled = np.clip(np.rint(levelled), None, np.iinfo(image.dtype).max)
            strip[:] = levelled
        return result

    def _cropped(self, frame):
        top, left, height, width = self.crop
        return frame[top : top + height, left : left + width]

    def keep(self, room):
        """Limit the cache of frames to this number of bytes."""
        self._frames.keep(room)

    def evict(self):
        """Evict all frames but the one that fills others, see `Frames.evict`."""
        self._frames.evict(self.first if self.fills else None)

    @property
    def shape(self):
        """Height, width and channels of each frame."""
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
    def scale(self):
        """The scale of the frames as they were read, see `Frames.scale`."""
        return self._frames.scale

    @property
    def range(self):
        """Least and largest pixel value of the frames as they were read."""
        return self._frames.range

    @property
    def white(self):
        """Pixel value of white, see `Frames.white`."""
        return self._frames.white

    @property
    def are_gray(self):
        """Whether the channels of each frame are equal, see `Frames.are_gray`."""
        return self._frames.are_gray

    def small(self, number):
        """Return a frame as it was read, reduced to a few pixels: h x w x C, float32."""
        return self._frames.seen(number).small

    def source(self, number):
        """Return the source of a frame, see `Frames.source`."""
        return self._frames.source(number)

    def name(self, number):
        """Return the name of a frame for messages, see `Frames.name`."""
        return self._frames.name(number)


def register(
    frames,
    align="auto",
    level=False,
    keep_frame=False,
    skip_bad=False,
    progress=False,
    reference=None,
):
    """Register the frames of a stack, and match their exposure.

    Parameters
    ----------
    frames : Frames
    align : str
        One of `alignment.MODELS`.
    level : bool
        Whether to match the exposure of all frames to the reference frame.
    keep_frame : bool
        Whether to keep the whole reference frame, rather than the common field of view.
    skip_bad : bool
        Whether to leave out frames that cannot be registered, rather than raise an error.
    progress : bool or callable
        See `progress.Bar`.
    reference : int, optional
        Number of the reference frame; the middle one if not given.

    Returns
    -------
    registered : RegisteredFrames
    alignment : Alignment

    Raises
    ------
    BadInput
        If a frame cannot be read or registered, or the frames have too little in common.
    """
    alignment = measured_alignment(frames, align, skip_bad, progress, reference)
    frames, shape = frames.only(alignment.numbers), frames.shape[:2]
    if (alignment.shift or alignment.is_local) and max(shape) > WIDEST:
        raise BadInput(
            f"Frames of more than {WIDEST} pixels per side cannot be warped. Reduce them, or use "
            "--align none."
        )
    crop = (0, 0, *shape) if keep_frame else common_field(alignment.transforms, shape)
    if min(2 * crop[2] - shape[0], 2 * crop[3] - shape[1]) < 0:
        raise BadInput(
            "The common field of view of all frames is less than half of a frame's height or "
            "width. Keep the whole reference frame with --keep-frame."
        )
    transforms, gains, fields = alignment.transforms, None, None
    if level:
        fields = measure_fields(frames, transforms)
        if fields is None:
            gains = measure_gains(frames, transforms, alignment.reference)
        else:
            gains = np.exp(-fields[:, 0])
    return RegisteredFrames(frames, transforms, gains, crop, alignment.flows, fields), alignment
