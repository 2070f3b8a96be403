"""The frames of a stack, read one at a time from files or taken from arrays."""

import zlib
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Optional

import numpy as np

from ..alignment.content import content_of, is_blended
from ..errors import BadInput
from ..io.frame_files import FrameFile
from ..io.pixels import (
    WIDE,
    Scale,
    alpha_of,
    reduced_to,
    robust_range,
    with_axis,
    with_channels,
    without_alpha,
)
from .inputs import as_array, check_alike, check_count

ROOM = 2**29
"""Size of the cache of frames in bytes; other frames are read again when they are needed."""

HEADROOM = 1.05
"""White as a multiple of the largest percentile 99 of the frames."""
MIDDLE, SMALL = 4e5, 1e4
"""Maximum number of pixels of the frames whose texture is measured, and of those that are kept."""


class Seen(NamedTuple):
    """Measurements of a frame that was read."""

    shape: tuple  # H, W, C
    dtype: np.dtype
    robust: tuple  # see `pixels.robust_range`
    range: tuple  # least and largest pixel value
    small: np.ndarray  # h x w x C, float32: the frame, reduced to `SMALL` pixels
    squares: np.ndarray  # h x w x C, float32: the squared pixels of the frame, reduced alike
    content: Optional[np.ndarray]  # packed bits of `Frames.content`
    has_alpha: bool
    is_blended: bool  # see `content.is_blended`
    is_gray: bool  # whether all channels are equal
    state: Optional[tuple] = None  # size and time of change of its file
    digest: Optional[int] = None  # digest of its pixels, if it is read from a file

    @property
    def deviation(self):
        """Standard deviation of the frame within each pixel of `small`, h x w, float32."""
        return np.sqrt(np.maximum(self.squares - self.small**2, 0)).max(axis=2)


