"""Fusion of other frames with the registration and the decision of an earlier one."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional, Union

from ..errors import BadInput
from ..io.digest import sha256_of
from ..io.regular import check_regular
from ..methods import method
from ..nets.pretrained import names
from .given import Given
from .options import SMALLEST_TILE, StackOptions
from .outputs import Outputs
from .pipeline import run
from .record import FILES, Record, file_of, read_record
from .result import RECORDED, StackResult, digests_of_weights
from .retouching import Stroke


def replay(
    path: Union[str, Path],
    sources: Any,
    options: StackOptions,
    outputs: Optional[Outputs] = None,
    gains: bool = True,
    trust: bool = False,
    strokes: Optional[Sequence[Stroke]] = None,
) -> StackResult:
    """Fuse frames with a record, with or without its gains and strokes.

    Method, weights, net and tile are those of the record. The number and order of the frames are
    those of the record; see `sources.open_frames`. Unless the record is trusted, its files must be
    in its folder and its weights unchanged. Raise BadInput if the record or a frame cannot be used.
    """
    path = Path(path)
    record = read_record(path)
    record = record if strokes is None else replace(record, strokes=list(strokes))
    recorded = _checked_options(record, path, trust)
    if options.memory:
        recorded["tile"] = None
    recorded.update(_corrections(record, path, options, trust))
    options = replace(options, method=record.method, advice=False, **recorded)
    chosen = method(record.method)
    weights = digests_of_weights(chosen, options)
    changed = [name for name in weights if weights[name] not in record.weights.values()]
    if changed and not trust:
        raise BadInput(
            f"{changed[0]} is not the file that {path} was made with. To use it anyway, give "
            "--trust-record."
        )
    flows = record.read_flows(path, trust)
    decision = record.read_focus_map(path, trust) if chosen.chooses else None
    result = run(sources, options, outputs, Given(record, path, decision, gains, flows))
    result.warnings.extend(f"{name} has changed since the record was made." for name in changed)
    result.warnings.extend(_changes(record, path, result))
    return result


def _checked_options(record: Record, path: Path, trust: bool) -> dict[str, Any]:
    """Return the options of the record's method; a file may hold anything as these."""
    method(record.method).check_options(record.options)
    kinds = {name: int if name == "tile" else str for name in RECORDED}
    for name, value in record.options.items():
        fits = type(value) is kinds.get(name)
        if not fits or (name == "tile" and not SMALLEST_TILE <= value < 2**31):
            raise BadInput(
                f"{path} has no valid value for the option {name!r}. Give a record of twostream "
                "fuse."
            )
    files = {
        name: file_of(path, record.options[name], trust)
        for name in FILES
        if record.options.get(name, names()[0]) not in names()
    }
    return {**dict.fromkeys(RECORDED), **record.options, **files}


def _corrections(record: Record, path: Path, options: StackOptions, trust: bool) -> dict[str, Path]:
    """Return the dark frame and flat field of the record that the options do not replace."""
    found = {}
    for name, one in record.corrections.items():
        if not getattr(options, name):
            found[name] = file_of(path, one["path"], trust)
            check_regular(found[name])
            if sha256_of(found[name]) != one["sha256"] and not trust:
                raise BadInput(
                    f"{found[name]} is not the file that {path} was made with. Give another one "
                    f"with --{name}, or use --trust-record."
                )
    return found


def _changes(record: Record, path: Path, result: StackResult) -> list[str]:
    """List the differences from the record, in sentences."""
    recorded = {
        os.path.realpath(path.parent / source.path): source.sha256 for source in record.sources
    }
    sources = [result.frames.source(n) for n in range(len(result.frames))]
    given = {os.path.realpath(source.path) for source in sources if hasattr(source, "path")}
    changed = [path for path in given & set(recorded) if sha256_of(path) != recorded[path]]
    found = [f"{path} has changed since it was fused." for path in sorted(changed)]
    if record.engine != result.engine:
        found.append(f"The record was made with the engine {record.engine}: pixels may differ.")
    return found
