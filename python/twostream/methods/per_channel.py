"""From fusion of planes to fusion of pictures: colour, types, rounding."""

from functools import wraps
from inspect import Parameter, Signature, signature

import numpy as np

from ..fusion.inputs import checked
from ..io.pixels import luma, white_level


def per_channel(fuse_planes):
    """Make a method of pictures out of one of planes: red, green and blue are fused each by itself.

    Parameters
    ----------
    fuse_planes : callable
        ``fuse_planes(planes, **options)``: two or more planes, H x W, float64 in [0, 1] (floats
        below 0 stay so), to one plane of that size.

    Returns
    -------
    callable
        ``fuse(images, **options)``: two or more pictures of one size and type, H x W or
        H x W x 3 (RGB), uint8, uint16 or float, to one of that size and type. Only at the end
        integers are rounded (halves up) and clipped; floats are not. Where some are colour, the
        gray ones count as colour. Raises `BadInput` if the pictures cannot be fused.
    """

    def fuse_pictures(pictures, **options):
        channels = zip(*(np.ascontiguousarray(np.moveaxis(p, 2, 0)) for p in pictures))
        return np.dstack([fuse_planes(list(planes), **options) for planes in channels])

    return _method(fuse_planes, fuse_pictures)


def luma_guided(fuse_pictures):
    """Make a method out of one that decides by luma, so that all channels share one decision.

    Parameters
    ----------
    fuse_pictures : callable
        ``fuse_pictures(pictures, lumas, **options)``: pictures, H x W x C, and their lumas
        (ITU-R BT.601), H x W, all float64 in [0, 1], to one picture H x W x C.

    Returns
    -------
    callable
        As of `per_channel`.
    """

    def fuse_with_lumas(pictures, **options):
        return fuse_pictures(pictures, [_luma(picture) for picture in pictures], **options)

    return _method(fuse_pictures, fuse_with_lumas)


def _method(documented, fuse_pictures):
    @wraps(documented)
    def fuse(images, **options):
        sources = checked(images)
        white = white_level(sources)
        fused = fuse_pictures([np.divide(s, white, dtype=np.float64) for s in sources], **options)
        fused = _as_type(fused * white, white, sources[0].dtype)
        return fused if max(image.ndim for image in images) == 3 else fused[..., 0]

    fuse.__signature__ = _signature(documented)
    return fuse


def _signature(documented):
    parameters = signature(documented).parameters.values()
    options = [p.replace(kind=p.KEYWORD_ONLY) for p in parameters if p.default is not p.empty]
    return Signature([Parameter("images", Parameter.POSITIONAL_OR_KEYWORD), *options])


def _as_type(image, white, dtype):
    if dtype.kind == "u":
        # Halves go up, as in MATLAB, also those that the division by white made a little less.
        image = np.clip(np.floor(image + 0.5 + 1e-6), 0, white)
    return image.astype(dtype)


def _luma(picture):
    gray = picture if picture.shape[2] == 1 else picture.astype(np.float32)
    return luma(gray).astype(np.float64)
