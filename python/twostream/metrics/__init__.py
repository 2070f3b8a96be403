"""Quality metrics for fused pictures: one metric per file, all listed in `METRICS`.

``qabf([a, b], fused)`` scores one picture. To score several fused pictures of the same sources, or
one picture by several metrics, convert each picture to a `Plane` first: it caches what the metrics
compute from it.
"""

from .entropy import entropy
from .mutual_information import mutual_information
from .ncie import ncie
from .piella import q, qe, qw
from .plane import Plane
from .psnr import psnr
from .psnr_rgb import psnr_rgb
from .qabf import qabf
from .qcb import qcb
from .qcv import qcv
from .qy import qy
from .registry import METRICS, Metric, metric
from .ssim import ssim
from .ssim_rgb import ssim_rgb

__all__ = [
    "METRICS",
    "Metric",
    "Plane",
    "entropy",
    "metric",
    "mutual_information",
    "ncie",
    "psnr",
    "psnr_rgb",
    "q",
    "qabf",
    "qcb",
    "qcv",
    "qe",
    "qw",
    "qy",
    "ssim",
    "ssim_rgb",
]
