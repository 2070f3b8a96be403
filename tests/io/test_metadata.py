import json
import shutil
import struct
import subprocess
import zlib

import numpy as np
import pytest
import tifffile
from photograph_files import CAMERA, LENS, NOTES, TAKEN, XMP, exif, srgb, write_jpeg, write_png
from PIL import Image
from run_tool import run_here

from twostream.io import ifd, images
from twostream.io.metadata import Metadata, from_tags, with_colours

COLOUR = np.random.default_rng(0).integers(0, 256, (20, 32, 3)).astype(np.uint8)
OUTPUTS = [("a.png", np.uint8), ("a.png", np.uint16), ("a.jpg", np.uint8), ("a.tif", np.uint8)]
OUTPUTS += [("a.tif", np.uint16), ("a.tif", np.float32)]


@pytest.fixture
def photograph(tmp_path):
    """Upright metadata of a JPEG that was stored lying on its side."""
    write_jpeg(tmp_path / "camera.jpg", COLOUR, orientation=6)
    return images.read_metadata(tmp_path / "camera.jpg")


def test_what_a_camera_wrote_is_read(photograph):
    assert {number: photograph.tags[number].text() for number in CAMERA} == CAMERA
    assert photograph.tags[ifd.EXIF][LENS].text() == "Macro 100mm"
    assert photograph.tags[ifd.GPS][2].numbers() == pytest.approx([47, 30, 12])
    assert photograph.profile == srgb()
    assert photograph.xmp == XMP % 1
    assert photograph.resolution == pytest.approx((300 / 0.0254,) * 2)
    assert 274 not in photograph.tags  # the orientation
    assert NOTES not in photograph.tags[ifd.EXIF]


@pytest.mark.parametrize(("name", "depth"), OUTPUTS)
def test_metadata_survive_every_format(tmp_path, photograph, name, depth):
    image = COLOUR.astype(depth)
    images.write(tmp_path / name, image, metadata=photograph)
    again = images.read_metadata(tmp_path / name)
    assert (again.profile, again.xmp) == (photograph.profile, photograph.xmp)
    assert again.resolution == pytest.approx(photograph.resolution, abs=0.5)
    size = {40962: ifd.short(32), 40963: ifd.short(20)}
    assert again.tags[ifd.EXIF] == {**photograph.tags[ifd.EXIF], **size}
    assert {**again.tags, ifd.EXIF: 0} == {**photograph.tags, ifd.EXIF: 0}
    images.write(tmp_path / f"plain_{name}", image)
    plain = images.read(tmp_path / f"plain_{name}")
    np.testing.assert_array_equal(images.read(tmp_path / name), plain)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
def test_pillow_reads_them(tmp_path, photograph, name):
    images.write(tmp_path / name, COLOUR, metadata=photograph)
    with Image.open(tmp_path / name) as image:
        found = image.tag_v2 if name == "a.tif" else image.getexif()
        assert {number: found[number] for number in CAMERA} == CAMERA
        if name != "a.tif":
            assert found.get_ifd(34665)[TAKEN] == "2024:05:06 07:08:09"
        assert image.info["icc_profile"] == srgb()
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_big_tiff_is_added_to(tmp_path, photograph, monkeypatch):
    write = tifffile.imwrite
    monkeypatch.setattr(tifffile, "imwrite", lambda *a, **k: write(*a, bigtiff=True, **k))
    images.write(tmp_path / "a.tif", COLOUR, metadata=photograph)
    assert (tmp_path / "a.tif").read_bytes()[:4] == b"II+\0"
    again = images.read_metadata(tmp_path / "a.tif")
    assert again.tags[ifd.EXIF][LENS] == photograph.tags[ifd.EXIF][LENS]
    np.testing.assert_array_equal(images.read(tmp_path / "a.tif"), COLOUR)


NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d"}


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_of_every_type_are_read_and_written(order, kind):
    content = struct.pack(f"{order}3{NUMBERS[kind]}", 1, 2, 3)
    here = 26 if len(content) > 4 else None
    entry = struct.pack(f"{order}HHI", 700, kind, 3)
    value = struct.pack(f"{order}I", here) if here else content.ljust(4, b"\0")
    start = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, 1)
    block = start + entry + value + bytes(4) + content
    found = ifd.read(block)
    assert found[700].numbers() == [1, 2, 3]
    assert ifd.read(ifd.block(found))[700].numbers() == [1, 2, 3]


def test_curves_that_png_keeps():
    """As ITU-T H.273 numbers them: gamma 2.2 and 2.8, linear, logarithms, PQ, cinema, HLG."""
    kept = [n for n in range(19) if with_colours(Metadata(), 9, n).colour_chunks]
    changed = [n for n in range(19) if with_colours(Metadata(), 1, n) != Metadata()]
    assert (kept, changed) == ([*range(19)], [4, 5, 8, 9, 10, 16, 17, 18])


