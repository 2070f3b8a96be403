"""The frames of a stack on disk: one or more in each file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from ..errors import BadInput
from . import images, profile
from .pixels import alpha_of, without_alpha


@dataclass(frozen=True)
class FrameFile:
    """One frame of a stack, on disk until it is read."""

    path: Path
    page: Optional[int] = None  # its page in a file with several
    profiles: Optional[tuple] = None  # ICC profiles that its pixels are converted from and to
    most_pixels: Optional[int] = None  # see `limits.check_size`

    def read(self):
        """Read the picture, with alpha; see `images.read`."""
        try:
            image = images.read(self.path, self.page, self.most_pixels, True)
        except BadInput as error:  # a file of several pages needs a number
            raise BadInput(str(error).replace(str(self.path), str(self), 1)) from error
        if not self.profiles:
            return image
        colours, alpha = without_alpha(image), alpha_of(image)
        colours = profile.converted(colours, *self.profiles, self.path)
        return colours if alpha is None else np.dstack([colours, alpha])

    def __str__(self):
        return f"{self.path}" if self.page is None else f"{self.path} (page {self.page + 1})"


@dataclass(frozen=True)
class MeanFile(FrameFile):
    """The mean of several frames, such as a microscope's channels, with the name of the first."""

    parts: tuple = ()

    def read(self):
        """Read the frames one by one; return their mean as float32."""
        total = np.zeros((), np.float32)
        for part in self.parts:
            total = total + part.read().astype(np.float32)
        return total / np.float32(len(self.parts))


def list_frames(paths, convert_profile=False, most_pixels=None):
    """List the frames of files, also TIFF files with several pages, without reading their pixels.

    Parameters
    ----------
    paths : sequence of str or Path
    convert_profile : bool
        Whether frames with another ICC profile than the first are converted to it when they are
        read, rather than refused. A frame without a profile counts as sRGB then.
    most_pixels : int, optional
        Limit of the declared size; see `limits.check_size` for the default.

    Returns
    -------
    list of FrameFile

    Raises
    ------
    BadInput
        If a file cannot be read, or its profile is not the first's.
    """
    frames, first = [], None
    for path in map(Path, paths):
        own = images.read_metadata(path).profile
        first = own if first is None else first
        profiles = None if profile.are_same(own, first) else (own, first)
        if profiles and not convert_profile:
            raise BadInput(
                f"The colour profiles differ: {profile.name(first)} in {paths[0]}, "
                f"{profile.name(own)} in {path}; --convert-profile converts to the first."
            )
        frames += [FrameFile(path, page, profiles, most_pixels) for page in images.pages(path)]
    return frames
