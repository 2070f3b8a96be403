"""Fusion of other frames with the registration and the decision of an earlier one."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional, Union

from ..errors import BadInput
from ..io.digest import sha256_of
from ..methods import method
from .given import Given
from .options import SMALLEST_TILE, StackOptions
from .outputs import Outputs
from .pipeline import run
from .record import Record, read_record
from .result import RECORDED, StackResult, digests_of_weights


def replay(
    path: Union[str, Path],
    sources: Any,
    options: StackOptions,
    outputs: Optional[Outputs] = None,
    gains: bool = True,
) -> StackResult:
    """Fuse frames as a record says, with or without its gains.

    Method, weights, net and tile are those of the record. There must be as many frames as were
    fused, in their order; see `sources.open_frames`. Raise BadInput if the record or a frame cannot
    be used.
    """
    path = Path(path)
    record = read_record(path)
    recorded = _checked_options(record, path)
    if options.memory:
        recorded["tile"] = None
    options = replace(options, method=record.method, advice=False, **recorded)
    chosen = method(record.method)
    given = Given(record, path, record.read_focus_map(path) if chosen.chooses else None, gains)
    result = run(sources, options, outputs, given)
    result.warnings.extend(_changes(record, result))
    return result


def _checked_options(record: Record, path: Path) -> dict[str, Any]:
    """Options of the record's method; as these a file may hold anything."""
    method(record.method).check_options(record.options)
    kinds = {name: int if name == "tile" else str for name in RECORDED}
    for name, value in record.options.items():
        fits = type(value) is kinds.get(name)
        if not fits or (name == "tile" and not SMALLEST_TILE <= value < 2**31):
            raise BadInput(f"{path} has no fit value for the option {name!r}.")
    return {**dict.fromkeys(RECORDED), **record.options}


def _changes(record: Record, result: StackResult) -> list[str]:
    """List the differences from the record, in sentences."""
    recorded = {os.path.realpath(source.path): source.sha256 for source in record.sources}
    sources = [result.frames.source(n) for n in range(len(result.frames))]
    given = {os.path.realpath(source.path) for source in sources if hasattr(source, "path")}
    changed = [path for path in given & set(recorded) if sha256_of(path) != recorded[path]]
    found = [f"{path} has changed since it was fused." for path in sorted(changed)]
    if digests_of_weights(result.method, result.options) != record.weights:
        found.append("The weights differ from those of the record.")
    if record.engine != result.engine:
        found.append(f"The record was made with the engine {record.engine}: pixels may differ.")
    return found
