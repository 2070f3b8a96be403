"""Quality metrics for fused pictures: one metric per file, all listed in `METRICS`.

``qabf([a, b], fused)`` scores one picture. To score several fused pictures of the same sources, or
one picture by several metrics, convert each picture to a `Plane` first: it caches what the metrics
compute from it.

Sources, truth and the fused picture are arrays of H x W or H x W x 3, or Planes, of one size; see
`Plane.of`. `data_range` is the pixel value of white, as in scikit-image: by default the maximum of
an integer type, and 1 for floats. Planes have their own. Colour is compared by its luma, except in
`psnr_rgb` and `ssim_rgb`. Every metric raises `BadInput` if a picture cannot be used or is smaller
than its windows, sizes or the number of sources are wrong, or a variant is unknown.
"""

from .ag import ag
from .entropy import entropy
from .fmi import fmi
from .gmsd import gmsd
from .mutual_information import mutual_information
from .n_abf import n_abf
from .ncie import ncie
from .piella import q, qe, qw
from .plane import Plane
from .psnr import psnr
from .psnr_rgb import psnr_rgb
from .qabf import qabf
from .qcb import qcb
from .qcv import qcv
from .qp import qp
from .qy import qy
from .registry import METRICS, Metric, metric
from .scd import scd
from .sd import sd
from .sf import sf
from .ssim import ssim
from .ssim_rgb import ssim_rgb
from .viff import viff

__all__ = ["METRICS", "Metric", "Plane", "metric"]
__all__ += [
    "ag",
    "entropy",
    "fmi",
    "gmsd",
    "mutual_information",
    "n_abf",
    "ncie",
    "psnr",
    "psnr_rgb",
    "q",
    "qabf",
]
__all__ += ["qcb", "qcv", "qe", "qp", "qw", "qy", "scd", "sd", "sf", "ssim", "ssim_rgb", "viff"]
