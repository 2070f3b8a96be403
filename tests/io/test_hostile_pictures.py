"""Compressions that cannot be read, damage that decoders pass over, and files of too many parts."""

import re
import struct
import time
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from photograph_files import write_png
from PIL import Image
from refusal import assert_one_sentence

from twostream.io import images

ROWS, COLUMNS = np.mgrid[:48, :64]
SMOOTH = np.dstack([ROWS * 5, COLUMNS * 3, 255 - ROWS - COLUMNS]).astype(np.uint8)
KINDS = {"lzw": "tiff_lzw", "packbits": "packbits", "jpeg": "jpeg", "deflate": "tiff_adobe_deflate"}


def write(path, kind, image=SMOOTH):
    """Write a TIFF of several strips; return it as a bytearray, and place and length of one."""
    Image.fromarray(image).save(str(path), compression=KINDS[kind], tiffinfo={278: 16})
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages[0]
        strip = len(page.dataoffsets) // 2
        at, length = page.dataoffsets[strip], page.databytecounts[strip]
    return bytearray(path.read_bytes()), at, length


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (34712, "JPEG 2000"),
        (33005, "JPEG 2000"),
        (50002, "JPEG XL"),
        (34934, "JPEG XR"),
        (34933, "PNG"),
        (50001, "WebP"),
        (34925, "LZMA"),
        (12345, "method 12345"),
    ],
)
def test_other_compressions_are_named(tmp_path, number, name):
    path = tmp_path / "b.tif"
    data, *_ = write(path, "lzw")
    entry = re.search(struct.pack("<HHIH", 259, 3, 1, 5), data).start()
    data[entry + 8 : entry + 10] = struct.pack("<H", number)
    path.write_bytes(data)
    assert_one_sentence(images.read, path, f"is compressed with {name}, which cannot be read.")


def test_packbits_with_a_predictor_is_refused(tmp_path):
    data, *_ = write(tmp_path / "b.tif", "packbits")
    entry = re.search(struct.pack("<HHI", 277, 3, 1), data).start()  # libtiff ignores a predictor
    data[entry : entry + 10] = struct.pack("<HHIH", 317, 3, 1, 2)
    (tmp_path / "b.tif").write_bytes(data)
    assert_one_sentence(images.read, tmp_path / "b.tif")


@pytest.mark.parametrize("gray", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_strips(tmp_path, kind, gray):
    path = tmp_path / "b.tif"
    data, at, length = write(path, kind, SMOOTH[..., 0].copy() if gray else SMOOTH)
    expected = images.read(path)
    assert np.abs(expected.astype(int) - (SMOOTH[..., 0] if gray else SMOOTH)).mean() < 4
    for start in (length // 3, length // 2):
        changed = bytearray(data)
        for place in range(at + start, at + length - 2):
            changed[place] ^= 0x5A
        path.write_bytes(changed)
        assert_one_sentence(images.read, path, "damaged")


def test_a_strip_that_inflates_to_more_than_its_pixels(tmp_path):
    bomb = zlib.compress(bytes(2**28))
    options = {"compression": "zlib", "metadata": None}
    tifffile.imwrite(tmp_path / "b.tif", SMOOTH[:16, :16], photometric="rgb", **options)
    with tifffile.TiffFile(tmp_path / "b.tif") as tiff:
        tags = tiff.pages[0].tags
        places = tags[273].offset, tags[279].offset
    data = bytearray((tmp_path / "b.tif").read_bytes())
    for place, number in zip(places, (len(data), len(bomb))):
        data[place : place + 12] = data[place : place + 2] + struct.pack("<HII", 4, 1, number)
    (tmp_path / "b.tif").write_bytes(bytes(data) + bomb)
    assert_one_sentence(images.read, tmp_path / "b.tif", "damaged")


def test_damage_within_a_jpeg_file(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = bytearray(cv2.imencode(".jpg", noise, [cv2.IMWRITE_JPEG_RST_INTERVAL, 2])[1])
    (tmp_path / "a.jpg").write_bytes(data)
    images.read(tmp_path / "a.jpg")
    middle = data.index(b"\xff\xd3")
    (tmp_path / "a.jpg").write_bytes(data[: middle - 40] + data[middle + 2 :])
    assert_one_sentence(images.read, tmp_path / "a.jpg", "damaged")


def test_a_jpeg_of_12_bits_is_named(tmp_path):
    data = bytearray(cv2.imencode(".jpg", SMOOTH)[1])
    data[data.index(b"\xff\xc0") + 4] = 12
    (tmp_path / "a.jpg").write_bytes(data)
    assert_one_sentence(images.read, tmp_path / "a.jpg", "is a JPEG of 12 bits")


def tiff_of_pages(count):
    """Return a TIFF whose empty directories are linked one after another."""
    places = [8 + 6 * n for n in range(1, count)]
    return b"II*\0\x08\0\0\0" + b"".join(struct.pack("<HI", 0, place) for place in [*places, 0])


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("fill.jpg", b"\xff\xd8" + b"\xff" * 10**6, "end marker of JPEG is missing"),
        ("segments.jpg", b"\xff\xd8" + b"\xff\xe0\0\2" * 10**6 + b"\xff\xd9", "segments"),
        ("pages.tif", tiff_of_pages(10**5), "has more than 10000 pages"),
        ("chunks.png", b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt1234" * 2**20, "chunks"),
    ],
)
def test_files_of_very_many_parts_end_soon(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    start = time.process_time()
    assert_one_sentence(images.read, tmp_path / name, words)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("control", [[], [(b"fcTL", bytes(26))]])
def test_the_default_picture_of_a_damaged_animation_is_read(tmp_path, rng, control):
    """OpenCV gives black where the control chunk of its first frame is missing."""
    image = rng.integers(0, 256, (9, 12), np.uint8)
    pixels = zlib.compress(np.insert(image, 0, 0, axis=1).tobytes())
    animated = (b"acTL", struct.pack(">II", 2, 0))
    write_png(tmp_path / "a.png", (12, 9, 8, 0), pixels, animated, *control)
    np.testing.assert_array_equal(images.read(tmp_path / "a.png"), image)
