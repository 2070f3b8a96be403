"""Comparison of other fusion programs with this toolkit."""

import sys
from dataclasses import asdict, dataclass, field
from statistics import mean, median

from twostream.errors import BadInput
from twostream.evaluation.programs import LIMIT, PRESETS, Program, preset
from twostream.report.tables import Table

from .program_cases import scores

_FUSE = (sys.executable, "-m", "twostream", "fuse", "--quiet", "-o", "{out}", "{sources}")

OURS = {
    "select": _FUSE,
    "select-local": (*_FUSE, "--align", "local"),
    "two_stream-fast": (*_FUSE, "--method", "two_stream", "--weights", "fast"),
}
"""Name -> command line of this toolkit, whose start counts like that of other programs."""

FIRST = next(iter(OURS))


@dataclass
class Row:
    """Time, memory and scores of one program in one case.

    Attributes
    ----------
    program, case : str
    seconds, cpu : float or None
        Medians over the scenes, see `programs.Usage`.
    peak : int or None
        Largest memory in bytes, see `programs.Usage`.
    psnr_rgb, ssim_rgb : float or None
        Means over the scenes.
    error : str or None
        Why there is nothing else.
    """

    program: str
    case: str
    seconds: float = None
    cpu: float = None
    peak: int = None
    psnr_rgb: float = None
    ssim_rgb: float = None
    error: str = None


@dataclass
class Contest:
    """The installed programs, and the reasons why others are skipped.

    Attributes
    ----------
    programs : list of Program
    skipped : dict of str to str
    """

    programs: list = field(default_factory=list)
    skipped: dict = field(default_factory=dict)


def contest(limit=LIMIT):
    """Find this toolkit's command lines and the `programs.PRESETS` that are installed."""
    found = Contest([Program(name, words, limit) for name, words in OURS.items()])
    for name in PRESETS:
        try:
            found.programs.append(preset(name, limit))
        except BadInput as reason:
            found.skipped[name] = str(reason)
    return found


def compared(programs, cases):
    """Run programs on cases.

    Parameters
    ----------
    programs : list of Program
    cases : list of Case

    Yields
    ------
    Row
        By case, then by program.
    """
    for case in cases:
        for program in programs:
            try:
                yield _row(program, case)
            except BadInput as error:
                yield Row(program.name, case.name, error=str(error))


def _row(program, case):
    done = [(*program.fuse_files(scene.sources), scene) for scene in case.scenes]
    found = [scores(fused, scene) for fused, _, scene in done]
    return Row(
        program.name,
        case.name,
        median(usage.seconds for _, usage, _ in done),
        median(usage.cpu for _, usage, _ in done),
        max(usage.peak for _, usage, _ in done),
        *(mean(values[name] for values in found) for name in ("psnr_rgb", "ssim_rgb")),
    )


def table(case, rows):
    """Make the table of one case: processor seconds also as times those of `FIRST`."""
    ours = next((row.cpu for row in rows if row.program == FIRST), None)
    values = [_cells(row, ours) for row in rows]
    columns = ["seconds", "CPU seconds", "times select's", "peak MB", "PSNR, dB", "SSIM"]
    names = [row.program for row in rows]
    return Table(
        case.title, "program", names, columns, values, [-1, -1, 0, -1, 1, 1], [2, 2, 2, 0, 2, 4]
    )


def _cells(row, ours):
    if row.error:
        return [None] * 6
    ratio = row.cpu / ours if ours else None
    return [row.seconds, row.cpu, ratio, row.peak / 1e6, row.psnr_rgb, row.ssim_rgb]


def as_json(found, rows):
    """Return all figures, the command lines, and why programs were skipped."""
    commands = {program.name: list(program.words) for program in found.programs}
    return {"rows": [asdict(row) for row in rows], "commands": commands, "skipped": found.skipped}
