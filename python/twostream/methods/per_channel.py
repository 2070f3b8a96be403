"""Decorators that turn fusion of gray planes into fusion of gray and colour pictures."""

from functools import wraps
from inspect import Parameter, Signature, signature

import numpy as np

from ..fusion.inputs import checked
from ..io.pixels import luma, white_level


def per_channel(fuse_planes):
    """Turn a method for planes into one for pictures, whose channels are fused independently.

    ``fuse_planes(planes, **options)`` fuses two or more planes, H x W, float64 in [0, 1], to one of
    the same size. Planes of float pictures may have values below 0.

    The result, ``fuse(images, **options)``, fuses any number of pictures in any order. They have
    one size and type, H x W or H x W x 3 (RGB), uint8, uint16 or float, and so has the result.
    Integers are rounded half up and clipped at the very end; floats are not. If some pictures are
    colour, gray ones are converted to colour. It raises `BadInput` if the pictures cannot be fused.
    """

    def fuse_pictures(pictures, **options):
        channels = zip(*(np.ascontiguousarray(np.moveaxis(p, 2, 0)) for p in pictures))
        return np.dstack([fuse_planes(list(planes), **options) for planes in channels])

    return _method(fuse_planes, fuse_pictures)


def luma_guided(fuse_pictures):
    """Turn a method that decides by luma into one for pictures; all channels share the decision.

    ``fuse_pictures(pictures, lumas, **options)`` fuses pictures, H x W x C, with the help of their
    lumas (ITU-R BT.601), H x W, to one picture H x W x C. All are float64 in [0, 1]. For the result
    see `per_channel`.
    """

    def fuse_with_lumas(pictures, **options):
        grays = [p if p.shape[2] == 1 else p.astype(np.float32) for p in pictures]
        return fuse_pictures(pictures, [luma(g).astype(np.float64) for g in grays], **options)

    return _method(fuse_pictures, fuse_with_lumas)


def _method(documented, fuse_pictures):
    parameters = signature(documented).parameters.values()
    options = [p.replace(kind=p.KEYWORD_ONLY) for p in parameters if p.default is not p.empty]

    @wraps(documented)
    def fuse(images, **options):
        sources = checked(images)
        white = white_level(sources)
        fused = fuse_pictures([np.divide(s, white, dtype=np.float64) for s in sources], **options)
        fused = _as_type(fused * white, white, sources[0].dtype)
        return fused if max(image.ndim for image in images) == 3 else fused[..., 0]

    fuse.__signature__ = Signature([Parameter("images", Parameter.POSITIONAL_OR_KEYWORD), *options])
    return fuse


def _as_type(image, white, dtype):
    if dtype.kind == "u":
        # Round half up, as MATLAB does; 1e-6 makes up for rounding errors of the division by white.
        image = np.clip(np.floor(image + 0.5 + 1e-6), 0, white)
    return image.astype(dtype)
