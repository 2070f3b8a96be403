"""Methods of multi-focus fusion: one per file, all listed in `METHODS`.

`interface.MethodModule` is the interface of such a file.
"""

from pathlib import Path

from ..names import lookup
from ..nets.pretrained import shipped_files
from .interface import Method, NetworkMethod

BLOCK_CLASSIFIERS = Path(__file__).with_name("block_classifiers.json")
"""Numbers of the classifiers of `block_classifier`, written by ``python -m paper.train_blocks``."""


def method(name):
    """Return the Method of that name; raise BadInput, with similar names, if there is none."""
    return lookup(name, METHODS, "method")


_ALL = (
    Method("average", "Average", "none: a control"),
    Method("dwt", "DWT", "Li, Manjunath, Mitra 1995"),
    Method("laplacian_pyramid", "LP", "Burt, Adelson 1983; Burt 1984"),
    Method("steerable_pyramid", "SP", "Simoncelli, Freeman 1995; Liu et al. 2001"),
    Method("ratio_pyramid", "RP", "Toet 1989"),
    Method("psf", "PSFs", "Aslantas, Toprak 2014"),
    Method("contrast_pyramid", "CP", "Toet, van Ruyven, Valeton 1989"),
    Method("guided_filter", "GF", "Li, Kang, Hu 2013"),
    Method("srcnn", "SRCNN", "Zhong et al. 2016", shipped_files("srcnn")),
    Method("cnn", "CNN", "Liu et al. 2017", shipped_files("cnn")),
    Method("block_classifier", "Block classifier", "Li, Kwok, Wang 2002", (BLOCK_CLASSIFIERS,)),
    Method("focused_pixels", "Focused pixels", "Nayar, Nakagawa 1994; Huang, Jing 2007"),
    Method("dct", "DCT", "Haghighat, Aghagolzadeh, Seyedarabi 2011"),
    Method("nsct", "NSCT", "da Cunha, Zhou, Do 2006; Zhang, Guo 2009"),
    Method("nsst", "NSST", "Easley, Labate, Lim 2008; Miao et al. 2011"),
    NetworkMethod("two_stream", "Two-stream", "Xu et al. 2018", shipped_files("two_stream")),
    NetworkMethod(
        "select",
        "Select",
        "this toolkit",
        shipped_files("decision") + shipped_files("colour"),
        chooses=True,
    ),
)

METHODS = {method.name: method for method in _ALL}
"""All methods by name, in the order of the paper's tables."""
