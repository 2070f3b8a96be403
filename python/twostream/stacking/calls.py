"""The calls of the Python API: a whole stack, a stack as recorded, registered arrays."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ..alignment.registered import RegisteredFrames
from ..errors import BadInput
from ..fusion.frames import Frames
from ..fusion.inputs import as_array
from ..io.pixels import with_axis
from ..methods import method as method_named
from .options import StackOptions
from .pipeline import image_of, run
from .replay import replay as replayed
from .result import StackResult
from .sources import listed


def stack(sources: Any, options: Optional[StackOptions] = None, **changes: Any) -> StackResult:
    """Register and fuse a stack: all that ``twostream fuse`` does, from files or arrays.

    Parameters
    ----------
    sources : path, or iterable of paths, numpy.ndarray and PIL images
        A folder, image files, a TIFF file whose pages are a stack, or frames in memory.
    options : StackOptions, optional
        The defaults if not given.
    **changes
        Fields of `StackOptions` that differ, such as ``align="none"`` or ``memory="2GB"``.

    Returns
    -------
    StackResult

    Raises
    ------
    BadInput
        If a frame or an option cannot be used.

    Examples
    --------
    >>> import numpy as np
    >>> import twostream as ts
    >>> a = np.tile(np.arange(64, dtype=np.uint8), (48, 1))
    >>> result = ts.stack([a, a[::-1]], method="average", align="none")
    >>> result.image.shape, result.left_out
    ((48, 64), [])
    """
    return run(sources, (options or StackOptions()).changed(**changes))


def replay(
    record: Union[str, Path],
    sources: Any,
    options: Optional[StackOptions] = None,
    trust: bool = False,
    **changes: Any,
) -> StackResult:
    """Fuse other frames with the registration and the decision of a record.

    Parameters
    ----------
    record : str or Path
        A file of `Record.save` or ``twostream fuse --record``.
    sources
        The same number of frames as in the record, in the same order; see `stack`.
    options, **changes
        See `stack`; method, weights, net and tile are those of the record.
    trust : bool
        Accept a focus map, weights and a net outside the record's folder, and weights that have
        changed since.

    Returns
    -------
    StackResult

    Raises
    ------
    BadInput
        If the record or a frame cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> import twostream as ts
    >>> red = np.tile(np.arange(64, dtype=np.uint8), (48, 1))
    >>> result = ts.stack([red, red[::-1]], method="average", align="none")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result.record.save(f"{folder}/red.json")
    ...     green = ts.replay(f"{folder}/red.json", [red // 2, red[::-1] // 2])
    >>> green.image.shape
    (48, 64)
    """
    options = (options or StackOptions()).changed(**changes)
    return replayed(record, sources, options, trust=trust)


def fuse(images: Iterable[Any], method: str = "select", **options: Any) -> np.ndarray:
    """Fuse registered images of one scene, focused at different depths, into one.

    Parameters
    ----------
    images : iterable of numpy.ndarray
        Two or more registered frames of one size and type: H x W (gray) or H x W x 3 (RGB),
        or with a further channel of alpha. The type is uint8, uint16 or float (white is 1, or the
        brightest pixel). Gray frames count as colour if others are colour. PIL images are converted
        to arrays. Where a frame is transparent, pixels come from frames that are not.
    method : str
        One of `methods.METHODS`: ``select`` (a network decides which frame each pixel is copied
        from), ``two_stream`` (the network's output itself, as in the paper), or a compared method.
    **options
        Options of the method, see the function `fuse` of its module. Methods that run a network
        have ``engine`` and ``tile``; the two-stream network also has ``weights`` and ``prototxt``.

    Returns
    -------
    numpy.ndarray
        Of the frames' size and type; floats are within the range of the frames.

    Raises
    ------
    BadInput
        If the images cannot be fused, there is no such method, or it has no such option.

    Examples
    --------
    >>> import numpy as np
    >>> import twostream as ts
    >>> a = np.tile(np.arange(64, dtype=np.uint8), (48, 1))
    >>> ts.fuse([a, a[::-1]], method="average").shape
    (48, 64)
    """
    if not isinstance(method, str):
        raise BadInput("fuse takes one list of frames, as in fuse([a, b]), and the method's name.")
    arrays = [as_array(image, alpha=True) for image in listed(images)]
    frames = RegisteredFrames(Frames(arrays))
    image = image_of(method_named(method).fuse_frames(frames, **options), frames)
    return with_axis(image) if max(array.ndim for array in arrays) == 3 else image
