"""WebP, AVIF, HEIC and JPEG XL, as other programs write them."""

import io
import sys

import cv2
import numpy as np
import pytest
import tifffile
from photograph_files import CAMERA, TAKEN, XMP, exif, srgb, write_jpeg
from PIL import Image, features
from run_tool import refused, works

from twostream.errors import BadInput
from twostream.evaluation.pair_set import pictures
from twostream.io import ifd, images, jpegxl, profile
from twostream.io.capture_time import capture_time
from twostream.io.srgb import to_light, to_pixels

DRAW = np.random.default_rng(0)
COLOUR = cv2.resize(DRAW.integers(0, 256, (6, 9, 3)).astype(np.uint8), (72, 48))
GRAY = COLOUR[..., 1].copy()
FORMATS = ("webp", "avif", "heic", "jxl")
NAMES = {"jxl": "JPEG XL", "avif": "AVIF", "heic": "HEIC"}


def data_of(kind, image=COLOUR, bits=None, **options):
    """Encode a picture almost without loss; skip the test where no encoder is installed."""
    content = io.BytesIO()
    if kind == "webp":
        if not features.check("webp"):
            pytest.skip("Pillow without WebP")
        Image.fromarray(image).save(content, "webp", lossless=True, exact=True, **options)
    elif kind == "heic":
        heif = pytest.importorskip("pillow_heif")
        mode = ("L" if image.ndim == 2 else "RGBA"[: image.shape[2]]) + (";16" if bits else "")
        made = heif.from_bytes(mode, image.shape[1::-1], image.tobytes())
        heif.options.SAVE_HDR_TO_12_BIT = bits == 12
        made.save(content, quality=-1, chroma=444, matrix_coefficients=0, **options)
    elif kind == "avif" and not bits:
        pytest.importorskip("PIL.AvifImagePlugin")
        subsampling = "4:0:0" if image.ndim == 2 else "4:4:4"
        options = {"quality": 100, "subsampling": subsampling, **options}
        Image.fromarray(image).save(content, "avif", **options)
    else:
        codecs = pytest.importorskip("imagecodecs")
        encode = codecs.avif_encode if kind == "avif" else codecs.jpegxl_encode
        level = {"level": 100} if kind == "avif" else {"lossless": True}
        return encode(image, bitspersample=bits, **level, **options)
    return content.getvalue()


def put(path, *arguments, **options):
    path.write_bytes(data_of(path.suffix[1:], *arguments, **options))
    return path


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("image", [COLOUR, GRAY, COLOUR[:47, :71]], ids=["rgb", "gray", "odd"])
def test_pixels_of_8_bits(tmp_path, kind, image):
    read = images.read(put(tmp_path / f"a.{kind}", np.ascontiguousarray(image)))
    expected = np.dstack([image] * 3) if kind == "webp" and image.ndim == 2 else image
    assert (read.dtype, read.shape) == (np.uint8, expected.shape)
    assert abs(read.astype(int) - expected).max() <= (0 if kind in ("webp", "jxl") else 4)


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("kind", ["avif", "heic", "jxl"])
def test_10_and_12_bits_become_16_with_white_as_white(tmp_path, kind, bits):
    deep = np.rint(COLOUR / 255 * (2**bits - 1)).astype(np.uint16)
    deep[:8, :8], deep[:8, 8:16] = 2**bits - 1, 0
    stored = deep << (16 - bits) if kind == "heic" else deep
    read = images.read(put(tmp_path / f"a.{kind}", stored, bits=bits))
    assert (read.dtype, read.shape) == (np.uint16, COLOUR.shape)
    assert abs(read / 65535 - deep / (2**bits - 1)).max() < 5 / 2**bits
    assert (read[3, 3].min(), read[3, 12].max()) == (65535, 0)


@pytest.mark.parametrize("dtype", [np.uint16, np.float16, np.float32])
def test_jpeg_xl_of_linear_light_says_so(tmp_path, dtype):
    image = (COLOUR / 255 * (65535 if dtype == np.uint16 else 1)).astype(dtype)
    path = put(tmp_path / "a.jxl", image)
    read = images.read(path)
    np.testing.assert_array_equal(read, image)
    assert read.dtype == (np.uint16 if dtype == np.uint16 else np.float32)
    assert images.read_metadata(path).profile == profile.linear_srgb()


@pytest.mark.parametrize("kind", ["webp", "avif", "heic"])
def test_metadata_reaches_the_result(tmp_path, kind):
    """The EXIF orientation of HEIC does not count: its own was applied."""
    p3 = srgb()[:4] + b"test" + srgb()[8:]
    more = {"exif": exif(1), "icc_profile": p3, "xmp": XMP % 1}
    paths = [put(tmp_path / f"{n}.{kind}", COLOUR, **more) for n in "ab"]
    works("fuse", *paths, "-o", tmp_path / "o.png", "--method", "average")
    found = images.read_metadata(tmp_path / "o.png")
    assert found.profile == p3
    assert found.tags[272].text() == CAMERA[272]
    assert found.tags[ifd.EXIF][TAKEN].text() == "2024:05:06 07:08:09"
    assert b"A fly" in found.xmp
    assert capture_time(paths[0]).minute == 8


