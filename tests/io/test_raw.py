import struct
import sys

import numpy as np
import pytest
import tifffile
from photograph_files import CAMERA
from run_tool import run_here

from twostream.errors import BadInput
from twostream.io import images, profile
from twostream.io.frame_files import list_frames

HEIGHT, WIDTH = 64, 96
LIGHT = {"left": (0.2, 0.4, 0.1), "right": (0.6, 0.3, 0.5)}
"""Red, green and blue of the halves, as shares of white."""
# XYZ (D65) -> linear sRGB (IEC 61966-2-1), so that the camera's colours are those of sRGB.
MATRIX = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)


def write_dng(path, exposure=1.0, orientation=1):
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
    stored = np.rint(mosaic * exposure * 65535).astype(np.uint16)
    tifffile.imwrite(str(path), stored, photometric=32803, metadata=None, extratags=tags)


def medians(image):
    """Median colour of each half, as a share of white."""
    halves = image[:, : WIDTH // 2 - 4], image[:, WIDTH // 2 + 4 :]
    return [np.median(half.reshape(-1, 3), axis=0) / 65535 for half in halves]


def test_without_rawpy_one_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rawpy", None)
    write_dng(tmp_path / "a.dng")
    with pytest.raises(BadInput, match=r"needs the Python package rawpy\. Run pip install .*\.$"):
        images.read(tmp_path / "a.dng")


def test_raw_pixels_are_in_proportion_to_light(tmp_path):
    pytest.importorskip("rawpy")
    write_dng(tmp_path / "a.dng")
    write_dng(tmp_path / "dark.DNG", exposure=0.5)
    bright, dark = (images.read(tmp_path / name) for name in ("a.dng", "dark.DNG"))
    assert (bright.dtype, bright.shape) == (np.uint16, (HEIGHT, WIDTH, 3))
    for found, half, expected in zip(medians(bright), medians(dark), LIGHT.values()):
        np.testing.assert_allclose(found, expected, atol=0.02)
        np.testing.assert_allclose(half, found / 2, atol=0.003)
    write_dng(tmp_path / "a.dng", orientation=6)
    assert images.read(tmp_path / "a.dng").shape == (WIDTH, HEIGHT, 3)


def test_damaged_raw_files_are_refused(tmp_path):
    pytest.importorskip("rawpy")
    write_dng(tmp_path / "a.dng")
    data = (tmp_path / "a.dng").read_bytes()
    for length in (4, 100, len(data) // 2):
        (tmp_path / "a.dng").write_bytes(data[:length])
        with pytest.raises(BadInput, match=r"a\.dng"):
            images.read(tmp_path / "a.dng")


def test_fuse_develops_raw_frames_and_tags_them(tmp_path):
    pytest.importorskip("rawpy")
    paths = [tmp_path / name for name in ("a.dng", "b.dng")]
    for path in paths:
        write_dng(path)
    done = run_here("fuse", *paths, "-o", tmp_path / "o.tif", "--method", "average")
    assert done.returncode == 0, done.stderr
    metadata = images.read_metadata(tmp_path / "o.tif")
    assert metadata.profile == profile.linear_srgb()
    assert metadata.tags[272].text() == CAMERA[272]
    np.testing.assert_array_equal(images.read(tmp_path / "o.tif"), list_frames(paths)[0].read())