@pytest.mark.parametrize("byteorder", "<>")
def test_tags_of_tiff(tmp_path, byteorder):
    tags = [(271, "s", 0, "Makers", True), (34675, 7, len(srgb()), srgb(), True)]
    options = {"byteorder": byteorder, "resolution": (1000, 500), "extratags": tags}
    tifffile.imwrite(str(tmp_path / "a.tif"), COLOUR, photometric="rgb", metadata=None, **options)
    found = images.read_metadata(tmp_path / "a.tif")
    assert found.tags[271].text() == "Makers"
    assert found.profile == srgb()


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
@pytest.mark.parametrize("per_metre", [300 / 0.0254, 1e6 / 3.45, 1e6 / 0.065])
def test_resolution_of_microscopes(tmp_path, suffix, per_metre):
    path = tmp_path / f"a.{suffix}"
    images.write(path, COLOUR, metadata=Metadata(resolution=(per_metre, per_metre / 2)))
    found = images.read_metadata(path).resolution
    whole = 0.5 if suffix == "png" else 0  # pixels per metre
    assert found == pytest.approx((per_metre, per_metre / 2), rel=1e-6, abs=whole)


OME = '<?xml version="1.0"?><OME><Image><Pixels SizeZ="3" SizeC="1" SizeT="1" {}></Pixels>'
OME += "</Image></OME>"
MICRONS = OME.format('PhysicalSizeX="0.65" PhysicalSizeY="0.5"')
OTHERS = 'PhysicalSizeX="650" PhysicalSizeXUnit="nm" PhysicalSizeY="5e-4" PhysicalSizeYUnit="mm"'
IMAGEJ = "ImageJ=1.53\nunit=micron\n"


@pytest.mark.parametrize(
    ("description", "tag", "microns"),
    [
        (MICRONS, None, (0.65, 0.5)),
        (OME.format(OTHERS), None, (0.65, 0.5)),
        (IMAGEJ, (4, 2), (0.25, 0.5)),
    ],
)
def test_size_of_a_pixel_by_ome_and_imagej(tmp_path, description, tag, microns):
    data = b"II*\0" + bytes((8, 0, 0, 0))
    tags = {270: ifd.text(description)}
    if tag:
        tags.update({282: ifd.rational(tag[0]), 283: ifd.rational(tag[1]), 296: ifd.short(1)})
    (tmp_path / "a.tif").write_bytes(data + ifd.written(tags, 8))
    found = images.read_metadata(tmp_path / "a.tif")
    assert found.resolution == pytest.approx(tuple(1e6 / size for size in microns))
    assert 270 not in found.tags


def test_a_profile_for_other_pictures_is_left_out(tmp_path):
    gray = srgb()[:16] + b"GRAY" + srgb()[20:]
    images.write(tmp_path / "a.png", COLOUR, metadata=Metadata(profile=gray))
    images.write(tmp_path / "b.png", COLOUR[..., 0], metadata=Metadata(profile=gray))
    assert not images.read_metadata(tmp_path / "a.png").profile
    assert images.read_metadata(tmp_path / "b.png").profile == gray
    assert not from_tags({}, gray[:16] + b"CMYK" + gray[20:]).profile


def test_a_long_profile_of_jpeg_is_split(tmp_path):
    long = srgb() + bytes(range(256)) * 600
    images.write(tmp_path / "a.jpg", COLOUR, metadata=Metadata(profile=long))
    assert images.read_metadata(tmp_path / "a.jpg").profile == long
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.info["icc_profile"] == long
    data = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(data.replace(b"ICC_PROFILE\0\2", b"ICC_PROFILE\0\7"))
    assert not images.read_metadata(tmp_path / "a.jpg").profile


