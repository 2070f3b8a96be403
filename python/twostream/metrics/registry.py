"""The list of all metrics: names, ranges, references and variants."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Callable, Optional

from ..errors import BadInput
from ..names import lookup
from .ag import ag
from .entropy import entropy
from .fmi import fmi
from .gmsd import gmsd
from .mutual_information import mutual_information
from .n_abf import n_abf
from .ncie import ncie
from .piella import q, qe, qw
from .psnr import psnr
from .psnr_rgb import psnr_rgb
from .qabf import qabf
from .qcb import qcb
from .qcv import qcv
from .qp import qp
from .qy import qy
from .scd import scd
from .sd import sd
from .sf import sf
from .ssim import ssim
from .ssim_rgb import ssim_rgb
from .viff import viff


@dataclass(frozen=True)
class Metric:
    """A metric and its properties.

    Attributes
    ----------
    name : str
        Name in command lines and tables.
    function : callable
        ``function(fused)``, ``function(sources, fused)`` or ``function(truth, fused)``.
    compares_with : str
        ``"nothing"``, ``"sources"`` or ``"truth"``: what the function takes in addition to the
        fused picture.
    low, high : float
        Range of the values for two sources; may be infinite.
    paper : str
        Authors and year of the definition.
    variant : str
        Which variant of the definition this is.
    column : str or None
        Column of Tables 1-4 of Xu et al. 2018, the paper of the two-stream network.
    lower_is_better : bool
    """

    name: str
    function: Callable
    compares_with: str
    low: float
    high: float
    paper: str
    variant: str
    column: Optional[str] = None
    lower_is_better: bool = False

    def __call__(self, fused, sources=(), truth=None):
        """Score a fused picture.

        Parameters
        ----------
        fused : numpy.ndarray or Plane
            H x W or H x W x 3; see `Plane.of`.
        sources : sequence of (numpy.ndarray or Plane)
            The pictures that it was fused from, of the same size.
        truth : numpy.ndarray or Plane, optional
            The true all-in-focus picture, of the same size.

        Returns
        -------
        float

        Raises
        ------
        BadInput
            If sources or truth are needed but missing, a picture cannot be used, or sizes differ.
        """
        if self.compares_with == "nothing":
            return self.function(fused)
        if self.compares_with == "sources":
            return self.function(sources, fused)
        if truth is None:
            raise BadInput(f"{self.name} compares with the truth, which is not known.")
        return self.function(truth, fused)


def metric(name):
    """Return the Metric of that name; raise BadInput, with similar names, if there is none."""
    return lookup(name, METRICS, "metric")


def _entry(function, compares_with, low, high, paper, variant, **more):
    name = function.__name__
    return Metric(name, function, compares_with, low, high, paper, variant, **more)


def _further(function, variant, low, high, paper, **more):
    """Make a Metric of another variant, named after the function and the variant."""
    argument = "window" if function in (q, qw, qe) else "variant"
    chosen = partial(function, **{argument: variant})
    name = f"{function.__name__}_{variant}"
    return Metric(name, chosen, "sources", low, high, paper, variant, **more)


_QU = "Qu et al. 2002"
_XYDEAS = "Xydeas, Petrovic 2000"
_PIELLA = "Piella, Heijmans 2003"
_SSIM = "Wang et al. 2004"
_FMI = "Haghighat et al. 2011"
_KUMAR = "Shreyamsha Kumar 2013"
_BITS = 2 * 8  # of two sources of 256 levels
_INF = math.inf

_ALL = (
    _entry(entropy, "nothing", 0, 8, "Shannon 1948", "256 bins, bits", column="IE"),
    _entry(mutual_information, "sources", 0, 2, "Hossny et al. 2008", "hossny", column="MI"),
    _entry(qabf, "sources", 0, 1, _XYDEAS, "liu", column="Xydeas"),
    _entry(q, "sources", -1, 1, _PIELLA, "flat8", column="Q"),
    _entry(qw, "sources", -1, 1, _PIELLA, "flat8", column="Qw"),
    _entry(qe, "sources", -1, 1, _PIELLA, "flat8", column="Qe"),
    _entry(ncie, "sources", 1 - math.log(3, 256), 1, "Wang et al. 2008", "256 bins"),
    _entry(qy, "sources", -1, 1, "Yang et al. 2008", "7x7 Gaussian"),
    _entry(qcb, "sources", 0, 1, "Chen, Blum 2009", "contrast by two Gaussians"),
    _entry(qcv, "sources", 0, _INF, "Chen, Varshney 2007", "16x16 blocks", lower_is_better=True),
    _entry(psnr, "truth", 0, _INF, "textbooks", "of luma, peak 255, dB"),
    _entry(ssim, "truth", -1, 1, _SSIM, "of luma, 11x11 Gaussian"),
    _entry(psnr_rgb, "truth", 0, _INF, "textbooks", "one MSE over R, G and B, peak 255, dB"),
    _entry(ssim_rgb, "truth", -1, 1, _SSIM, "mean of R, G and B, 11x11 Gaussian"),
    _entry(gmsd, "truth", 0, 1, "Xue et al. 2014", "of luma, halved", lower_is_better=True),
    _entry(viff, "sources", 0, _INF, "Han et al. 2013", "four scales, of luma"),
    _entry(fmi, "sources", -_INF, _INF, _FMI, "gradient"),
    _entry(scd, "sources", -2, 2, "Aslantas, Bendes 2015", "all pixels"),
    _entry(n_abf, "sources", 0, 1, _KUMAR, "kumar", lower_is_better=True),
    _entry(qp, "sources", -1, 1, "Zhao et al. 2007", "Kovesi's phase congruency"),
    _entry(ag, "nothing", 0, _INF, "Cui et al. 2015", "central differences"),
    _entry(sf, "nothing", 0, 255 * math.sqrt(2), "Eskicioglu, Fisher 1995", "levels of 0 to 255"),
    _entry(sd, "nothing", 0, 127.5, "Rao 1997", "levels of 0 to 255, divided by N"),
    _further(mutual_information, "sum_nats", 0, _BITS * math.log(2), _QU),
    _further(mutual_information, "sum_bits", 0, _BITS, _QU),
    _further(mutual_information, "sum_bits_uint8", 0, _BITS, _QU),
    _further(mutual_information, "tsallis", -_INF, _INF, "Cvejic et al. 2006"),
    _further(mutual_information, "nava", 0, _INF, "Nava et al. 2007"),
    _further(qabf, "hong", 0, 1, _XYDEAS),
    _further(qabf, "zhengliu", 0, 1, _XYDEAS),
    _further(qabf, "petrovic_kumar", 0, 1, "Petrovic 2007"),
    _further(q, "ssim", -1, 1, _PIELLA),
    _further(qw, "ssim", -1, 1, _PIELLA),
    _further(qe, "ssim", -1, 1, _PIELLA),
    _further(q, "block8", -1, 1, _PIELLA),
    _further(qw, "block8", -1, 1, _PIELLA),
    _further(qe, "block8", -1, 1, _PIELLA),
    _further(fmi, "pixel", -_INF, _INF, _FMI),
    _further(n_abf, "unit", 0, 1, _KUMAR, lower_is_better=True),
)

METRICS = {entry.name: entry for entry in _ALL}
"""All metrics by name; the paper's six first, in the order of its tables."""
