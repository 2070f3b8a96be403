"""Strong colours, which are too rare in photographs to train a net of several channels."""

import numpy as np

from ...io.pixels import luma


def recoloured(image, rng):
    """Change a scene's colours: swap channels, strengthen or weaken them, invert some.

    Edges and texture keep their places, but their strength differs between the channels, and some
    are inverted. The image is H x W x 3 in [0, 1].
    """
    image = image[..., rng.permutation(3)]
    gray = luma(image)[..., None]
    saturation = np.float32(2 ** rng.uniform(-1, 2))
    image = np.clip(gray + saturation * (image - gray), 0, 1)
    return np.where(rng.random(3) < 0.25, 1 - image, image)
