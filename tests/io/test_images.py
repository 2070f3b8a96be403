import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from pairwise import pairwise
from PIL import Image, ImageOps

from twostream.errors import BadInput
from twostream.io import images

HEIGHT, WIDTH = 30, 44
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
GRAY = (ROWS * 5 + COLUMNS).astype(np.uint8)
COLOUR = np.dstack([ROWS * 8, COLUMNS * 5, 255 - ROWS * 3 - COLUMNS]).astype(np.uint8)
ALPHA = (COLUMNS * 4).astype(np.uint8)  # from clear to opaque
PICTURES = {"gray": GRAY, "colour": COLOUR}
DEPTHS = ("uint8", "uint16", "float32")

# Transformation of the stored picture, by its orientation tag.
TURNED = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).swapaxes(0, 1),
    8: lambda a: np.rot90(a, 1),
}


def as_depth(image, depth):
    """Convert 8-bit pixels to another depth, including its low bits."""
    if depth == "uint8":
        return image
    return image.astype(depth) * 257 if depth == "uint16" else image.astype(depth) / 255


def assert_same(image, expected):
    assert image.dtype == expected.dtype
    assert image.flags.c_contiguous
    np.testing.assert_array_equal(image, expected)


def assert_refused(path, *words):
    with pytest.raises(BadInput) as refusal:
        images.read(path)
    assert_one_sentence(refusal, path, *words)


def assert_unwritable(path, image, *words):
    """Both the early check and the writing fail and leave no file."""
    before = sorted(path.parent.glob("*")) if path.parent.is_dir() else None
    with pytest.raises(BadInput) as refusal:
        images.check_writable(path, image.dtype)
    assert_one_sentence(refusal, path, *words)
    with pytest.raises(BadInput) as refusal:
        images.write(path, image)
    assert_one_sentence(refusal, path, *words)
    assert before is None or sorted(path.parent.glob("*")) == before


def assert_one_sentence(refusal, *words):
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert sentence.count(str(words[0])) == 1
    for word in words:
        assert str(word) in sentence


def write_png(path, rows, bits, kind, *chunks):
    """Write a PNG from raw rows of bytes, with further chunks (name, content)."""

    def chunk(name, content):
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    width = rows.shape[1] * 8 // bits // {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    header = struct.pack(">IIBBBBB", width, len(rows), bits, kind, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    parts = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))


# Round trips


@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
@pytest.mark.parametrize(
    ("suffix", "depth"),
    [
        (".png", "uint8"),
        (".png", "uint16"),
        (".PNG", "uint8"),
        (".tif", "uint8"),
        (".tif", "uint16"),
        (".tif", "float32"),
        (".tiff", "uint16"),
        (".TIFF", "float32"),
        (".bmp", "uint8"),
    ],
)
def test_lossless_round_trip(tmp_path, suffix, depth, pixels):
    path = tmp_path / f"a{suffix}"
    image = as_depth(pixels, depth)
    images.write(path, image)
    assert_same(images.read(path), image)
    assert list(tmp_path.glob("*")) == [path]


@pytest.mark.parametrize(
    ("suffix", "pixels"), [(".jpg", COLOUR), (".jpg", GRAY), (".jpeg", GRAY), (".JPG", COLOUR)]
)
def test_jpeg_round_trip(tmp_path, suffix, pixels):
    path = tmp_path / f"a{suffix}"
    images.write(path, pixels)
    image = images.read(path)
    assert image.dtype == np.uint8
    assert image.shape == pixels.shape
    assert np.abs(image.astype(int) - pixels).mean() < 3


