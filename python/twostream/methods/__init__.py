"""Methods of multi-focus fusion: one a file, all named in `METHODS`.

Each file has ``fuse(images, **options)``: two or more registered pictures of one scene, of one
size and type (H x W or H x W x 3 RGB; uint8, uint16 or float) to one of that size and type.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BadInput
from ..names import lookup
from ..nets.pretrained import shipped_files

BLOCK_CLASSIFIERS = Path(__file__).with_name("block_classifiers.json")
"""Numbers of the classifiers of `block_classifier`, written by ``python -m paper.train_blocks``."""


@dataclass(frozen=True)
class Method:
    """A method and its properties.

    Attributes
    ----------
    name : str
        What it is called in command lines; its module, imported when it is first used.
    label : str
        What it is called in tables, as in those of Xu et al. 2018 where they have it.
    paper : str
        Who described it.
    weights : tuple of Path
        Files of trained numbers that it reads, such as deploy nets and caffemodels.
    chooses : bool
        Whether each pixel comes from one of the pictures, rather than from a mixture.
    """

    name: str
    label: str
    paper: str
    weights: tuple = ()
    chooses: bool = False

    def fuse(self, images, **options):
        """Fuse pictures; see the function `fuse` of the method's module for the options."""
        self.check_options(options)
        self._check_weights()
        return self._function(images, **options)

    def fuse_frames(self, frames, source=None, **options):
        """Fuse frames; the methods that run the two-stream network read them one at a time.

        Parameters
        ----------
        frames : Frames or RegisteredFrames
        source : numpy.ndarray, optional
            Of methods that choose: the frames that pixels are to come from, see `tree.fuse_frames`.
        **options
            See `fuse`.

        Returns
        -------
        tree.Fused
        """
        from ..fusion.tree import Fused, fuse_frames  # slow to import

        self.check_options(options)
        fusion = getattr(self._module, "fusion", None)
        if fusion:
            progress = options.pop("progress", False)
            return fuse_frames(frames, fusion(**options), progress, source)
        gray = frames.shape[2] == 1
        picture = self.fuse([f[..., 0] if gray else f for f in frames], **options)
        return Fused(picture[..., None] if gray else picture, None, 0, len(frames))

    @property
    def is_bounded(self):
        """Whether frames are read one at a time, so that the memory can be planned."""
        return hasattr(self._module, "nets")

    def plan(self, stack, limit, threads, weights=None, prototxt=None):
        """Plan the memory of `fuse_frames`.

        Parameters
        ----------
        stack : fusion.memory.Stack
        limit : int
            Bytes that the program may take.
        threads : int
            Tiles that are fused at once, at most.
        weights, prototxt
            See `fuse`.

        Returns
        -------
        fusion.memory.Plan

        Raises
        ------
        BadInput
            If it is not enough.
        """
        from ..fusion.memory import plan  # slow to import

        nets = partial(self._module.nets, stack, weights=weights, prototxt=prototxt)
        return plan(limit, stack, nets, threads)

    def check_options(self, names):
        """Raise BadInput if the method lacks one of the options of these names."""
        there = self.options
        for name in names:
            if name not in there:
                known = ", ".join(there) or "none"
                raise BadInput(
                    f"The method {self.name} has no option {name!r}; its options: {known}."
                )

    @property
    def has_weights(self):
        """Whether its files of trained numbers are there; a wheel lacks those of ``cnn``."""
        return all(path.exists() for path in self.weights)

    def _check_weights(self):
        for path in self.weights:
            if not path.exists():
                raise BadInput(
                    f"The method {self.name} needs weights/{path.name} of a clone of this project, "
                    f"which is too large for the installed package; copy it to {path.parent}."
                )

    @property
    def options(self):
        """Options and their defaults, by name."""
        parameters = signature(self._function).parameters.values()
        return {option.name: option.default for option in parameters if option.name != "images"}

    @property
    def _function(self):
        return self._module.fuse

    @property
    def _module(self):
        return import_module(f".{self.name}", __package__)


def fuse(images: Sequence[np.ndarray], method: str = "select", **options: Any) -> np.ndarray:
    """Fuse pictures of one scene, focused at different depths, into one that is sharp all over.

    Parameters
    ----------
    images : sequence of numpy.ndarray
        Two or more registered pictures of one size and type: H x W (gray) or H x W x 3 (RGB),
        uint8, uint16 or float (white is 1, or the brightest pixel). If some are gray and some
        are colour, the gray ones count as colour.
    method : str
        One of `METHODS`: ``select`` (the network decides which source each pixel comes from),
        ``two_stream`` (the network's output itself, as in the paper), or a compared method.
    **options
        Of the method, see the function `fuse` of its module: of those that run a network
        ``engine`` and ``tile``, of the two-stream network also ``weights`` and ``prototxt``.

    Returns
    -------
    numpy.ndarray
        Of the sources' size and type.

    Raises
    ------
    BadInput
        If the pictures cannot be fused, there is no such method, or it has no such option.
    """
    return lookup(method, METHODS, "method").fuse(images, **options)


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
    Method("dct", "DCT", "Haghighat, Aghagolzadeh, Seyedarabi 2011"),
    Method("nsct", "NSCT", "da Cunha, Zhou, Do 2006; Zhang, Guo 2009"),
    Method("nsst", "NSST", "Easley, Labate, Lim 2008; Miao et al. 2011"),
    Method("two_stream", "Two-stream", "Xu et al. 2018", shipped_files("two_stream")),
    Method(
        "select",
        "Select",
        "this toolkit",
        shipped_files("decision") + shipped_files("colour"),
        chooses=True,
    ),
)

METHODS = {method.name: method for method in _ALL}
"""All methods by name, in the order of the paper's tables."""
