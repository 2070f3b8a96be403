"""Similarity of the better source of a pair to the ground truth."""

from ..io import images
from ..metrics import psnr


def best_source(pair):
    """PSNR of luma, in dB, of the source that is nearest to the truth of a Pair, which has one."""
    truth = images.read(pair.truth)
    return max(psnr(truth, images.read(path)) for path in pair.sources)