def test_jpeg_quality_makes_the_size(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    for quality in (50, 95):
        images.write(tmp_path / f"{quality}.jpg", noise, quality=quality)
    images.write(tmp_path / "default.jpg", noise)
    sizes = [(tmp_path / f"{name}.jpg").stat().st_size for name in (50, 95, "default")]
    assert sizes[0] < sizes[1] == sizes[2]


@pytest.mark.skipif(not hasattr(cv2, "IMWRITE_JPEG_SAMPLING_FACTOR"), reason="old OpenCV")
def test_jpeg_keeps_full_colour_resolution(tmp_path):
    images.write(tmp_path / "a.jpg", COLOUR)
    with Image.open(tmp_path / "a.jpg") as image:
        assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".jpg"])
def test_others_see_the_same_red(tmp_path, suffix):
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 250
    images.write(tmp_path / f"a{suffix}", red)
    with Image.open(tmp_path / f"a{suffix}") as image:
        np.testing.assert_allclose(np.asarray(image).astype(int), red, atol=3)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".jpg"])
def test_gray_pixels_in_colour_stay_colour(tmp_path, suffix):
    images.write(tmp_path / f"a{suffix}", np.full((8, 8, 3), 77, np.uint8))
    assert images.read(tmp_path / f"a{suffix}").shape == (8, 8, 3)


@pytest.mark.parametrize("depth", DEPTHS)
def test_tiff_is_deflated(tmp_path, depth):
    images.write(tmp_path / "a.tif", np.ones((300, 400, 3), depth))
    assert (tmp_path / "a.tif").stat().st_size < 20_000
    with tifffile.TiffFile(tmp_path / "a.tif") as tiff:
        assert tiff.pages[0].compression == 8


def test_threads_do_not_change_a_tiff(tmp_path, rng):
    image, threads = rng.integers(0, 4, (500, 700, 3)).astype(np.uint16), cv2.getNumThreads()
    try:
        for count in (1, 3):
            cv2.setNumThreads(count)
            images.write(tmp_path / f"{count}.tif", image)
    finally:
        cv2.setNumThreads(threads)
    assert (tmp_path / "1.tif").read_bytes() == (tmp_path / "3.tif").read_bytes()
    np.testing.assert_array_equal(images.read(tmp_path / "3.tif"), image)


def test_a_view_is_written_as_it_looks(tmp_path):
    for name in ("a.png", "a.tif", "a.bmp"):
        images.write(tmp_path / name, COLOUR[::-2, ::3])
        assert_same(images.read(tmp_path / name), COLOUR[::-2, ::3])


def test_the_content_tells_the_format_not_the_name(tmp_path):
    images.write(tmp_path / "a.png", COLOUR)
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert_same(images.read(str(tmp_path / "a.jpg")), COLOUR)


# Orientation


@pytest.mark.parametrize(
    ("orientation", "pixels"), [(k, GRAY if k % 3 else COLOUR) for k in TURNED], ids=TURNED
)
def test_orientation_of_jpeg(tmp_path, orientation, pixels):
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(pixels).save(tmp_path / "a.jpg", exif=exif, quality=100, subsampling=0)
    with Image.open(tmp_path / "a.jpg") as stored:
        upright = np.asarray(ImageOps.exif_transpose(stored)).astype(int)
    image = images.read(tmp_path / "a.jpg")
    np.testing.assert_allclose(image, upright, atol=4)
    np.testing.assert_allclose(image, TURNED[orientation](pixels).astype(int), atol=8)


