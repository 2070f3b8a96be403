"""The .npy file next to a record, with the local flows of its frames."""

from pathlib import Path
from typing import Optional, Union

import numpy as np

from ..errors import BadInput
from ..io.atomic import atomic_write
from ..io.regular import check_regular

MOST_BYTES = 2**32


def flow_path(record: Union[str, Path]) -> Path:
    """Return the path of the flows of a record."""
    return Path(record).with_suffix(".flow.npy")


def write_flows(path: Union[str, Path], flows: list[Optional[np.ndarray]]) -> None:
    """Write the grids of all frames, see `RegisteredFrames`, h x w x 3; NaN for one without."""
    shape = next(flow.shape for flow in flows if flow is not None)
    none = np.full(shape, np.nan, np.float16)
    with atomic_write(path) as partial, open(partial, "wb") as file:
        np.save(file, np.stack([none if flow is None else flow for flow in flows]))


def read_flows(path: Path, count: int, size: list[int]) -> list[Optional[np.ndarray]]:
    """Read the grids of `count` frames of a size (height, width); BadInput if they do not fit."""
    try:
        check_regular(path, MOST_BYTES)
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror or error}.") from error
    except (ValueError, EOFError, SyntaxError) as error:
        raise BadInput(f"{path} is no file of flows. Give the .npy file of the record.") from error
    fits = found.dtype == np.float16 and found.ndim == 4 and found.shape[::3] == (count, 3)
    if not fits or min(found.shape) < 1 or (np.array(found.shape[1:3]) > np.add(size, 1)).any():
        raise BadInput(f"{path} does not hold the flows of {count} frames.")
    flows = [np.array(flow) for flow in found]
    if any(not np.isfinite(flow).all() and not np.isnan(flow).all() for flow in flows):
        raise BadInput(f"{path} has flows that are not finite.")
    return [None if np.isnan(flow).all() else flow for flow in flows]
