import struct
import subprocess
import sys
import zlib
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from pairwise import pairwise
from photograph_files import write_png as png_of
from PIL import Image, ImageOps
from refusal import assert_one_sentence

from twostream.io import images
from twostream.io.metadata import Metadata

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


def assert_close(image, expected, error):
    """Compare 8-bit pictures by their mean difference."""
    assert (image.dtype, image.shape) == (np.uint8, expected.shape)
    assert np.abs(image.astype(int) - expected).mean() <= error


def assert_refused(path, *words):
    assert_one_sentence(images.read, path, *words)


def assert_unwritable(path, image, *words):
    """Both the early check and the writing fail and leave no file."""
    before = sorted(path.parent.glob("*")) if path.parent.is_dir() else None
    assert_one_sentence(lambda path: images.check_writable(path, image.dtype), path, *words)
    assert_one_sentence(lambda path: images.write(path, image), path, *words)
    assert before is None or sorted(path.parent.glob("*")) == before


def write_png(path, rows, bits, kind, *chunks):
    """Write a PNG from raw rows of bytes, with further chunks (name, content)."""
    width = rows.shape[1] * 8 // bits // {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    png_of(path, (width, len(rows), bits, kind), pixels, *chunks)


# Round trips


FORMATS = "png:uint8 png:uint16 PNG:uint8 tif:uint8 tif:uint16 tif:float32 tiff:uint16 TIFF:float32"
FORMATS += " bmp:uint8 jpg:uint8 jpeg:uint8 JPG:uint8"


@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=PICTURES)
@pytest.mark.parametrize("form", FORMATS.split())
def test_round_trip(tmp_path, form, pixels):
    suffix, depth = form.split(":")
    path, image = tmp_path / f"a.{suffix}", as_depth(pixels, depth)
    images.write(path, image)
    if suffix.startswith(("j", "J")):
        assert_close(images.read(path), image, 3)
    else:
        assert_same(images.read(path), image)
    assert list(tmp_path.glob("*")) == [path]


def test_jpeg_quality_makes_the_size_and_colour_has_full_resolution(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    for quality in (50, 95):
        images.write(tmp_path / f"{quality}.jpg", noise, quality=quality)
    images.write(tmp_path / "default.jpg", noise)
    sizes = [(tmp_path / f"{name}.jpg").stat().st_size for name in (50, 95, "default")]
    assert sizes[0] < sizes[1] == sizes[2]
    images.write(tmp_path / "a.jpg", COLOUR)
    if hasattr(cv2, "IMWRITE_JPEG_SAMPLING_FACTOR"):  # not so in old versions of OpenCV
        with Image.open(tmp_path / "a.jpg") as image:
            assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".jpg"])
def test_others_see_the_same_red_and_gray_stays_colour(tmp_path, suffix):
    for colour in ((250, 0, 0), (77, 77, 77)):
        image = np.full((8, 8, 3), colour, np.uint8)
        images.write(tmp_path / f"a{suffix}", image)
        with Image.open(tmp_path / f"a{suffix}") as shown:
            np.testing.assert_allclose(np.asarray(shown).astype(int), image, atol=3)
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
    (tmp_path / "a.png").rename(tmp_path / "b.jpg")  # the content tells the format, not the name
    assert_same(images.read(str(tmp_path / "b.jpg")), COLOUR[::-2, ::3])


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