@pytest.mark.parametrize("orientation", TURNED)
def test_orientation_of_png(tmp_path, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(COLOUR).save(tmp_path / "a.png", exif=exif)
    assert_same(images.read(tmp_path / "a.png"), TURNED[orientation](COLOUR))


@pytest.mark.parametrize(
    ("orientation", "depth", "picture", "byteorder"), pairwise(TURNED, DEPTHS, PICTURES, "<>")
)
def test_orientation_of_tiff(tmp_path, orientation, depth, picture, byteorder):
    image = as_depth(PICTURES[picture], depth)
    write_tiff(
        tmp_path / "a.tif", image, byteorder=byteorder, extratags=[(274, "H", 1, orientation, True)]
    )
    assert_same(images.read(tmp_path / "a.tif"), TURNED[orientation](image))


@pytest.mark.parametrize(
    ("orientation", "compression"), [(k, "packbits" if k % 3 else "tiff_lzw") for k in TURNED]
)
def test_orientation_of_packed_tiff(tmp_path, orientation, compression):
    image = Image.fromarray(COLOUR)
    image.save(str(tmp_path / "a.tif"), compression=compression, tiffinfo={274: orientation})
    stored = (tmp_path / "a.tif").read_bytes()
    assert_same(images.read(tmp_path / "a.tif"), TURNED[orientation](COLOUR))
    assert (tmp_path / "a.tif").read_bytes() == stored


# Other contents of files


def write_tiff(path, image, **options):
    planes = image.shape[2] if image.ndim == 3 and image.shape[2] < 10 else 1
    options.setdefault("photometric", "rgb" if planes > 2 else "minisblack")
    tifffile.imwrite(path, image, metadata=None, **options)


def write_packbits(path, image, byteorder, **tags):
    """Write a gray TIFF, of any depth and byte order, that is decoded by OpenCV."""
    rows = image.astype(image.dtype.newbyteorder(byteorder)).reshape(len(image), -1)
    pixels = rows.view(np.uint8).reshape(-1, 4)
    packed = np.insert(pixels, 0, 3, axis=1).tobytes()  # runs of four literal bytes
    samples = image.size // (HEIGHT * WIDTH)
    kind = {"u": 1, "f": 3}[image.dtype.kind]
    entries = {256: [WIDTH], 257: [HEIGHT], 258: [8 * image.itemsize] * samples, 259: [32773]}
    entries.update({262: [1], 273: [8], 274: [tags.get("orientation", 1)], 277: [samples]})
    entries.update({278: [HEIGHT], 279: [len(packed)], 339: [kind] * samples})
    if samples > 1:
        entries[338] = [2]
    order = {"<": b"II*\0", ">": b"MM\0*"}[byteorder]
    data = order + struct.pack(byteorder + "I", 8 + len(packed)) + packed
    data += struct.pack(byteorder + "H", len(entries))
    for tag, values in sorted(entries.items()):
        data += struct.pack(byteorder + "HHI", tag, 3, len(values))
        data += struct.pack(byteorder + f"{len(values)}H", *values).ljust(4, b"\0")
    path.write_bytes(data + bytes(4))


@pytest.mark.parametrize("byteorder", "<>")
@pytest.mark.parametrize("depth", ["uint8", "uint16", "float32", "float64"])
def test_packed_tiff_of_any_byte_order(tmp_path, byteorder, depth):
    image = as_depth(GRAY, depth)
    write_packbits(tmp_path / "a.tif", image, byteorder, orientation=6)
    expected = image.astype(np.float32) if depth == "float64" else image
    assert_same(images.read(tmp_path / "a.tif"), np.rot90(expected, -1))


@pytest.mark.parametrize("depth", ["uint8", "uint16"])
@pytest.mark.parametrize(("pixels", "kind"), [(GRAY, 4), (COLOUR, 6)], ids=["gray", "colour"])
def test_alpha_of_png_is_dropped(tmp_path, depth, pixels, kind):
    image = as_depth(np.dstack([pixels, ALPHA]), depth)
    rows = image.astype(image.dtype.newbyteorder(">")).reshape(HEIGHT, -1)
    write_png(tmp_path / "a.png", rows.view(np.uint8), 8 * image.itemsize, kind)
    assert_same(images.read(tmp_path / "a.png"), as_depth(pixels, depth))


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
def test_alpha_of_tiff_is_dropped(tmp_path, depth, pixels):
    image = as_depth(np.dstack([pixels, ALPHA]), depth)
    write_tiff(tmp_path / "a.tif", image, planarconfig="contig", extrasamples=[2])
    assert_same(images.read(tmp_path / "a.tif"), as_depth(pixels, depth))


def test_alpha_of_packed_tiff_is_dropped(tmp_path):
    image = Image.fromarray(np.dstack([COLOUR, ALPHA]))
    image.save(str(tmp_path / "a.tif"), compression="tiff_lzw")
    assert_same(images.read(tmp_path / "a.tif"), COLOUR)


def test_alpha_of_bmp_is_dropped(tmp_path):
    Image.fromarray(np.dstack([COLOUR, ALPHA])).save(tmp_path / "a.bmp")
    assert_same(images.read(tmp_path / "a.bmp"), COLOUR)


def test_a_transparent_colour_of_png_is_kept(tmp_path):
    rows = COLOUR.reshape(HEIGHT, -1)
    write_png(tmp_path / "a.png", rows, 8, 2, (b"tRNS", struct.pack(">3H", *COLOUR[0, 0])))
    assert_same(images.read(tmp_path / "a.png"), COLOUR)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_palette_becomes_rgb(tmp_path, suffix):
    image = Image.fromarray(COLOUR).quantize(32)
    image.save(tmp_path / f"a{suffix}")
    assert_same(images.read(tmp_path / f"a{suffix}"), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.bmp"])
def test_one_bit_becomes_8(tmp_path, name):
    Image.fromarray(GRAY > 99).save(tmp_path / name)
    assert_same(images.read(tmp_path / name), np.uint8(255) * (GRAY > 99))


def test_fax_becomes_8_bits(tmp_path):
    Image.fromarray(GRAY > 99).save(str(tmp_path / "a.tif"), compression="group4")
    assert_same(images.read(tmp_path / "a.tif"), np.uint8(255) * (GRAY > 99))


@pytest.mark.parametrize("bits", [2, 4])
def test_few_bits_of_png_become_8(tmp_path, bits):
    packed = np.random.default_rng(0).integers(0, 256, (HEIGHT, 5), np.uint8)
    write_png(tmp_path / "a.png", packed, bits, 0)
    shifts = np.arange(8 - bits, -1, -bits)
    levels = (packed[..., None] >> shifts) % 2**bits * (255 // (2**bits - 1))
    assert_same(images.read(tmp_path / "a.png"), levels.reshape(HEIGHT, -1).astype(np.uint8))


@pytest.mark.parametrize("depth", ["float16", "float64"])
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
def test_other_floats_become_float32(tmp_path, depth, pixels):
    image = as_depth(pixels, depth)
    write_tiff(tmp_path / "a.tif", image)
    assert_same(images.read(tmp_path / "a.tif"), image.astype(np.float32))


LAYOUTS = {
    "big endian": {"byteorder": ">"},
    "BigTIFF": {"bigtiff": True},
    "big endian BigTIFF": {"bigtiff": True, "byteorder": ">"},
    "tiles": {"tile": (16, 16)},
    "strips": {"rowsperstrip": 7},
    "deflate": {"compression": "zlib"},
}


@pytest.mark.parametrize(("layout", "depth", "picture"), pairwise(LAYOUTS, DEPTHS, PICTURES))
def test_layouts_of_tiff(tmp_path, layout, depth, picture):
    image = as_depth(PICTURES[picture], depth)
    write_tiff(tmp_path / "a.tif", image, **LAYOUTS[layout])
    assert_same(images.read(tmp_path / "a.tif"), image)


@pytest.mark.parametrize("depth", DEPTHS)
def test_separate_planes_of_tiff(tmp_path, depth):
    image = as_depth(COLOUR, depth)
    planes = np.ascontiguousarray(np.moveaxis(image, 2, 0))
    tifffile.imwrite(tmp_path / "a.tif", planes, photometric="rgb", planarconfig="separate")
    assert_same(images.read(tmp_path / "a.tif"), image)


COMPRESSIONS = {"none": 1, "lzw": 5, "deflate": 8}


@pytest.mark.parametrize(
    ("compression", "depth", "picture"), pairwise(COMPRESSIONS, DEPTHS, PICTURES)
)
def test_tiff_of_opencv(tmp_path, compression, depth, picture):
    image = as_depth(PICTURES[picture], depth)
    bgr = image if image.ndim == 2 else image[..., ::-1]
    options = [cv2.IMWRITE_TIFF_COMPRESSION, COMPRESSIONS[compression]]
    assert cv2.imwrite(str(tmp_path / "a.tif"), bgr, options)
    assert_same(images.read(tmp_path / "a.tif"), image)


def test_jpeg_in_tiff(tmp_path):
    Image.fromarray(COLOUR).save(str(tmp_path / "a.tif"), compression="jpeg", quality=95)
    image = images.read(tmp_path / "a.tif")
    assert np.abs(image.astype(int) - COLOUR).mean() < 4


def test_white_is_zero_in_tiff(tmp_path):
    write_tiff(tmp_path / "a.tif", GRAY, photometric="miniswhite")
    assert_same(images.read(tmp_path / "a.tif"), 255 - GRAY)


def test_thumbnail_in_tiff_is_ignored(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(COLOUR, photometric="rgb")
        tiff.write(COLOUR[::4, ::4], photometric="rgb", subfiletype=1)
    assert_same(images.read(tmp_path / "a.tif"), COLOUR)


def test_cmyk_jpeg_becomes_rgb(tmp_path):
    Image.fromarray(COLOUR).convert("CMYK").save(tmp_path / "a.jpg", quality=100)
    image = images.read(tmp_path / "a.jpg")
    assert np.abs(image.astype(int) - COLOUR).mean() < 6


def test_jpeg_with_thumbnail_and_trailer(tmp_path):
    """End markers within a segment and bytes after the end are ignored."""
    images.write(tmp_path / "a.jpg", COLOUR)
    data = (tmp_path / "a.jpg").read_bytes()
    expected = images.read(tmp_path / "a.jpg")
    thumbnail = b"\xff\xe2" + struct.pack(">H", 2 + len(data)) + data
    (tmp_path / "b.jpg").write_bytes(data[:2] + thumbnail + data[2:] + b"and a film")
    assert_same(images.read(tmp_path / "b.jpg"), expected)
    (tmp_path / "c.jpg").write_bytes(data[:2] + thumbnail + data[2:-2])
    assert_refused(tmp_path / "c.jpg", "truncated")


def test_progressive_jpeg(tmp_path):
    Image.fromarray(COLOUR).save(tmp_path / "a.jpg", progressive=True, quality=95)
    image = images.read(tmp_path / "a.jpg")
    assert np.abs(image.astype(int) - COLOUR).mean() < 4


# Unreadable files


def test_missing_file(tmp_path):
    assert_refused(tmp_path / "no.png", "does not exist")
    assert_refused(tmp_path / "no" / "no.png", "does not exist")


def test_folder(tmp_path):
    assert_refused(tmp_path, "is a folder")


def test_a_file_where_a_folder_is_named(tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    assert_refused(tmp_path / "a" / "b.png", "Not a directory")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
def test_empty_file(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(b"")
    assert_refused(tmp_path / f"a{suffix}", "is empty")


@pytest.mark.parametrize("content", [b"hello, I am text", b"GIF89a\1\0\1\0\0", b"P"])
def test_not_an_image(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    assert_refused(tmp_path / "a.png", "is not a PNG, JPEG, TIFF or BMP")


@pytest.mark.parametrize(
    "start", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"BM", b"II*\0", b"MM\0*", b"II+\0"]
)
def test_a_signature_alone(tmp_path, start):
    for content in (start, start + bytes(100), start + b"\xff\xd9" * 50):
        (tmp_path / "a").write_bytes(content)
        assert_refused(tmp_path / "a")


def noisy_files(folder):
    noise = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    for suffix in (".png", ".jpg", ".tif", ".bmp"):
        images.write(folder / f"a{suffix}", noise)
        images.read(folder / f"a{suffix}")
    images.write(folder / "gray.png", noise[..., 0].astype(np.uint16) * 257)
    images.write(folder / "float.tif", noise.astype(np.float32))
    write_tiff(folder / "plain.tif", noise)
    Image.fromarray(noise).save(str(folder / "lzw.tif"), compression="tiff_lzw")
    Image.fromarray(noise).save(folder / "progressive.jpg", progressive=True)
    Image.fromarray(noise).quantize(16).save(folder / "palette.bmp")
    return sorted(folder.iterdir())


def test_truncated_anywhere(tmp_path):
    for path in noisy_files(tmp_path):
        data = path.read_bytes()
        images.read(path)
        for length in [*range(5, len(data), 211), *range(len(data) - 8, len(data))]:
            path.write_bytes(data[:length])
            assert_refused(path)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("a.png", "the end chunk of PNG is missing"),
        ("a.jpg", "the end marker of JPEG is missing"),
        ("a.tif", "pixels of the TIFF are missing"),
        ("lzw.tif", "pixels of the TIFF are missing"),
        ("a.bmp", "damaged"),
    ],
)
def test_truncated_in_the_middle(tmp_path, name, word):
    noisy_files(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    assert_refused(tmp_path / name, word)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_damage_found_by_checksum(tmp_path, name):
    noisy_files(tmp_path)
    data = bytearray((tmp_path / name).read_bytes())
    data[len(data) // 2] ^= 0x10
    (tmp_path / name).write_bytes(data)
    assert_refused(tmp_path / name, "damaged")


@pytest.mark.parametrize("depth", ["float32", "float64"])
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
def test_nan_and_infinity(tmp_path, depth, pixels):
    image = as_depth(pixels, depth)
    image[3, 4] = np.nan
    image[5, 6] = -np.inf
    image.reshape(HEIGHT, WIDTH, -1)[7, 8:10, 0] = np.inf  # of colour, one channel only
    write_tiff(tmp_path / "a.tif", image)
    assert_refused(tmp_path / "a.tif", "has 4 pixel(s) that are NaN or infinite")


def test_too_large_for_float32(tmp_path):
    image = as_depth(GRAY, "float64")
    image[1, 1] = 1e300
    write_tiff(tmp_path / "a.tif", image)
    assert_refused(tmp_path / "a.tif", "has 1 pixel(s)")


@pytest.mark.parametrize("depth", ["int8", "int16", "int32", "uint32", "uint64", "complex64"])
def test_other_numbers(tmp_path, depth):
    write_tiff(tmp_path / "a.tif", GRAY.astype(depth))
    named = "complex" if depth == "complex64" else f"holds {depth} numbers"
    assert_refused(tmp_path / "a.tif", named, "uint8, uint16 and floats")


def test_several_pages(tmp_path):
    write_tiff(tmp_path / "a.tif", np.stack([GRAY] * 12))
    assert_refused(tmp_path / "a.tif", "holds 12 pages")


@pytest.mark.parametrize("depth", DEPTHS)
def test_too_many_channels(tmp_path, depth):
    image = as_depth(np.dstack([COLOUR, ALPHA, ALPHA]), depth)
    write_tiff(tmp_path / "a.tif", image, photometric="minisblack", planarconfig="contig")
    assert_refused(tmp_path / "a.tif", "has 5 channels")


@pytest.mark.parametrize(("mode", "name"), [("CMYK", "SEPARATED"), ("LAB", "CIELAB")])
def test_other_colours(tmp_path, mode, name):
    channels = np.dstack([COLOUR, ALPHA]) if mode == "CMYK" else COLOUR
    Image.fromarray(channels, mode).save(tmp_path / "a.tif")
    assert_refused(tmp_path / "a.tif", f"holds {name} colours")


def test_tiff_that_opencv_would_garble(tmp_path):
    write_tiff(tmp_path / "a.tif", as_depth(GRAY, "uint16"), photometric="miniswhite")
    assert_refused(tmp_path / "a.tif", "TIFF of an unknown kind", "without compression")


def test_packed_tiff_that_opencv_would_reduce_to_8_bits(tmp_path):
    write_packbits(tmp_path / "a.tif", as_depth(np.dstack([GRAY, ALPHA]), "uint16"), "<")
    assert_refused(tmp_path / "a.tif", "TIFF of an unknown kind", "without compression")


def test_a_volume(tmp_path):
    stack = np.stack([np.tile(GRAY, (2, 2))[:48, :64]] * 3)
    write_tiff(tmp_path / "a.tif", stack, volumetric=True, tile=(1, 16, 16))
    assert_refused(tmp_path / "a.tif", "has 3 channels")


@pytest.mark.filterwarnings("ignore:.*writing zero.size")
def test_no_pixels(tmp_path):
    write_tiff(tmp_path / "a.tif", np.zeros((0, 5), np.uint8))
    assert_refused(tmp_path / "a.tif", "no pixels")
    write_png(tmp_path / "a.png", np.zeros((3, 0), np.uint8), 8, 0)
    assert_refused(tmp_path / "a.png", "no pixels")


# Unwritable files


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a", "a.png.txt", ".png"])
def test_unknown_suffix(tmp_path, name):
    assert_unwritable(tmp_path / name, GRAY, "must end in one of .png .jpg")


@pytest.mark.parametrize(
    ("suffix", "depth", "able"),
    [
        (".jpg", "uint16", "use .png .tif .tiff."),
        (".jpeg", "float32", "use .tif .tiff."),
        (".bmp", "uint16", "use .png .tif .tiff."),
        (".bmp", "float32", "use .tif .tiff."),
        (".png", "float32", "use .tif .tiff."),
        (".tif", "float64", "use another depth."),
        (".png", "int16", "use another depth."),
    ],
)
def test_depth_that_the_format_cannot_hold(tmp_path, suffix, depth, able):
    image = COLOUR.astype(depth)
    assert_unwritable(tmp_path / f"a{suffix}", image, f"{suffix} cannot hold {depth}", able)


def test_no_folder(tmp_path):
    assert_unwritable(tmp_path / "no" / "a.png", GRAY, f"there is no folder {tmp_path / 'no'}.")


def test_a_folder_in_place_of_the_file(tmp_path):
    (tmp_path / "a.png").mkdir()
    assert_unwritable(tmp_path / "a.png", GRAY, "it is a folder")


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    assert_unwritable(tmp_path / "a" / "b.png", GRAY, "there is no folder")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc")
def test_a_folder_that_takes_no_files():
    assert_unwritable(Path("/proc/self/a.png"), GRAY, "Cannot write")


def test_check_leaves_the_folder_as_it_was(tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    images.check_writable(str(tmp_path / "a.png"), "uint16")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_too_wide_for_jpeg(tmp_path):
    with pytest.raises(BadInput) as refusal:
        images.write(tmp_path / "a.jpg", np.zeros((2, 70_000), np.uint8))
    assert_one_sentence(refusal, tmp_path / "a.jpg", ".jpg cannot hold 70000x2 pixels")
    assert not list(tmp_path.iterdir())


# Memory


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
@pytest.mark.parametrize("name", ["a.tif", "a.png"])
def test_reading_holds_no_more_than_two_pictures(tmp_path, name):
    image = np.tile(as_depth(COLOUR, "uint16"), (70, 70, 1))
    images.write(tmp_path / name, image)
    small = tmp_path / f"small_{name}"  # loads what the decoder needs at first use
    images.write(small, image[:40])
    code = (
        "import re, sys\n"
        "from twostream.io import images\n"
        "def peak():\n"
        "    return int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
        "images.read(sys.argv[1])\n"
        "before = peak()\n"
        "images.read(sys.argv[2])\n"
        "print(peak() - before)\n"
    )
    command = [sys.executable, "-c", code, str(small), str(tmp_path / name)]
    growth = int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) * 1024
    assert growth < 2.3 * image.nbytes
