"""The record of a fusion, with which it can be repeated on other frames."""

import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Optional, Union

import numpy as np

from ..errors import BadInput
from ..io import images
from ..io.atomic import atomic_write
from ..io.regular import read_small
from ..nets.pretrained import names
from .flow_file import flow_path, read_flows, write_flows
from .own_files import parsed, readable
from .record_checks import checked
from .retouching import strokes_of

KIND = "twostream record 1"
"""First entry of each record; the number grows when older versions cannot read it."""
MOST_BYTES = 2**24
FILES = ("weights", "prototxt")
"""Options that may be paths."""


@dataclass(frozen=True)
class RecordedFrame:
    """A frame of the stack."""

    # Absolute path of its file, in a saved record relative to it; ``frame N`` for an array.
    path: str
    page: Optional[int]  # page of the file, from 0
    sha256: str  # digest of the file, or of the pixels of an array
    transform: list  # 3 x 3: maps pixel coordinates (x, y, 1) of the reference frame to its own
    gains: list  # gains of its channels
    uneven: Optional[list] = None  # weights of its uneven exposure, see `measure_fields`


@dataclass(frozen=True)
class Record:
    """All steps and settings of the fusion of a stack.

    Attributes
    ----------
    version : str
        Version of the toolkit.
    method : str
    engine : str or None
        Engine of the networks and its arithmetic, such as ``onnx (quantized)``.
    options : dict
        Given options of the method; paths in a saved record are relative to it.
    weights : dict of str to str
        Path of each file that the method read -> its SHA-256.
    size : list of int
        Height and width of the frames.
    crop : list of int
        Top, left, height and width of the kept part of the reference frame.
    focus_map : str or None
        Path of the focus map, relative to the record; None if the method does not choose.
    sources : list of RecordedFrame
    flow : str, optional
        Path of the local flows, relative to the record; None if there are none.
    strokes : list of Stroke
        Retouching of the result, after the decision.
    corrections : dict, optional
        ``"dark"`` or ``"flat"`` -> path, relative to a saved record, and SHA-256 of the dark frame
        or flat field.
    decision : numpy.ndarray, optional
        The focus map itself, before it is saved.
    flows : list of numpy.ndarray or None, optional
        The local flows themselves, see `RegisteredFrames`, before they are saved.

    Examples
    --------
    >>> import numpy as np
    >>> import twostream as ts
    >>> a = np.tile(np.arange(64, dtype=np.uint8), (48, 1))
    >>> record = ts.stack([a, a], method="average").record
    >>> record.method, record.size, record.sources[1].path
    ('average', [48, 64], 'frame 2')
    """

    version: str
    method: str
    engine: Optional[str]
    options: dict
    weights: dict
    size: list
    crop: list
    focus_map: Optional[str]
    sources: list
    flow: Optional[str] = None
    strokes: list = field(default_factory=list)
    corrections: dict = field(default_factory=dict)
    decision: Optional[np.ndarray] = field(default=None, repr=False, compare=False)
    flows: Optional[list] = field(default=None, repr=False, compare=False)

    @property
    def transforms(self) -> list[np.ndarray]:
        """List of arrays, 3 x 3."""
        return [np.array(source.transform, float) for source in self.sources]

    @property
    def gains(self) -> np.ndarray:
        """Array, frames x channels."""
        return np.array([source.gains for source in self.sources], float)

    @property
    def fields(self) -> Optional[np.ndarray]:
        """Uneven exposure of the frames, see `RegisteredFrames`; None if it is even."""
        if all(source.uneven is None for source in self.sources):
            return None
        return np.array([source.uneven for source in self.sources], float)

    def save(self, path: Union[str, Path], focus_map: Union[str, Path, None] = None) -> None:
        """Write the record as JSON, with the focus map and the local flows.

        Parameters
        ----------
        path : str or Path
        focus_map : str or Path, optional
            Path of the focus map; by default in the folder of the record.

        Raises
        ------
        BadInput
            If a file cannot be written.
        """
        path, found = Path(path), {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("decision", "flows", "flow", "strokes", "corrections"):
            del found[name]
        if self.decision is not None:
            focus_map = Path(focus_map or focus_map_path(path))
            write_focus_map(focus_map, self.decision, len(self.sources))
            found["focus_map"] = _relative(focus_map, path)
        if self.flows is not None:
            write_flows(flow_path(path), self.flows)
            found["flow"] = flow_path(path).name
        if self.strokes:
            found["strokes"] = [asdict(stroke) for stroke in self.strokes]
        if self.corrections:
            found["corrections"] = {k: {**v} for k, v in self.corrections.items()}
        found["options"] = {
            name: _relative(value, path) if name in FILES and value not in names() else value
            for name, value in self.options.items()
        }
        found["sources"] = [asdict(source) for source in self.sources]
        for one in (*found["sources"], *found.get("corrections", {}).values()):
            one["path"] = (
                _relative(one["path"], path) if os.path.isabs(one["path"]) else one["path"]
            )
        with atomic_write(path) as partial:
            partial.write_text(json.dumps({"kind": KIND, **found}, indent=1) + "\n")

    def read_focus_map(self, path: Union[str, Path], trust: bool = False) -> np.ndarray:
        """Read the focus map of the record that was read from `path`.

        Parameters
        ----------
        path : str or Path
        trust : bool
            Also accept a file outside the record's folder.

        Returns
        -------
        numpy.ndarray
            H x W, unsigned integers: the frame, from 0, that each pixel is copied from.

        Raises
        ------
        BadInput
            If it is missing, outside the record's folder, or does not fit the record.
        """
        if self.focus_map is None:
            raise BadInput(f"{path} names no focus map, which the method {self.method} needs.")
        where = file_of(path, self.focus_map, trust)
        found, count = images.read(where), len(self.sources)
        if found.dtype.kind != "u" or found.shape != tuple(self.crop[2:]):
            raise BadInput(
                f"{where} is not the focus map of {path}. Put the recorded focus map back."
            )
        if found.max() >= count:
            raise BadInput(f"{where} names frame {found.max()}; they go from 0 to {count - 1}.")
        return found

    def read_flows(
        self, path: Union[str, Path], trust: bool = False
    ) -> Optional[list[Optional[np.ndarray]]]:
        """Read the local flows of the record that was read from `path`.

        Parameters
        ----------
        path : str or Path
        trust : bool
            Also accept a file outside the record's folder.

        Returns
        -------
        list of numpy.ndarray or None, or None
            The grid of each frame, see `RegisteredFrames`. None if the record has no flows.

        Raises
        ------
        BadInput
            If the file is missing, outside the record's folder, or does not fit the record.
        """
        if self.flow is None:
            return None
        return read_flows(file_of(path, self.flow, trust), len(self.sources), self.size)


def file_of(record: Union[str, Path], name: str, trust: bool = False) -> Path:
    """Return the path of a file that a record names, relative to the record.

    Raise BadInput if it is outside the record's folder, unless the record is trusted. Links count
    as their targets.
    """
    where = Path(record).parent / name
    folder, real = os.path.realpath(Path(record).parent), os.path.realpath(where)
    if not trust and os.path.commonpath([folder, real]) != folder:
        raise BadInput(
            f"{record} names the file {name}, which is outside its folder. If you trust the "
            "record, use --trust-record."
        )
    return where


def _relative(path: Union[str, Path], record: Path) -> str:
    folders = (os.path.realpath(one) for one in (Path(path).parent, record.parent))
    return os.path.normpath(os.path.join(os.path.relpath(*folders), Path(path).name))


def focus_map_path(record: Union[str, Path]) -> Path:
    """Return the path of a record's own focus map."""
    return Path(record).with_suffix(".focus.png")


def focus_map_type(count: int) -> type:
    """Return the pixel type of a focus map of `count` frames."""
    return np.uint8 if count <= 256 else np.uint16


def write_focus_map(path: Union[str, Path], focus_map: np.ndarray, count: int) -> None:
    """Write the focus map of `count` frames, H x W."""
    images.write(path, focus_map.astype(focus_map_type(count)))


def read_record(path: Union[str, Path]) -> Record:
    """Read a record.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Record

    Raises
    ------
    BadInput
        If the file cannot be read or is no record.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> import twostream as ts
    >>> a = np.tile(np.arange(64, dtype=np.uint8), (48, 1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ts.stack([a, a], method="average").record.save(f"{folder}/a.json")
    ...     ts.read_record(f"{folder}/a.json").crop
    [0, 0, 48, 64]
    """
    with readable(path, "is no record of twostream fuse"):
        try:
            data = read_small(path, MOST_BYTES)
        except FileNotFoundError:
            raise BadInput(f"{path} does not exist.") from None
        found = parsed(data)
        if found.pop("kind") != KIND:
            raise ValueError(f"it is not of the kind {KIND!r}")
        record = Record(**found)
        sources = [RecordedFrame(**source) for source in record.sources]
        return checked(replace(record, sources=sources, strokes=strokes_of(record.strokes)))
