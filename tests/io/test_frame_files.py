import io
import re

import cv2
import numpy as np
import pytest
import tifffile
from photograph_files import srgb, write_stack
from PIL import Image, ImageCms
from run_tool import run_here

from twostream.errors import BadInput
from twostream.io import images, profile
from twostream.io.frame_files import list_frames
from twostream.io.metadata import Metadata

RNG = np.random.default_rng(0)
STACK = [RNG.integers(0, 65536, (12, 16, 3)).astype(np.uint16) for _ in range(4)]
LEVELS = np.arange(0, 256, 8, dtype=np.uint8)
WIDE = profile.linear_srgb()  # of linear light: its pixels differ much from those of sRGB
PHOTOGRAPH = np.dstack([*np.meshgrid(LEVELS, LEVELS), np.full((32, 32), 90, np.uint8)])


def assert_same(frames, expected):
    found = [frame.read() for frame in frames]
    assert len(found) == len(expected)
    for image, picture in zip(found, expected):
        np.testing.assert_array_equal(image, picture)
        assert image.dtype == picture.dtype


@pytest.mark.parametrize("options", [{}, {"bigtiff": True}, {"byteorder": ">"}])
def test_pages_are_frames(tmp_path, options):
    write_stack(tmp_path / "a.tif", STACK, **options)
    frames = list_frames([tmp_path / "a.tif"])
    assert_same(frames, STACK)
    assert str(frames[2]).endswith("a.tif (page 3)")
    images.write(tmp_path / "b.png", STACK[3])
    assert_same(list_frames([tmp_path / "a.tif", tmp_path / "b.png"]), [*STACK, STACK[3]])


@pytest.mark.parametrize("big", [False, True])
def test_pages_that_opencv_decodes(tmp_path, big):
    pages = [Image.fromarray((image >> 8).astype(np.uint8)) for image in STACK]
    options = {"big_tiff": True} if big else {}
    options.update(compression="tiff_lzw", save_all=True, append_images=pages[1:])
    try:
        pages[0].save(str(tmp_path / "a.tif"), **options)
    except TypeError:
        pytest.skip("This Pillow cannot write BigTIFF.")
    assert_same(list_frames([tmp_path / "a.tif"]), [np.asarray(page) for page in pages])


def test_a_stack_of_ome_and_thumbnails_that_are_no_frames(tmp_path):
    gray, path = np.stack([image[..., 0] for image in STACK]), tmp_path / "a.ome.tif"
    metadata = {"axes": "ZYX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5}
    tifffile.imwrite(str(path), gray, ome=True, metadata=metadata)
    assert_same(list_frames([path]), list(gray))
    assert images.read_metadata(path).resolution == pytest.approx((2e6, 2e6))
    with tifffile.TiffWriter(str(tmp_path / "a.tif")) as tiff:
        for image in STACK:
            tiff.write(image, photometric="rgb", metadata=None, contiguous=False)
            tiff.write(image[::4, ::4], photometric="rgb", subfiletype=1, contiguous=False)
    assert_same(list_frames([tmp_path / "a.tif"]), STACK)


@pytest.mark.parametrize(("axes", "good"), [("CYX", False), ("TYX", True), ("ZYX", True)])
@pytest.mark.parametrize("program", ["ome", "imagej"])
def test_channels_are_no_stack(tmp_path, axes, good, program):
    gray = np.stack([image[..., 0] for image in STACK])
    shaped = gray
    if program == "imagej":
        shaped = gray.reshape([4 if a == axes[0] else 1 for a in "TZC"] + [12, 16])
        axes = "TZCYX"
    tifffile.imwrite(str(tmp_path / "a.tif"), shaped, metadata={"axes": axes}, **{program: True})
    if good:
        assert_same(list_frames([tmp_path / "a.tif"]), list(gray))
    else:
        with pytest.raises(BadInput, match="holds several channels"):
            list_frames([tmp_path / "a.tif"])


def test_fuse_takes_a_stack(tmp_path):
    write_stack(tmp_path / "a.tif", STACK)
    done = run_here("fuse", tmp_path / "a.tif", "-o", tmp_path / "o.tif", "--method", "average")
    assert "4 frames of 16x12" in done.stdout, done.stderr
    mean = np.mean(STACK, axis=0)
    assert np.abs(images.read(tmp_path / "o.tif") - mean).max() < 1


# Profiles


def with_profiles(folder, *profiles, image=PHOTOGRAPH):
    paths = [folder / f"{n}.png" for n in range(len(profiles))]
    for path, one in zip(paths, profiles):
        images.write(path, image, metadata=Metadata(profile=one))
    return paths


def test_other_profiles_are_refused(tmp_path):
    for pair in [(srgb(), WIDE), (b"", WIDE), (srgb(), b"")]:
        with pytest.raises(BadInput, match=r"--convert-profile .*\.$") as error:
            list_frames(with_profiles(tmp_path, *pair))
        assert re.search(r"0\.png.*1\.png|1\.png.*0\.png", str(error.value))
    later = srgb()[:24] + bytes(12) + srgb()[36:]  # made at another time
    assert later != srgb()
    assert_same(list_frames(with_profiles(tmp_path, srgb(), later)), [PHOTOGRAPH, PHOTOGRAPH])


def test_conversion_is_that_of_the_formula(tmp_path):
    """From sRGB to linear light of the same primaries only the curve changes."""
    paths = with_profiles(tmp_path, WIDE, srgb())
    first, second = (frame.read() for frame in list_frames(paths, convert_profile=True))
    np.testing.assert_array_equal(first, PHOTOGRAPH)
    unit = PHOTOGRAPH / 255
    light = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    assert np.abs(second - light * 255).max() < 3


def converted(folder, *profiles, **options):
    """Second frame of two, converted to the profile of the first."""
    paths = with_profiles(folder, *profiles, **options)
    return list_frames(paths, convert_profile=True)[1].read()


def test_a_picture_without_profile_is_converted_as_srgb(tmp_path):
    tagged, plain = (converted(tmp_path, WIDE, other) for other in (srgb(), b""))
    assert np.abs(plain.astype(int) - tagged).max() <= 1


def test_what_cannot_be_converted(tmp_path):
    with pytest.raises(BadInput, match="only 8-bit pixels can be converted"):
        converted(tmp_path, WIDE, srgb(), image=STACK[0])
    with pytest.raises(BadInput, match="damaged"):
        converted(tmp_path, srgb(), srgb()[:20] + bytes(200))


def test_fuse_converts_on_demand(tmp_path):
    paths = with_profiles(tmp_path, srgb(), WIDE)
    arguments = (*paths, "-o", tmp_path / "o.png", "--method", "average")
    done = run_here("fuse", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "The colour profiles differ" in done.stderr
    assert run_here("fuse", *arguments, "--convert-profile").returncode == 0
    assert images.read_metadata(tmp_path / "o.png").profile == srgb()


def test_linear_srgb_is_a_valid_profile():
    opened = ImageCms.ImageCmsProfile(io.BytesIO(WIDE))
    assert ImageCms.getProfileDescription(opened).strip() == "Linear sRGB"
    half = cv2.cvtColor(np.full((2, 2), 188, np.uint8), cv2.COLOR_GRAY2RGB)
    light = profile.converted(half, srgb(), WIDE, "a.png")
    assert np.abs(light.astype(int) - 128).max() <= 1
