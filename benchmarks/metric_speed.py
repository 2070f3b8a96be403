"""Time of the paper's metrics, also as a ratio to plain loops run on the same machine."""

import time

import cv2

from twostream import metrics
from twostream.evaluation.demo import SCENES, average, scene_pair

from . import metric_loops

NAMES = ("entropy", "mutual_information", "qabf", "q", "qw", "qe")
CROP = 48
"""Side of the crop on which the loops are timed."""


def metric_speeds(repeats=5):
    """Time each metric on a 512 x 512 pair, and the plain loop on a crop of it.

    Parameters
    ----------
    repeats : int
        Number of runs of each metric; the shortest counts.

    Yields
    ------
    name : str
    seconds : float
        Time of the library for a picture of 512 x 512, on one thread, with nothing cached.
    ratio : float
        Time per pixel of the loop, divided by that of the library.
    """
    cv2.setNumThreads(1)
    a, b, _ = scene_pair(next(scene for scene in SCENES if scene.name == "camera"))
    pair, fused = [a, b], average(a, b)
    crops = [image[200 : 200 + CROP, 200 : 200 + CROP] for image in (*pair, fused)]
    for name in NAMES:
        seconds = min(_seconds(getattr(metrics, name), name, pair, fused) for _ in range(repeats))
        loop = _seconds(getattr(metric_loops, name), name, crops[:2], crops[2])
        yield name, seconds, loop / crops[2].size / (seconds / fused.size)
    yield "all six", min(_all_seconds(pair, fused) for _ in range(repeats)), None


def _seconds(function, name, sources, fused):
    began = time.perf_counter()
    function(fused) if name == "entropy" else function(sources, fused)
    return time.perf_counter() - began


def _all_seconds(pair, fused):
    began = time.perf_counter()
    sources, plane = [metrics.Plane.of(image) for image in pair], metrics.Plane.of(fused)
    for name in NAMES:
        metrics.metric(name)(plane, sources)
    return time.perf_counter() - began
