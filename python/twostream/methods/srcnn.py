"""Fusion of wavelet coefficients after super-resolution by a convolutional network."""

import cv2
import numpy as np

from ..data.srcnn_patches import FACTOR
from ..engines import load
from ..fusion.tiling import tiles
from ..io.pixels import enlarged
from ..nets.pretrained import shipped_files
from ..nets.srcnn import MARGIN
from ..progress import Bar
from .fusion_rules import choose_max
from .per_channel import per_channel

B3_SPLINE = np.array([1, 4, 6, 4, 1]) / 16
MID_GRAY = 0.5


@per_channel
def fuse(planes, levels=4, window=5, engine="auto", tile=256, progress=False):
    """Fuse wavelet coefficients that a network has enlarged to twice their size.

    J. Zhong, B. Yang, Y. Li, F. Zhong, Z. Chen, "Image Fusion and Super-Resolution with
    Convolutional Neural Network", CCPR 2016. The sources are decomposed into coefficients of the
    undecimated wavelet transform. An SRCNN (`nets.srcnn`) doubles their resolution, and they are
    fused. For the details, the source is chosen whose neighbourhood has the largest magnitude
    (`fusion_rules.choose_max`); the approximations are averaged. The network was trained with this
    toolkit, on pixels, see weights/README.md. So mid-gray is added to details, whose mean is 0.

    Only the order of these steps is the paper's. The transform (`undecimated`), the rule, levels
    and window are chosen here, the window on pairs of known truth.

    The fused picture is reduced to the size of the sources by averaging 2 x 2 pixels. The enlarged
    coefficients are corrected to have those of the sources as these averages, so that only the
    choice between the sources, which the network makes finer, changes the picture.

    Edges ring a little where the choice changes between the sources. Values can leave the range of
    the sources; integers are clipped.

    Parameters
    ----------
    levels : int
        Number of detail levels.
    window : int
        See `fusion_rules.choose_max`; in pixels of the enlarged coefficients.
    engine : str
        See `engines.load`.
    tile : int
        Side of the tiles, in pixels of the enlarged coefficients. It limits the memory used.
    progress : bool or callable
        Whether to show a progress bar on a terminal, or a function, see `progress.Bar`.
    """
    net = load(*shipped_files("srcnn"), engine)
    *details, bases = zip(*(undecimated(plane, levels) for plane in planes))
    fused = sum(bases) / len(bases)  # enlarging these would not change their averages
    for bands in Bar("fuse", levels, progress).over(details):
        enlarged_bands = [lift(net, band + MID_GRAY, tile) - MID_GRAY for band in bands]
        fused += _mean_of_blocks(choose_max(enlarged_bands, window))
    return fused


def undecimated(plane, levels):
    """Decompose a plane, H x W, by the isotropic undecimated wavelet transform.

    J.-L. Starck, J. Fadili, F. Murtagh, "The Undecimated Wavelet Decomposition and its
    Reconstruction", IEEE Trans. Image Process. 16(2), 2007. A level is the difference between a
    plane and the plane smoothed by a B3-spline, whose taps are 2**level pixels apart. Borders are
    mirrored. The details, the finest first, and the approximation sum to the plane.
    """
    coefficients, plane = [], plane.astype(np.float64)
    for level in range(levels):
        smooth = _smoothed(plane, 2**level)
        coefficients.append(plane - smooth)
        plane = smooth
    return [*coefficients, plane]


def lift(net, plane, tile=256):
    """Enlarge a plane of [0, 1] to twice its size by super-resolution, in tiles of this side.

    The net is that of prototxt/srcnn/deploy.prototxt. The mean of each 2 x 2 block is the pixel of
    `plane`.
    """
    shape = [FACTOR * length for length in plane.shape]
    bicubic = enlarged(plane.astype(np.float32), shape)
    mirrored = np.pad(bicubic, MARGIN, mode="symmetric")[None, None]
    lifted = np.empty(shape)
    for rows, columns in (t.inner for t in tiles(shape, tile, 0)):
        seen = (slice(s.start, s.stop + 2 * MARGIN) for s in (rows, columns))
        outputs = net.forward(**{net.inputs[0]: mirrored[(..., *seen)]})
        lifted[rows, columns] = outputs["lifted"][0, 0]
    missing = plane - _mean_of_blocks(lifted)
    return lifted + missing.repeat(FACTOR, axis=0).repeat(FACTOR, axis=1)


def _smoothed(plane, step):
    kernel, reach = np.zeros(4 * step + 1), 2 * step
    kernel[::step] = B3_SPLINE
    padded = np.pad(plane, reach, mode="symmetric")
    return cv2.sepFilter2D(padded, -1, kernel, kernel)[reach:-reach, reach:-reach]


def _mean_of_blocks(plane):
    height, width = (length // FACTOR for length in plane.shape)
    return plane.reshape(height, FACTOR, width, FACTOR).mean(axis=(1, 3))
