"""The interface of a method of fusion and of its module."""

from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any, Protocol

from ..errors import BadInput


class MethodModule(Protocol):
    """The module of a method, ``methods/NAME.py``."""

    def fuse(self, images, **options):
        """Fuse two or more registered images of one scene.

        They have one size and type, H x W or H x W x 3 (RGB), uint8, uint16 or float; so has the
        result. The options are keyword arguments with defaults.
        """


class NetworkModule(MethodModule, Protocol):
    """The module of a method that runs a fusion network tile by tile."""

    def fusion(self, engine, weights, prototxt, tile, threads):
        """Return a `fusion.network.Network` or `fusion.select.Select`."""

    def tile_bytes(self, shape, tile, weights, prototxt):
        """Estimate the bytes that a thread takes for a tile of images of H x W x C."""


@dataclass(frozen=True)
class Method:
    """A method and its properties; its module is imported when it is first used.

    Attributes
    ----------
    name : str
        Name in command lines; the module has the same name.
    label : str
        Name in tables, as in those of Xu et al. 2018 where they have it.
    paper : str
        Authors and year of the description.
    weights : tuple of Path
        Files of trained numbers that it reads, such as deploy nets and caffemodels.
    chooses : bool
        Whether each pixel is copied from one image, rather than mixed from several.
    """

    name: str
    label: str
    paper: str
    weights: tuple = ()
    chooses: bool = False

    is_bounded = False
    """Whether frames are read one at a time, so that the memory can be planned."""

    def fuse(self, images, **options):
        """Fuse images; see the function `fuse` of the method's module for the options."""
        self.check_options(options)
        for path in self.weights:
            if not path.exists():
                raise BadInput(
                    f"The method {self.name} needs weights/{path.name} of a clone of this project, "
                    f"which is too large for the installed package; copy it to {path.parent}."
                )
        return self.module.fuse(images, **options)

    def fuse_frames(self, frames, source=None, threads=None, steps=None, **options):
        """Fuse the frames of a stack.

        Parameters
        ----------
        frames : Frames or RegisteredFrames
        source : numpy.ndarray, optional
            A decision map to follow, of a method that chooses; see `tree.fuse_frames`.
        threads : int, optional
            Number of threads of a network, see `engines.load`.
        steps : fusion.steps.Steps, optional
            Keeps the intermediate maps of a method that chooses.
        **options
            See `fuse`.

        Returns
        -------
        tree.Fused
        """
        from ..fusion.tree import Fused  # slow to import

        gray = frames.shape[2] == 1
        image = self.fuse([f[..., 0] if gray else f for f in frames], **options)
        return Fused(image[..., None] if gray else image, None, 0, len(frames))

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

    @property
    def options(self):
        """Options and their defaults, by name."""
        parameters = signature(self.module.fuse).parameters.values()
        return {option.name: option.default for option in parameters if option.name != "images"}

    @property
    def module(self) -> Any:
        """A `MethodModule`."""
        return import_module(f".{self.name}", __package__)


@dataclass(frozen=True)
class NetworkMethod(Method):
    """A method that runs a fusion network tile by tile; its module is a `NetworkModule`."""

    is_bounded = True

    def fuse_frames(self, frames, source=None, threads=None, steps=None, **options):
        """Fuse the frames of a stack, which are read one at a time; see `Method.fuse_frames`."""
        from ..fusion.tree import fuse_frames  # slow to import

        self.check_options(options)
        progress = options.pop("progress", False)
        fusion = self.module.fusion(threads=threads, **options)
        return fuse_frames(frames, fusion, progress, source, steps)
