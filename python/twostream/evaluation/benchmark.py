"""All scores of a benchmark, computed on all cores or on a cluster."""

import json
import math
from csv import writer
from dataclasses import asdict, dataclass
from functools import partial
from io import StringIO
from pathlib import Path

from tqdm import tqdm

from ..engines.threads import limit_threads
from ..errors import BadInput
from ..io.atomic import atomic_write
from ..parallel import workers
from .scores import evaluate_pair


@dataclass(frozen=True)
class Benchmark:
    """The arguments and the result of `evaluate`."""

    pairs: list
    methods: list
    metrics: list
    out: Path  # folder of the scores and the fused pictures
    scores: list  # of Score


def evaluate(pairs, methods, metrics, out, jobs=None, progress=True):
    """Score every method on every pair by every metric, by pair and then by method.

    Arguments and scores are those of `scores.evaluate_pair`; `jobs` is as in
    `parallel.workers`. Scores that an earlier call finished are kept.
    """
    work = partial(evaluate_pair, methods=methods, metrics=metrics, out=out)
    total = len(pairs) * len(methods)
    scores = {}
    with (
        workers(jobs, limit_threads) as pool,
        tqdm(total=total, unit="score", disable=None if progress else True) as bar,
    ):
        for number, found, error in pool.completed(work, pairs):
            if error:
                raise error
            scores[number] = found
            bar.update(len(methods))
    return [score for number in range(len(pairs)) for score in scores[number]]


def complete_scores(*arguments):
    """Score as `evaluate` does; raise BadInput with the first score that cannot be computed."""
    scores = evaluate(*arguments)
    for score in scores:
        for metric, text in score.errors.items():
            raise BadInput(f"{score.method} on {score.pair}: {metric} {text}")
    return scores


def write_results(scores, metrics, out):
    """Write results.csv and results.json (scores) and times.csv (seconds, peak memory in bytes).

    The times have their own file, so that the scores of two runs can be compared byte for byte.
    """
    out.mkdir(parents=True, exist_ok=True)  # the folder is missing if all scores have failed
    names = [metric.name for metric in metrics]
    rows = [
        [c.pair, c.method, *(repr(float(c.values[n])) if n in c.values else "" for n in names)]
        for c in scores
    ]
    _write(out / "results.csv", _csv([["pair", "method", *names], *rows]))
    as_json = [{**asdict(score), "values": json_values(score.values)} for score in scores]
    for score in as_json:
        del score["seconds"], score["peak"]
    _write(out / "results.json", json.dumps(as_json, indent=1) + "\n")
    times = [[c.pair, c.method, c.seconds, c.peak] for c in scores if c.seconds is not None]
    _write(out / "times.csv", _csv([["pair", "method", "seconds", "peak"], *times]))


def json_values(values):
    """Convert infinities (the PSNR of equal pictures) to text, because JSON has none."""
    return {name: value if math.isfinite(value) else str(value) for name, value in values.items()}


def _csv(rows):
    text = StringIO()
    writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _write(path, text):
    with atomic_write(path) as partial_path:
        partial_path.write_text(text)