def test_exif_and_xmp_of_jpeg_xl_in_its_boxes(tmp_path):
    codecs = pytest.importorskip("imagecodecs")
    data = data_of("jxl", usecontainer=True)
    block = bytes(4) + exif()[6:]

    def box(name, content):
        return (8 + len(content)).to_bytes(4, "big") + name + content

    for one in (box(b"Exif", block), box(b"brob", b"Exif" + codecs.brotli_encode(block))):
        path = tmp_path / "a.jxl"
        path.write_bytes(data + one + box(b"xml ", XMP % 1))
        found = images.read_metadata(path)
        assert found.tags[272].text() == CAMERA[272]
        assert b"A fly" in found.xmp
        np.testing.assert_array_equal(images.read(path), COLOUR)


@pytest.mark.parametrize("kind", FORMATS)
def test_alpha_is_read_if_it_is_asked_for(tmp_path, kind):
    image = np.dstack([COLOUR, np.where(GRAY > 99, 255, GRAY)])
    path = put(tmp_path / f"a.{kind}", image)
    assert abs(images.read(path, alpha=True).astype(int) - image).max() <= 4
    assert images.read(path).shape == COLOUR.shape


@pytest.mark.parametrize("options", [{"planar": True}, {}])
def test_further_channels_of_jpeg_xl_are_dropped(tmp_path, options):
    image = np.stack([GRAY, 255 - GRAY, GRAY]) if options else np.dstack([COLOUR, GRAY])
    read = images.read(put(tmp_path / "a.jxl", image, **options))
    np.testing.assert_array_equal(read, GRAY if options else COLOUR)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_jpeg_within_jpeg_xl_keeps_its_profile(tmp_path, orientation):
    codecs = pytest.importorskip("imagecodecs")
    write_jpeg(tmp_path / "a.jpg", COLOUR, orientation)
    data = codecs.jpegxl_encode_jpeg((tmp_path / "a.jpg").read_bytes())
    (tmp_path / "a.jxl").write_bytes(data)
    jpeg, jxl = (images.read(tmp_path / f"a.{kind}") for kind in ("jpg", "jxl"))
    assert jpeg.shape == jxl.shape
    assert abs(jpeg.astype(int) - jxl).mean() < 2
    before, after = (images.read_metadata(tmp_path / f"a.{kind}") for kind in ("jpg", "jxl"))
    assert (after.profile, after.tags, after.xmp) == (before.profile, before.tags, before.xmp)


@pytest.mark.parametrize("kind", ["webp", "avif"])
@pytest.mark.parametrize("orientation", [2, 3, 6])
def test_orientation_is_applied(tmp_path, kind, orientation):
    upright = {6: np.rot90(COLOUR, -1), 3: COLOUR[::-1, ::-1], 2: COLOUR[:, ::-1]}[orientation]
    path = put(tmp_path / f"a.{kind}", COLOUR, exif=exif(orientation))
    read = images.read(path)
    assert read.shape == upright.shape
    assert abs(read.astype(int) - upright).max() <= 3
    assert 274 not in images.read_metadata(path).tags


@pytest.mark.parametrize(
    ("numbers", "name", "chunks"),
    [
        ((1, 13), "none", {}),
        ((1, 8), "Linear sRGB", {}),
        ((12, 13), "Display P3", {}),
        ((9, 16), "none", {b"cICP": bytes((9, 16, 0, 1))}),
    ],
)
def test_colours_given_by_numbers_are_kept(tmp_path, numbers, name, chunks):
    """ITU-T H.273 numbers primaries and curves, in AVIF and HEIC."""
    data = bytearray(data_of("avif"))
    place = data.index(b"colrnclx") + 8
    data[place : place + 4] = bytes((0, numbers[0], 0, numbers[1]))
    (tmp_path / "a.avif").write_bytes(data)
    found = images.read_metadata(tmp_path / "a.avif")
    assert (profile.name(found.profile), found.colour_chunks) == (name, chunks)
    assert not images.read_metadata(put(tmp_path / "b.heic")).colour_chunks


def test_display_p3_is_as_css_says():
    """Linear Display P3 to linear sRGB: CSS Color 4, the product of its two matrices."""
    matrix = [[1.22494, -0.22494, 0], [-0.04206, 1.04206, 0], [-0.01964, -0.07864, 1.09827]]
    p3 = COLOUR // 2 + 64
    found = profile.converted(p3, profile.display_p3(), b"", "a")
    expected = 255 * to_pixels(to_light(p3 / 255) @ np.transpose(matrix))
    assert abs(found - expected).max() < 1.5


