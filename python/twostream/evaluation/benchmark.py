"""All cells of a benchmark, filled by all cores."""

import json
import math
from concurrent.futures import ProcessPoolExecutor, as_completed
from csv import writer
from dataclasses import asdict
from functools import partial
from io import StringIO

from tqdm import tqdm

from ..io.atomic import written_beside
from .scores import evaluate_pair


def evaluate(pairs, methods, metrics, out, jobs=None, progress=True):
    """Score every method on every pair by every metric.

    Parameters
    ----------
    pairs : list of Pair
    methods : list
        See `cells.evaluate_pair`.
    metrics : list of Metric
    out : Path
        Folder; cells that an earlier call finished are kept.
    jobs : int, optional
        Processes; as many as there are cores by default.
    progress : bool
        Whether to show a progress bar on a terminal.

    Returns
    -------
    list of Cell
        By pair, then by method, in the given order.
    """
    work = partial(evaluate_pair, methods=methods, metrics=metrics, out=out)
    total = len(pairs) * len(methods)
    cells = {}
    with (
        ProcessPoolExecutor(jobs) as pool,
        tqdm(total=total, unit="cell", disable=None if progress else True) as bar,
    ):
        tasks = {pool.submit(work, pair): pair.name for pair in pairs}
        for task in as_completed(tasks):
            cells[tasks[task]] = task.result()
            bar.update(len(methods))
    return [cell for pair in pairs for cell in cells[pair.name]]


def write_results(cells, metrics, out):
    """Write results.csv and results.json (scores) and times.csv (seconds a picture).

    The times stand apart, so that the scores of two runs can be compared byte for byte.
    """
    names = [metric.name for metric in metrics]
    rows = [[c.pair, c.method, *(_number(c.values.get(name)) for name in names)] for c in cells]
    _write(out / "results.csv", _csv([["pair", "method", *names], *rows]))
    scores = [_scores(cell) for cell in cells]
    _write(out / "results.json", json.dumps(scores, indent=1) + "\n")
    times = [[c.pair, c.method, c.seconds] for c in cells if c.seconds is not None]
    _write(out / "times.csv", _csv([["pair", "method", "seconds"], *times]))


def _scores(cell):
    """Cell without its time; JSON has no infinity (the PSNR of equal pictures), but text."""
    scores = {k: v for k, v in asdict(cell).items() if k != "seconds"}
    scores["values"] = {
        name: value if math.isfinite(value) else str(value) for name, value in cell.values.items()
    }
    return scores


def _number(value):
    return "" if value is None else repr(float(value))


def _csv(rows):
    text = StringIO()
    writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _write(path, text):
    with written_beside(path) as partial_path:
        partial_path.write_text(text)