@pytest.mark.parametrize(
    ("orientation", "depth", "picture", "byteorder"), pairwise(TURNED, DEPTHS, PICTURES, "<>")
)
def test_orientation_of_tiff(tmp_path, orientation, depth, picture, byteorder):
    image = as_depth(PICTURES[picture], depth)
    write_tiff(
        tmp_path / "a.tif", image, byteorder=byteorder, extratags=[(274, "H", 1, orientation, True)]
    )
    assert_same(images.read(tmp_path / "a.tif"), TURNED[orientation](image))


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("way", ["png", "tif"])
def test_orientation_of_png_and_packed_tiff(tmp_path, orientation, way):
    path, exif = tmp_path / f"a.{way}", Image.Exif()
    exif[274] = orientation
    packed = {"compression": "packbits" if orientation % 3 else "tiff_lzw", "tiffinfo": dict(exif)}
    Image.fromarray(COLOUR).save(str(path), **(packed if way == "tif" else {"exif": exif}))
    stored = path.read_bytes()
    assert_same(images.read(path), TURNED[orientation](COLOUR))
    assert path.read_bytes() == stored


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
def test_alpha_of_png_is_dropped_or_kept(tmp_path, depth, pixels, kind):
    image = as_depth(np.dstack([pixels, ALPHA]), depth)
    rows = image.astype(image.dtype.newbyteorder(">")).reshape(HEIGHT, -1)
    write_png(tmp_path / "a.png", rows.view(np.uint8), 8 * image.itemsize, kind)
    assert_same(images.read(tmp_path / "a.png"), as_depth(pixels, depth))
    assert_same(images.read(tmp_path / "a.png", alpha=True), image)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_alpha_of_tiff_is_dropped_or_kept(tmp_path, depth, pixels, compression):
    image = as_depth(np.dstack([pixels, ALPHA]), depth)
    how = {"planarconfig": "contig", "compression": compression}
    write_tiff(tmp_path / "a.tif", image, extrasamples=[2], **how)
    assert_same(images.read(tmp_path / "a.tif"), as_depth(pixels, depth))
    assert_same(images.read(tmp_path / "a.tif", alpha=True), image)
    write_tiff(tmp_path / "mask.tif", image, extrasamples=[0], **how)
    assert_same(images.read(tmp_path / "mask.tif", alpha=True), as_depth(pixels, depth))


@pytest.mark.parametrize("depth", DEPTHS)
def test_colours_of_tiff_are_divided_by_the_alpha_in_them(tmp_path, depth):
    white = 1.0 if depth == "float32" else np.iinfo(depth).max
    image = as_depth(np.dstack([COLOUR, ALPHA]), depth)
    image[0, 0, 3], image[1, 1, 3] = 0, white
    share = image[..., 3:] / np.float64(white)
    held = image[..., :3] * share
    held = np.dstack([held if depth == "float32" else np.rint(held), image[..., 3]]).astype(depth)
    write_tiff(tmp_path / "a.tif", held, planarconfig="contig", extrasamples=[1])
    found = images.read(tmp_path / "a.tif", alpha=True)
    np.testing.assert_array_equal(found[..., 3], image[..., 3])
    error = np.abs(found[..., :3].astype(float) - image[..., :3]) * share
    assert error[share[..., 0] > 0].max() <= (1e-6 if depth == "float32" else 1)


def test_alpha_of_palettes_is_kept(tmp_path):
    alpha = np.where(GRAY > 99, 255, 0).astype(np.uint8)
    picture = Image.fromarray(np.dstack([COLOUR, alpha]), "RGBA").quantize(16)
    picture.save(tmp_path / "a.png")
    expected = np.asarray(picture.convert("RGBA"))
    assert expected[..., 3].min() == 0
    assert_same(images.read(tmp_path / "a.png", alpha=True), expected)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("depth", ["uint8", "uint16"])
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
def test_alpha_is_written(tmp_path, suffix, depth, pixels):
    image, path = as_depth(np.dstack([pixels, ALPHA]), depth), tmp_path / f"a{suffix}"
    images.write(path, image, metadata=Metadata(resolution=(1000.0, 1000.0)))
    assert_same(images.read(path, alpha=True), image)
    assert images.read_metadata(path).resolution == (1000.0, 1000.0)


RGB, RGBA = Image.fromarray(COLOUR), Image.fromarray(np.dstack([COLOUR, ALPHA]))
PALETTE, BITS = RGB.quantize(32), Image.fromarray(GRAY > 99)