class Bits:
    """Numbers of a few bits, the lowest first."""

    def __init__(self, *parts):
        self.data = "".join(f"{number:0{count}b}"[::-1] for number, count in parts)

    def file(self, path):
        number = int(self.data[::-1], 2)
        path.write_bytes(b"\xff\x0a" + number.to_bytes(200, "little"))
        return path


BIG = [(0, 1), (3, 2), (2**29, 30), (1, 3)]  # height, as wide
USUAL = [(0, 1), (0, 2), (1, 1), (0, 2), (1, 1)]  # 8 bits, no further channels, XYB
PREVIEW = [(1, 1), (1, 1), (0, 2), (1, 3)]
MOVES = [(1, 1), (0, 2), (0, 2), (0, 2), (0, 1)]
DEEP = [(0, 1), (3, 2), (15, 6)]  # 16 bits
NAMED = [(0, 2), (1, 2), (2, 4), (0, 16), (0, 1)]  # a channel of full size with two letters
P3 = [(0, 1), (0, 1), (0, 1), (0, 2), (1, 2), (2, 2), (9, 4), (0, 1), (2, 2), (11, 4)]
START = [(1, 1), (5, 5), (7, 3), (0, 1)]  # 48 high, twice as wide


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([*BIG, (1, 1)], {"sides": (2**29 + 1,) * 2}),
        ([*START, (0, 1), *USUAL, (0, 1), (1, 1)], {"sides": (96, 48), "has_icc": True}),
        # Orientation 6, a size for display, a preview and an animation come first.
        (
            [*START, (1, 1), (5, 3), (1, 1), *START[:3], *PREVIEW, *MOVES, *USUAL, (1, 1)],
            {"is_animated": True, "bits": 8},
        ),
        # An alpha channel of 16 bits with a name of two letters; Display P3 with the curve of sRGB.
        (
            [*START, (0, 1), *DEEP, (1, 1), (1, 2), (0, 1), (0, 2), *DEEP, *NAMED, *P3],
            {"bits": 16, "primaries": 12, "transfer": 13},
        ),
    ],
)
def test_headers_of_jpeg_xl(tmp_path, parts, expected):
    found = jpegxl._header(Bits(*parts).file(tmp_path / "a.jxl"))._asdict()
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([*BIG, (1, 1)], "more than the limit of 268 megapixels"),
        ([*START, (0, 1), *USUAL, (0, 1), (1, 1)], "has an ICC profile"),
    ],
)
def test_jpeg_xl_that_is_refused_by_its_header(tmp_path, parts, sentence):
    pytest.importorskip("imagecodecs")
    path = Bits(*parts).file(tmp_path / "a.jxl")
    with pytest.raises(BadInput, match=sentence):
        images.read(path)


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_files_are_refused_in_one_sentence(tmp_path, kind):
    data = data_of(kind)
    for length in (16, 40, len(data) // 2, len(data) - 1):
        (tmp_path / f"a.{kind}").write_bytes(data[:length])
        with pytest.raises(BadInput, match=rf"a\.{kind}[^\n]*\.$"):
            images.read(tmp_path / f"a.{kind}")


@pytest.mark.parametrize("kind", FORMATS)
def test_pictures_beyond_the_limit_are_refused_before_they_are_decoded(tmp_path, kind):
    path = put(tmp_path / f"a.{kind}", np.zeros((1100, 1000, 3), np.uint8))
    with pytest.raises(BadInput, match="1000x1100 pixels, more than the limit of 1 megapixels"):
        images.read(path, most_pixels=10**6)


@pytest.mark.parametrize(
    ("kind", "module", "package"),
    [
        ("avif", "PIL.AvifImagePlugin", "Pillow 11.3"),
        ("heic", "pillow_heif", "pillow-heif"),
        ("jxl", "imagecodecs", "imagecodecs"),
    ],
)
def test_without_a_package_one_sentence_says_what_to_install(
    tmp_path, monkeypatch, kind, module, package
):
    path = put(tmp_path / f"a.{kind}")
    monkeypatch.setitem(sys.modules, module, None)
    said = f"{NAMES[kind]} file, which needs the Python package {package}. Run pip install"
    refused(said, "fuse", path, path, "-o", tmp_path / "o.png")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_folder_of_frames_is_fused_to_tiff(tmp_path, kind):
    """Names need not be text."""
    folder = tmp_path / b"\xff".decode("utf-8", "surrogateescape")
    folder.mkdir()
    for n in range(2):
        put(folder / f"{n}.{kind}", COLOUR)
    assert len(pictures(folder)) == 2
    works("batch", folder, "-o", tmp_path / "o", "--method", "average", "--by", "counters")
    (made,) = (tmp_path / "o").glob("*.tif")
    assert abs(tifffile.imread(str(made)).astype(int) - COLOUR).max() <= 4