class Frames:
    """Frames of one scene, each read from its file on access.

    Parameters
    ----------
    sources : sequence of io.frame_files.FrameFile, str, Path or numpy.ndarray
        Two or more images of one size and type, H x W or H x W x 3 (RGB), or H x W x 2 or 4 with
        alpha. If some are gray and some are colour, the gray ones become colour.
    correction : io.dark_flat.DarkFlat, optional
        Applied to each frame when it is read.

    Raises
    ------
    BadInput
        Here, if there are fewer than two. On access, if a frame cannot be read, or differs from
        the first one in size or type.
    """

    def __init__(self, sources, correction=None):
        check_count(sources)
        self._correction = correction
        self._sources = [FrameFile(Path(s)) if isinstance(s, (str, Path)) else s for s in sources]
        self._numbers, self._memory = range(len(self._sources)), _Memory()
        self._seen, self._first = [None] * len(self._sources), None

    def __len__(self):
        return len(self._sources)

    def __iter__(self):
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number):
        """Return a frame, H x W x C; a gray one has three channels if others are known to have."""
        image = self._memory.get(self._numbers[number])
        image = self._read(number) if image is None else image
        return with_channels(image, max(one.shape[2] for one in self._seen if one))

    def only(self, numbers):
        """Return the frames of these numbers, with their cache and measurements."""
        chosen = Frames([self._sources[number] for number in numbers], self._correction)
        chosen._numbers, chosen._memory = [self._numbers[n] for n in numbers], self._memory
        chosen._seen = [self._seen[number] for number in numbers]
        chosen._first = next(filter(None, chosen._seen), None)
        return chosen

    def seen(self, number):
        """Return the `Seen` of a frame, which may differ from the others in size or type."""
        if self._seen[number] is None:
            self._load(number)
        return self._seen[number]

    def content(self, number):
        """Return which pixels of a frame have content, H x W, bool; None if all have.

        See `content.content_of`.
        """
        seen = self.seen(number)
        if seen.content is None:
            return None
        height, width = seen.shape[:2]
        bits = np.unpackbits(seen.content, count=height * width)
        return bits.view(bool).reshape(height, width)

    @property
    def has_alpha(self):
        """Whether some frame has an alpha channel."""
        return any(one.has_alpha for one in self._all)

    def alpha(self, number):
        """Return the alpha channel of a frame, H x W, which is read again; opaque without one."""
        alpha = alpha_of(self._read_source(number)) if self.seen(number).has_alpha else None
        white = np.iinfo(self.dtype).max if self.dtype.kind == "u" else 1
        return np.full(self.shape[:2], white, self.dtype) if alpha is None else alpha

    def keep(self, room):
        """Limit the cache to this number of bytes."""
        self._memory.limit(room)

    def evict(self, but=None):
        """Evict each frame from the cache when it is accessed from now on, except `but`."""
        self._memory.evicts = True
        self._memory.held = None if but is None else self._numbers[but]

    @property
    def shape(self):
        """Height, width and channels of each frame."""
        return (*self._all[0].shape[:2], max(one.shape[2] for one in self._all))

    @property
    def are_gray(self):
        """Whether the channels of each frame are equal."""
        return all(one.is_gray for one in self._all)

    @property
    def dtype(self):
        """Type of the pixels."""
        return self.seen(0).dtype

    @property
    def white(self):
        """Pixel value of white: a little above the robust range, at most that of the type."""
        robust = HEADROOM * max(one.robust[1] for one in self._all) or 1.0
        return min(robust, np.iinfo(self.dtype).max) if self.dtype.kind == "u" else robust

    @property
    def scale(self):
        """The `Scale` of the stack, from the robust range of all frames."""
        factor = WIDE if self.dtype == np.uint8 else 1
        return Scale.of(
            [(factor * low, factor * high) for low, high in (o.robust for o in self._all)]
        )

    @property
    def range(self):
        """Least and largest pixel value of all frames."""
        return min(one.range[0] for one in self._all), max(one.range[1] for one in self._all)

    def source(self, number):
        """Return the source of a frame: a `FrameFile` or an array."""
        return self._sources[number]

    def name(self, number):
        """Return the name of a frame for messages: its file, or its place in the stack."""
        source = self._sources[number]
        return f"frame {number + 1}" if isinstance(source, np.ndarray) else str(source)

    @property
    def _all(self):
        """Measurements of all frames, which must be alike."""
        for number, one in enumerate(self._seen):
            if one is None:
                self._read(number)
        return self._seen

    def _read(self, number):
        image = self._load(number)
        self._first = self._first or self._seen[number]
        check_alike([self._first, self._seen[number]])
        return image

    def check_correction(self, number):
        """Raise BadInput if a frame does not fit the dark frame or the flat field."""
        if self._correction:
            seen = self.seen(number)
            self._correction.check(seen.shape, seen.dtype, self.name(number))

    def check_unchanged(self):
        """Raise BadInput if the file of a frame has changed since it was read."""
        for number, one in enumerate(self._seen):
            if one and one.state != _state(self._sources[number]):
                self._load(number)

    def _load(self, number):
        state = _state(self._sources[number])
        read = self._read_source(number)
        digest = None if state is None else zlib.crc32(np.ascontiguousarray(read))
        image = with_axis(without_alpha(read))
        if self._seen[number] is None:
            seen = measured(image, alpha_of(read))
            self._seen[number] = seen._replace(state=state, digest=digest)
        elif self._seen[number].digest != digest:
            raise BadInput(
                f"{self.name(number)} has changed while it was fused. Run the command again when "
                "no other program writes it."
            )
        self._memory.add(self._numbers[number], image)
        return image

    def _read_source(self, number):
        source = self._sources[number]
        image = as_array(source if isinstance(source, np.ndarray) else source.read(), alpha=True)
        return self._correction.applied(image) if self._correction else image


def _state(source):
    """Return size and time of change of a frame's file; None for an array."""
    if isinstance(source, np.ndarray):
        return None
    found = source.path.stat()
    return found.st_size, found.st_mtime_ns


def measured(image, alpha=None):
    """Measure a frame, H x W x C, and its alpha channel; return a `Seen`."""
    middle = reduced_to(image, MIDDLE).astype(np.float32)
    small, squares = reduced_to(middle, SMALL), reduced_to(middle * middle, SMALL)
    ends = (image.min(), image.max())
    content = content_of(image, alpha)
    packed = None if content is None else np.packbits(content)
    found = packed, alpha is not None, is_blended(image, content)
    kind = image.shape, image.dtype
    gray = all(np.array_equal(image[..., 0], image[..., n]) for n in range(1, image.shape[2]))
    return Seen(*kind, robust_range(image), ends, small, squares, *found, gray)


class _Memory:
    """A cache of frames by number, of at most `room` bytes."""

    def __init__(self):
        self._frames, self._room, self._adding = {}, ROOM, Lock()
        self.evicts, self.held = False, None

    def get(self, number):
        """Return a frame, or None if it is not in the cache."""
        evict = self.evicts and number != self.held
        return self._frames.pop(number, None) if evict else self._frames.get(number)

    def add(self, number, image):
        """Add a frame if there is room."""
        with self._adding:
            if not self.evicts and self._taken() + image.nbytes <= self._room:
                self._frames[number] = image

    def limit(self, room):
        """Change the room, and evict frames that exceed it."""
        self._room = room
        while self._taken() > room:
            self._frames.popitem()

    def _taken(self):
        return sum(image.nbytes for image in self._frames.values())
