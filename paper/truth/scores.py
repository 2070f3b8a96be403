"""Scores of a fusion method against the truth, in whole images and near boundaries of focus."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from twostream.errors import BadInput
from twostream.evaluation.pair_set import pictures, read_pair_set
from twostream.io import images
from twostream.metrics import Plane, psnr_rgb, ssim_rgb

from .rows import Sample

FRAME = 16
"""Width in pixels of the ignored margin, whose blur depends on unknown pixels outside the picture.
"""

REGIONS = ("whole", "band", "outside")
"""All pixels, those of the band near boundaries, and the others."""

METRICS = {"psnr_rgb": psnr_rgb, "ssim_rgb": ssim_rgb}


def score(fuse, truth_dir, jobs=1, given="images"):
    """Score any callable on sets of known truth.

    Parameters
    ----------
    fuse : callable
        ``fuse(images)``: two or more pictures, uint8 or uint16, H x W or H x W x 3, to one of that
        kind; floats are rounded. If it returns None, the picture has no scores.
    truth_dir : str or Path
        A set of truth, or the folder of several: see `sets.write_truth`.
    jobs : int
        Number of processes; with more than one, `fuse` must be picklable.
    given : str
        Argument of `fuse`: ``images``, or ``sample`` for a row of `rows`.

    Returns
    -------
    dict
        Name of a set -> name of a picture -> ``psnr_rgb whole``, ``ssim_rgb band`` and so on, a
        metric and one of the `REGIONS` -> float. A region without pixels is missing. A margin of
        16 pixels is ignored. White is the level that 0.5 % of a 16-bit truth exceed.

    Raises
    ------
    BadInput
        If there is no set, or a picture of one is missing.
    """
    work = partial(_score_picture, fuse, given)
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


def _score_picture(fuse, given, pair):
    truth, band = _truth_and_band(pair)
    sample = Sample(pair.sources, truth)
    fused = fuse(sample if given == "sample" else sample.images)
    if fused is None:
        return {}
    fused = np.clip(np.rint(fused), 0, np.iinfo(truth.dtype).max).astype(truth.dtype)
    if fused.shape != truth.shape:
        raise BadInput(f"The fused image of {pair.sources[0]} is {fused.shape}, not {truth.shape}.")
    return score_regions(*eight_bits(truth, fused), band)


def eight_bits(truth, fused):
    """Map the range of a 16-bit truth to 0 to 255, so that scores are comparable."""
    if truth.dtype == np.uint8:
        return truth, fused
    low, high = np.percentile(truth, (0.5, 99.5))
    unit = (np.clip((image - low) / (high - low), 0, 1) for image in (truth, fused))
    return tuple(image.astype(np.float32) for image in unit)


def _truth_and_band(pair):
    if pair.truth is None:
        raise BadInput(f"The ground truth of {pair.sources[0]} is missing.")
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