@pytest.mark.parametrize(
    ("suffix", "picture", "error", "options"),
    [
        ("tif", RGBA, 0, {"compression": "tiff_lzw"}),
        ("bmp", RGBA, 0, {}),
        *product(("png", "tif", "bmp"), (PALETTE, BITS), [0], [{}]),
        ("tif", BITS, 0, {"compression": "group4"}),
        ("tif", RGB, 4, {"compression": "jpeg", "quality": 95}),
        ("jpg", RGB.convert("CMYK"), 6, {"quality": 100}),
        ("jpg", RGB, 4, {"progressive": True, "quality": 95}),
    ],
)
def test_files_of_pillow(tmp_path, suffix, picture, error, options):
    """Alpha, palettes, single bits, fax, JPEG in TIFF, CMYK and progressive JPEG."""
    picture.save(str(tmp_path / f"a.{suffix}"), **options)
    expected = np.asarray(picture.convert("L" if picture is BITS else "RGB"))
    assert_close(images.read(tmp_path / f"a.{suffix}"), expected, error)


@pytest.mark.parametrize("bits", [2, 4])
def test_few_bits_of_png_become_8_and_a_transparent_colour_is_kept(tmp_path, bits):
    rows, clear = COLOUR.reshape(HEIGHT, -1), struct.pack(">3H", *COLOUR[0, 0])
    write_png(tmp_path / "a.png", rows, 8, 2, (b"tRNS", clear))
    assert_same(images.read(tmp_path / "a.png"), COLOUR)
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


def test_thumbnails_white_as_zero_and_separate_planes_in_tiff(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(COLOUR, photometric="rgb")
        tiff.write(COLOUR[::4, ::4], photometric="rgb", subfiletype=1)
    assert_same(images.read(tmp_path / "a.tif"), COLOUR)
    write_tiff(tmp_path / "a.tif", GRAY, photometric="miniswhite")
    assert_same(images.read(tmp_path / "a.tif"), 255 - GRAY)
    planes = np.ascontiguousarray(np.moveaxis(COLOUR, 2, 0))
    tifffile.imwrite(tmp_path / "a.tif", planes, photometric="rgb", planarconfig="separate")
    assert_same(images.read(tmp_path / "a.tif"), COLOUR)


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


# Unreadable files


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("no.png", None, "does not exist"),
        ("no/no.png", None, "does not exist"),
        ("", None, "is a folder"),
        ("file/b.png", None, "Not a directory"),
        *((f"a.{suffix}", b"", "is empty") for suffix in ("png", "jpg", "tif", "bmp")),
        ("a.png", b"hello, I am text", "is not an image of a known format"),
        ("a.png", b"GIF89a\1\0\1\0\0", "is not an image of a known format"),
        ("a.png", b"P", "is not an image of a known format"),
    ],
)
def test_no_image(tmp_path, name, content, word):
    (tmp_path / "file").write_bytes(b"a")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert_refused(tmp_path / name, word)


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
    ("name", "change", "word"),
    [
        ("a.png", "halve", "the end chunk of PNG is missing"),
        ("a.jpg", "halve", "the end marker of JPEG is missing"),
        ("a.tif", "halve", "pixels of the TIFF are missing"),
        ("lzw.tif", "halve", "pixels of the TIFF are missing"),
        ("a.bmp", "halve", "damaged"),
        ("a.png", "flip", "damaged"),  # found by the checksum
        ("a.tif", "flip", "damaged"),
    ],
)
def test_damage_in_the_middle(tmp_path, name, change, word):
    noisy_files(tmp_path)
    data = bytearray((tmp_path / name).read_bytes())
    middle = len(data) // 2
    data[middle] ^= 0x10
    (tmp_path / name).write_bytes(data[:middle] if change == "halve" else data)
    assert_refused(tmp_path / name, word)


@pytest.mark.parametrize("depth", ["float32", "float64"])
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
def test_nan_and_infinity(tmp_path, depth, pixels):
    image = as_depth(pixels, depth)
    image[3, 4] = np.nan
    image[5, 6] = -np.inf
    image.reshape(HEIGHT, WIDTH, -1)[7, 8:10, 0] = np.inf  # of colour, one channel only
    write_tiff(tmp_path / "a.tif", image)
    assert_refused(tmp_path / "a.tif", "has 4 pixel(s) that are NaN or infinite")


def too_large():
    image = as_depth(GRAY, "float64")
    image[1, 1] = 1e300
    return image


