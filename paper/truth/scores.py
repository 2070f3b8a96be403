"""Scores of a fusion method against the truth, in whole images and near boundaries of focus."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from twostream.errors import BadInput
from twostream.evaluation.pair_set import pictures, read_pair_set
from twostream.io import images
from twostream.metrics import Plane, psnr_rgb, ssim_rgb

FRAME = 16
"""Width in pixels of the frame that is left out, because its blur depends on unknown pixels outside
the picture."""

REGIONS = ("whole", "band", "outside")
"""All pixels, those of the band near boundaries, and the others."""

METRICS = {"psnr_rgb": psnr_rgb, "ssim_rgb": ssim_rgb}


def score(fuse, truth_dir, jobs=1, knows_truth=False):
    """Score any callable on sets of known truth.

    Parameters
    ----------
    fuse : callable
        ``fuse(images)``: two or more pictures, uint8, H x W or H x W x 3, to one of that kind;
        floats of 0 to 255 are rounded. With `knows_truth` it is ``fuse(images, truth)``.
    truth_dir : str or Path
        A set of truth, or the folder of several: see `sets.write_truth`.
    jobs : int
        Processes; with more than one, `fuse` must be one that can be pickled.
    knows_truth : bool
        Whether `fuse` takes the truth too, as `best_choice` does.

    Returns
    -------
    dict
        Name of a set -> name of a picture -> ``psnr_rgb whole``, ``ssim_rgb band`` and so on, a
        metric and one of the `REGIONS` -> float. A region without pixels is missing. A frame of
        16 pixels counts nowhere.

    Raises
    ------
    BadInput
        If there is no set, or a picture of one is missing.
    """
    work = partial(_score_picture, fuse, knows_truth)
    sets = {folder.name: read_pair_set(folder) for folder in _sets(Path(truth_dir))}
    tasks = [(name, pair) for name, pairs in sets.items() for pair in pairs]
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            found = list(pool.map(work, [pair for _, pair in tasks]))
    else:
        found = [work(pair) for _, pair in tasks]
    scores = {name: {} for name in sets}
    for (name, pair), values in zip(tasks, found):
        scores[name][pair.name] = values
    return scores


def score_regions(truth, fused, band):
    """Score one picture; the values of `score`, without its frame.

    Parameters
    ----------
    truth, fused : numpy.ndarray
        H x W or H x W x 3, uint8.
    band : numpy.ndarray
        H x W, bool.
    """
    planes = Plane.of(truth), Plane.of(fused)
    counted = np.zeros(band.shape, bool)
    counted[FRAME:-FRAME, FRAME:-FRAME] = True
    regions = dict(zip(REGIONS, (counted, counted & band, counted & ~band)))
    return {
        f"{name} {place}": metric(*planes, region)
        for name, metric in METRICS.items()
        for place, region in regions.items()
        if region.any()
    }


def _score_picture(fuse, knows_truth, pair):
    sources = [images.read(path) for path in pair.sources]
    truth, band = _truth_and_band(pair)
    fused = np.asarray(fuse(sources, truth) if knows_truth else fuse(sources))
    if fused.dtype.kind == "f":
        fused = np.clip(np.rint(fused), 0, 255).astype(np.uint8)
    return score_regions(truth, fused, band)


def _truth_and_band(pair):
    if pair.truth is None:
        raise BadInput(f"The truth of {pair.sources[0]} is missing.")
    band = images.read(pair.truth.with_name(f"{pair.scene}_band.png"))
    return images.read(pair.truth), band > 127


def _sets(folder):
    """Find the folders of pairs: this one, or those in it."""
    if pictures(folder):
        return [folder]
    found = [inner for inner in sorted(folder.iterdir()) if inner.is_dir() and pictures(inner)]
    if not found:
        raise BadInput(f"{folder} holds no set of known truth; make some with `make truth`.")
    return found
