"""Photographs from the raw files of cameras, by LibRaw (the extra `raw`)."""

from dataclasses import replace

from ..errors import BadInput
from .limits import check_size
from .profile import linear_srgb
from .tiff_metadata import metadata_of_tiff

SUFFIXES = (".dng", ".nef", ".nrw", ".cr2", ".cr3", ".arw", ".srf", ".orf", ".rw2", ".raf")
SUFFIXES += (".pef", ".srw", ".iiq", ".3fr", ".erf", ".mrw", ".kdc", ".dcr")
"""How names of raw files end: many of them are TIFF files by their content."""


def decode_raw(path, most_pixels=None):
    """Develop a raw file the same way for every frame of a stack.

    The white balance is the camera's. Nothing is brightened by what a frame holds. The result is H
    x W x 3, uint16, upright, in proportion to light with the primaries of sRGB: see
    `profile.linear_srgb`. Raise BadInput if rawpy is not installed, or LibRaw cannot read the file.
    """
    try:
        import rawpy
    except ImportError as error:
        raise BadInput(
            f"{path} is a raw file, which needs the Python package rawpy. Run pip install '.[raw]' "
            "in a clone, or pip install 'WHEEL[raw]' with the path of a wheel."
        ) from error
    with open(path, "rb") as file, rawpy.imread(file) as raw:
        check_size(path, (raw.sizes.width, raw.sizes.height), 6, most_pixels)
        return raw.postprocess(
            output_bps=16,
            gamma=(1, 1),
            output_color=rawpy.ColorSpace.sRGB,
            use_camera_wb=True,
            no_auto_bright=True,
            adjust_maximum_thr=0,
        )


def metadata_of_raw(path):
    """Read the metadata of a raw file; the profile is that of `decode_raw`."""
    return replace(metadata_of_tiff(path), profile=linear_srgb())