FIVE = np.dstack([COLOUR, ALPHA, ALPHA])
PLANES = {"photometric": "minisblack", "planarconfig": "contig"}
VOLUME = {"volumetric": True, "tile": (1, 16, 16)}
ODD_TIFFS = [
    (too_large(), {}, "has 1 pixel(s)"),
    (GRAY.astype("complex64"), {}, "complex"),
    (np.stack([GRAY] * 12), {}, "holds 12 pages"),
    (np.stack([np.tile(GRAY, (2, 2))[:48, :64]] * 3), VOLUME, "has 3 channels"),
    (as_depth(GRAY, "uint16"), {"photometric": "miniswhite"}, "TIFF of an unknown kind"),
]
ODD_TIFFS += [(as_depth(FIVE, depth), PLANES, "has 5 channels") for depth in DEPTHS]
ODD_TIFFS += [
    (GRAY.astype(depth), {}, f"holds {depth} numbers")
    for depth in ("int8", "int16", "int32", "uint32", "uint64")
]


@pytest.mark.parametrize(("image", "options", "word"), ODD_TIFFS)
def test_tiffs_that_are_no_pictures(tmp_path, image, options, word):
    write_tiff(tmp_path / "a.tif", image, **options)
    assert_refused(tmp_path / "a.tif", word)


@pytest.mark.filterwarnings("ignore:.*writing zero.size")
def test_other_files_that_are_no_pictures(tmp_path):
    write_packbits(tmp_path / "a.tif", as_depth(np.dstack([GRAY, ALPHA]), "uint16"), "<")
    assert_refused(tmp_path / "a.tif", "TIFF of an unknown kind", "without compression")
    RGBA.convert("CMYK").save(tmp_path / "a.tif")
    assert_refused(tmp_path / "a.tif", "holds SEPARATED colours")
    Image.fromarray(COLOUR, "LAB").save(tmp_path / "a.tif")
    assert_refused(tmp_path / "a.tif", "holds CIELAB colours")
    write_tiff(tmp_path / "a.tif", np.zeros((0, 5), np.uint8))
    assert_refused(tmp_path / "a.tif", "no pixels")
    write_png(tmp_path / "a.png", np.zeros((3, 0), np.uint8), 8, 0)
    assert_refused(tmp_path / "a.png", "no pixels")


# Unwritable files


CANNOT = [(".jpg", "uint16", ".png .tif .tiff"), (".jpeg", "float32", ".tif .tiff")]
CANNOT += [(".bmp", "uint16", ".png .tif .tiff"), (".bmp", "float32", ".tif .tiff")]
CANNOT += [(".png", "float32", ".tif .tiff"), (".tif", "float64", "another depth")]
CANNOT += [(".png", "int16", "another depth")]


@pytest.mark.parametrize(("suffix", "depth", "able"), CANNOT)
def test_depth_that_the_format_cannot_hold(tmp_path, suffix, depth, able):
    image = COLOUR.astype(depth)
    assert_unwritable(
        tmp_path / f"a{suffix}", image, f"{suffix} cannot hold {depth}", f"Use {able} instead."
    )


def test_names_that_cannot_be_written(tmp_path):
    for name in ("a.gif", "a.webp", "a", "a.png.txt", ".png"):
        assert_unwritable(tmp_path / name, GRAY, "must end in one of .png .jpg")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").write_bytes(b"a")
    assert_unwritable(tmp_path / "no/a.png", GRAY, f"there is no folder {tmp_path / 'no'}.")
    assert_unwritable(tmp_path / "folder.png", GRAY, "it is a folder")
    assert_unwritable(tmp_path / "file/b.png", GRAY, "there is no folder")
    if Path("/proc/self").is_dir():  # takes no files
        assert_unwritable(Path("/proc/self/a.png"), GRAY, "Cannot write")


def test_too_wide_for_jpeg_and_a_check_changes_nothing(tmp_path):
    wide, before = np.zeros((2, 70_000), np.uint8), tmp_path / "b.png"
    before.write_bytes(b"old")
    images.check_writable(str(before), "uint16")
    assert before.read_bytes() == b"old"
    words = (tmp_path / "a.jpg", ".jpg cannot hold 70000x2 pixels")
    assert_one_sentence(lambda path: images.write(path, wide), *words)
    assert list(tmp_path.iterdir()) == [before]


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
