"""Fusion of the channels and time points of a microscope file with the decision of one channel."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
from tqdm import tqdm

from ..errors import BadInput
from ..io import images
from ..io.atomic import check_place
from ..io.frame_files import FrameFile, MeanFile
from ..io.planes import write_planes
from .checks import check_memory, method_of
from .corrections import correction_files
from .given import Given
from .options import StackOptions
from .outputs import check_apart
from .pipeline import run
from .result import StackResult, weights_of

ALL = "all"
"""Name of the mean of all channels."""


def stack_channels(
    source: Union[str, Path],
    output: Union[str, Path],
    channel: Union[int, str] = 0,
    options: Optional[StackOptions] = None,
    **changes: Any,
) -> list[str]:
    """Fuse all channels and time points of a TIFF file with the decision of one channel.

    Registration, gains and decision map of this channel are used for all channels. Each time point
    has its own decision map. Several time points keep the whole reference frame, so that their
    sizes agree. Planes are read when they are needed, and each result is written before the next
    one is computed.

    Parameters
    ----------
    source : str or Path
        An OME-TIFF or ImageJ hyperstack with the axes T, C, Z, Y and X in any order; those of time
        and channel may be missing.
    output : str or Path
        The OME-TIFF to write, with the axes T, C, Y and X; ends in .tif or .tiff. It keeps the
        names of the channels, the size of a pixel and the interval between times.
    channel : int or str
        Number of the channel that decides, from 0, or ``"all"`` for the mean of all channels.
    options : StackOptions, optional
        The defaults if not given.
    **changes
        Fields of `StackOptions` that differ.

    Returns
    -------
    list of str
        A summary and warnings, in sentences.

    Raises
    ------
    BadInput
        If the file has no such channel or no focus axis, a frame cannot be used, or the output
        cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> import tifffile
    >>> import twostream as ts
    >>> planes = np.tile(np.arange(64, dtype=np.uint8), (2, 3, 48, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tifffile.imwrite(f"{folder}/a.ome.tif", planes, metadata={"axes": "CZYX"})
    ...     options = ts.StackOptions(method="average", align="none")
    ...     said = ts.stack_channels(f"{folder}/a.ome.tif", f"{folder}/b.ome.tif", 1, options)
    ...     tifffile.imread(f"{folder}/b.ome.tif").shape
    (2, 48, 64)
    """
    path, output = Path(source), Path(output)
    options = (options or StackOptions()).changed(**changes)
    began = time.perf_counter()
    planes = images.planes(path)
    _check(path, channel, planes.pages.shape[1], output, options)
    times, channels, _ = planes.pages.shape
    notes: list[str] = []
    hidden = None if options.progress else True
    options = replace(options, keep_frame=options.keep_frame or times > 1)
    with tqdm(total=times * channels, unit="plane", disable=hidden) as bar:
        fused = _fused(path, planes.pages, channel, options, notes, bar)
        write_planes(output, fused, planes)
    said = f"{_count(channels, 'channel')} at {_count(times, 'time point')}"
    decides = "the mean of all channels" if channel == ALL else f"channel {channel}"
    seconds = time.perf_counter() - began
    return [f"{output}: {said} fused with the decision of {decides}, in {seconds:.1f} s.", *notes]


def _check(
    path: Path, channel: Union[int, str], count: int, output: Path, options: StackOptions
) -> None:
    """Raise BadInput, before a long computation, if something cannot be used."""
    if channel != ALL and not (isinstance(channel, int) and 0 <= channel < count):
        has = f"{_count(count, 'channel')}, counted from 0"
        raise BadInput(
            f"{path} has {has}: there is no channel {channel}. Choose one of them or all."
        )
    if output.suffix.lower() not in (".tif", ".tiff"):
        raise BadInput(
            f"Cannot write {output}: channels are written as OME-TIFF, so its name must end in "
            ".ome.tif or .tif."
        )
    if correction_files(options):
        raise BadInput("--dark and --flat cannot be used with --channel. Correct the file first.")
    check_place(output)
    chosen, settings = method_of(options)
    check_memory(options, chosen, settings)
    check_apart([output], [path, *weights_of(chosen, options)])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _fused(
    path: Path,
    pages: np.ndarray,
    channel: Union[int, str],
    options: StackOptions,
    notes: list[str],
    bar: Any,
) -> Iterator[np.ndarray]:
    """Yield the fused planes by time and channel, and append warnings to `notes`."""
    for moment, of_channels in enumerate(pages):
        stacks = [
            [FrameFile(path, int(page), most_pixels=options.most_pixels) for page in of_channel]
            for of_channel in of_channels
        ]
        decided = run(_means(stacks) if channel == ALL else stacks[int(channel)], options)
        at = f"Time point {moment}: " if len(pages) > 1 else ""
        notes += [f"{at}{warning}" for warning in decided.warnings]
        for number, frames in enumerate(stacks):
            yield decided.image if number == channel else _applied(decided, frames, path, options)
            bar.update()


def _means(stacks: Sequence[Sequence[FrameFile]]) -> list[FrameFile]:
    """Return the mean of the channels at each focus position."""
    return [MeanFile(parts[0].path, parts[0].page, parts=parts) for parts in zip(*stacks)]


def _applied(
    decided: StackResult, frames: Sequence[FrameFile], path: Path, options: StackOptions
) -> np.ndarray:
    """Fuse the frames of another channel like those that decided."""
    record = decided.record
    given = Given(record, path, decided.focus_map, gains=True, flows=record.flows)
    kept = [frames[number] for number in decided.alignment.numbers]
    return run(kept, replace(options, advice=False), given=given).image
