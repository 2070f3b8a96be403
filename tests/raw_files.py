"""Raw files as cameras write them."""

import struct
from pathlib import Path

import numpy as np
import tifffile
from photograph_files import CAMERA

HEIGHT, WIDTH = 64, 96
LIGHT = {"left": (0.2, 0.4, 0.1), "right": (0.6, 0.3, 0.5)}
"""Red, green and blue of the halves, as shares of white."""
# XYZ (D65) -> linear sRGB (IEC 61966-2-1), so that the camera's colours are those of sRGB.
MATRIX = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)


def write_dng(path, exposure=1.0, orientation=1, taken=None):
    """Write a DNG (1.4) of two fields of colour, as a camera with the mosaic RGGB records it."""
    scene = np.empty((HEIGHT, WIDTH, 3))
    scene[:, : WIDTH // 2], scene[:, WIDTH // 2 :] = LIGHT["left"], LIGHT["right"]
    mosaic = scene[..., 1].copy()
    mosaic[::2, ::2], mosaic[1::2, 1::2] = scene[::2, ::2, 0], scene[1::2, 1::2, 2]
    matrix = struct.pack("<18i", *(n for m in MATRIX for n in (round(m * 10000), 10000)))
    tags = [
        (271, "s", 0, CAMERA[271], True),
        (272, "s", 0, CAMERA[272], True),
        (274, "H", 1, orientation, True),
        (33421, "H", 2, (2, 2), True),
        (33422, "B", 4, bytes((0, 1, 1, 2)), True),
        (50706, "B", 4, bytes((1, 4, 0, 0)), True),
        (50708, "s", 0, "Makers Model 7", True),
        (50714, "H", 1, 0, True),
        (50717, "H", 1, 65535, True),
        (50721, 10, 9, matrix, True),
        (50728, 5, 3, struct.pack("<6I", 1, 1, 1, 1, 1, 1), True),
        (50778, "H", 1, 21, True),
    ]
    tags += [(306, "s", 0, taken, True)] if taken else []
    Path(path).parent.mkdir(exist_ok=True)
    stored = np.rint(mosaic * exposure * 65535).astype(np.uint16)
    tifffile.imwrite(str(path), stored, photometric=32803, metadata=None, extratags=tags)