def test_damaged_exif_is_left_out(tmp_path, rng):
    block = bytearray(exif()[6:])
    whole = ifd.read(bytes(block))
    for length in range(len(block)):
        found = ifd.read(bytes(block[:length]))
        assert set(found) <= set(whole)
    endless = bytearray(ifd.block({ifd.EXIF: {}}))
    endless[18:22] = (8).to_bytes(4, "little")  # a directory that names itself
    assert ifd.read(bytes(endless)) == {}
    for _ in range(300):
        damaged = bytearray(block)
        damaged[rng.integers(len(block))] = rng.integers(256)
        again = ifd.read(ifd.block(from_tags(ifd.read(bytes(damaged))).tags))
        assert again == from_tags(ifd.read(bytes(damaged))).tags


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_exiftool_shows_camera_and_profile(tmp_path, photograph, suffix):
    """What `fuse` writes of two 16-bit TIFFs."""
    for name in "ab":
        images.write(tmp_path / f"{name}.tif", COLOUR.astype(np.uint16) * 257, metadata=photograph)
    out = tmp_path / f"out.{suffix}"
    paths = (tmp_path / "a.tif", tmp_path / "b.tif")
    done = run_here("fuse", *paths, "-o", out, "--method", "average")
    assert done.returncode == 0, done.stderr
    (shown,) = json.loads(subprocess.check_output(["exiftool", "-json", str(out)]))
    assert "Warning" not in shown
    camera = (shown["Make"], shown["Model"], shown["LensModel"])
    assert camera == ("Makers", "Model 7", "Macro 100mm")
    assert shown["ProfileDescription"].startswith("sRGB")
    assert shown["GPSLatitude"].startswith("47 deg 30' 12")
    assert shown["XResolution"] == 300


def test_jpeg_of_16_bit_pictures_has_8(tmp_path):
    image = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    reduced = images.reduced_for(tmp_path / "a.jpg", image)
    np.testing.assert_array_equal(reduced, np.rint(image / 257).astype(np.uint8))
    assert images.reduced_for(tmp_path / "a.png", image) is image


def test_chunks_of_colours_are_kept_in_png(tmp_path):
    chunks = {b"cICP": b"\1\x0d\0\1", b"sRGB": b"\0", b"gAMA": b"\0\1\x86\xa0", b"cHRM": bytes(32)}
    header, pixels = (32, 20, 8, 2), zlib.compress(np.insert(COLOUR.reshape(20, -1), 0, 0, 1))
    write_png(tmp_path / "a.png", header, pixels, *chunks.items())
    found = images.read_metadata(tmp_path / "a.png")
    images.write(tmp_path / "b.png", COLOUR, metadata=found)
    data = (tmp_path / "b.png").read_bytes()
    for name, content in chunks.items():  # before the palette and the pixels
        assert data.index(name + content) < min(data.index(b"IDAT"), data.find(b"PLTE") % 10**9)
    np.testing.assert_array_equal(images.read(tmp_path / "b.png"), COLOUR)
    write_png(tmp_path / "c.png", header, pixels, (b"gAMA", b"\0"), (b"sRGB", bytes(9)))  # damaged
    assert images.read_metadata(tmp_path / "c.png").colour_chunks == {}


PHOTOS = b"http://ns.google.com/photos/1.0"
PACKET = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:C="%(photos)s/container/" xmlns:xmp="x"
 xmlns:Item="%(photos)s/container/item/" xmlns:Camera='%(photos)s/camera/'
 xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" xmp:Rating="5"%(attributes)s>%(entries)s
 <dc:title>A fly: hdrgm</dc:title></rdf:Description></x:xmpmeta>"""


def test_entries_of_xmp_that_are_no_longer_true_are_removed(tmp_path):
    kept = {b"photos": PHOTOS, b"attributes": b' Camera:BurstID="7"', b"entries": b"<dc:a/>"}
    stale = {
        b"attributes": b""" Camera:MotionPhoto="1" hdrgm:Version='1.0 > "0"'"""
        + kept[b"attributes"]
        + b' Camera:MicroVideoOffset="3"',
        b"entries": b"<C:Directory><rdf:Seq><rdf:li><C:Item Item:Mime='a/b'/></rdf:li></rdf:Seq>"
        b"</C:Directory><dc:a/><hdrgm:GainMapMax>1</hdrgm:GainMapMax><hdrgm:Gamma/>",
    }
    assert from_tags({}, xmp=PACKET % {**kept, **stale}).xmp == PACKET % kept
    assert from_tags({}, xmp=PACKET % kept).xmp == PACKET % kept
    assert from_tags({}, xmp=PACKET % {**kept, b"entries": b"<C:Directory>"}).xmp == b""
    nested = b"<C:a>" * 10**6  # in time that does not grow with the square
    assert from_tags({}, xmp=PACKET % {**kept, b"entries": nested}).xmp == b""


@pytest.mark.parametrize(("unit", "found"), [(0, None), (1, (3000.0, 4000.0)), (2, None)])
def test_pixels_of_png_without_a_unit_have_no_size(tmp_path, unit, found):
    """Unit 0 gives their shape alone."""
    chunk = b"pHYs", struct.pack(">IIB", 3000, 4000, unit)
    write_png(tmp_path / "a.png", (2, 1, 8, 0), zlib.compress(bytes(3)), chunk)
    assert images.read_metadata(tmp_path / "a.png").resolution == found
