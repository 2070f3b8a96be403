"""The frames of a stack, read one at a time from files or taken from arrays."""

from pathlib import Path
from threading import Lock

import numpy as np

from ..io.frame_files import FrameFile
from ..io.pixels import Scale, robust_range
from .inputs import as_array, check_alike, check_count, with_axis, with_channels

ROOM = 2**29
"""Size of the cache of frames in bytes; other frames are read again when they are needed."""

HEADROOM = 1.05
"""White as a multiple of the largest percentile 99 of the frames."""


class Frames:
    """Frames of one scene, each read from its file on access.

    Parameters
    ----------
    sources : sequence of io.frame_files.FrameFile, str, Path or numpy.ndarray
        Two or more images of one size and type, H x W or H x W x 3 (RGB). If some are gray and
        some are colour, the gray ones become colour.

    Raises
    ------
    BadInput
        Here, if there are fewer than two. On access, if a frame cannot be read, or differs from
        the first one in size or type.
    """

    def __init__(self, sources):
        check_count(sources)
        self._sources = [FrameFile(Path(s)) if isinstance(s, (str, Path)) else s for s in sources]
        self._numbers, self._memory = range(len(self._sources)), _Memory()
        self._like_first = None
        self._channels = [None] * len(self._sources)
        self._ranges = [None] * len(self._sources)
        self._robust = [None] * len(self._sources)

    def __len__(self):
        return len(self._sources)

    def __iter__(self):
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number):
        """Return a frame, H x W x C; a gray one has three channels if others are known to have."""
        image = self._memory.get(self._numbers[number])
        image = self._read(number) if image is None else image
        return with_channels(image, max(c or 1 for c in self._channels))

    def only(self, numbers):
        """Return the frames of these numbers, with what is already known of them."""
        chosen = Frames([self._sources[number] for number in numbers])
        chosen._numbers = [self._numbers[number] for number in numbers]
        chosen._memory, chosen._like_first = self._memory, self._like_first
        chosen._channels = [self._channels[number] for number in numbers]
        chosen._ranges = [self._ranges[number] for number in numbers]
        chosen._robust = [self._robust[number] for number in numbers]
        return chosen

    def keep(self, room):
        """Limit the cache to this number of bytes."""
        self._memory.limit(room)

    def evict(self, but=None):
        """From now on, evict each frame from the cache when it is accessed, except `but`."""
        self._memory.evicts = True
        self._memory.held = None if but is None else self._numbers[but]

    @property
    def shape(self):
        """Height, width and channels of each frame."""
        self._see_all()
        return (*self._like_first.shape[:2], max(self._channels))

    @property
    def dtype(self):
        """Type of the pixels."""
        if self._like_first is None:
            self[0]
        return self._like_first.dtype

    @property
    def white(self):
        """Pixel value of white: a little above the robust range, at most that of the type."""
        self._see_all()
        robust = HEADROOM * max(high for _, high in self._robust) or 1.0
        return min(robust, np.iinfo(self.dtype).max) if self.dtype.kind == "u" else robust

    @property
    def scale(self):
        """The `Scale` of the stack, from the robust range of all frames."""
        self._see_all()
        return Scale.of(self._robust)

    @property
    def range(self):
        """Least and largest pixel value of all frames."""
        self._see_all()
        return min(low for low, _ in self._ranges), max(high for _, high in self._ranges)

    def source(self, number):
        """Return what a frame is read from: a `FrameFile` or an array."""
        return self._sources[number]

    def name(self, number):
        """Return the name of a frame for messages: its file, or its place in the stack."""
        source = self._sources[number]
        return f"frame {number + 1}" if isinstance(source, np.ndarray) else str(source)

    def _see_all(self):
        for number in range(len(self)):
            if self._channels[number] is None:
                self._read(number)

    def _read(self, number):
        source = self._sources[number]
        image = source if isinstance(source, np.ndarray) else source.read()
        image = with_axis(as_array(image))
        if self._like_first is None:
            # Size and type of the first one, without its memory.
            self._like_first = np.broadcast_to(np.zeros((), image.dtype), image.shape)
        check_alike([self._like_first, image])
        self._channels[number] = image.shape[2]
        self._robust[number] = robust_range(image)
        if image.dtype.kind == "f":
            self._ranges[number] = image.min(), image.max()
        self._memory.add(self._numbers[number], image)
        return image


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
