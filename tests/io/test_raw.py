import contextlib
import sys
from datetime import datetime

import numpy as np
import pytest
from photograph_files import CAMERA, exif
from raw_files import HEIGHT, LIGHT, WIDTH, write_dng
from run_tool import run_here, run_tool

from twostream.errors import BadInput
from twostream.evaluation.pair_set import pictures
from twostream.io import ifd, images, profile
from twostream.io.capture_time import capture_time
from twostream.io.frame_files import list_frames


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


def test_folders_of_raw_files_are_stacks(tmp_path):
    """A camera's JPEG of the same name is fused instead of a raw file, as it always was."""
    pytest.importorskip("rawpy")
    for number in (1, 2, 3):
        write_dng(tmp_path / f"s/IMG_{number}.DNG", exposure=1 - 0.01 * number)
    done = run_here("fuse", tmp_path / "s", "-o", tmp_path / "o.tif", "--method", "average")
    assert done.stdout.startswith(f"{tmp_path}/o.tif: 3 frames of {WIDTH}x{HEIGHT} (colour uint16)")
    for number in (1, 2):
        images.write(tmp_path / f"s/IMG_{number}.jpg", np.full((40, 50), 9 * number, np.uint8))
    assert [path.name for path in pictures(tmp_path / "s")] == [
        "IMG_1.jpg",
        "IMG_2.jpg",
        "IMG_3.DNG",
    ]


def test_batch_tells_raw_frames_apart_by_time_and_writes_tiff(tmp_path):
    pytest.importorskip("rawpy")
    for number, second in enumerate((0, 2, 40, 41)):
        write_dng(tmp_path / f"s/_{number}.dng", taken=f"2024:05:06 07:08:{second:02d}")
    # A fork of this process would wait for LibRaw's threads, which it has not.
    done = run_tool("batch", tmp_path / "s", "-o", tmp_path / "o", "--method", "average")
    assert done.stdout == f"{tmp_path}/o: 2 of 2 sets fused.\n", done.stderr
    assert sorted(path.name for path in (tmp_path / "o").glob("_*")) == ["_0.tif", "_2.tif"]


def raf():
    """Make the start of a raw file of Fujifilm, whose JPEG has the metadata."""
    jpeg = b"\xff\xd8\xff\xe1" + (len(exif()) + 2).to_bytes(2, "big") + exif() + b"\xff\xd9"
    header = b"FUJIFILMCCD-RAW ".ljust(84, b"\0") + (148).to_bytes(4, "big")
    return (header + len(jpeg).to_bytes(4, "big")).ljust(148, b"\0") + jpeg


def cr3():
    """Make the start of a raw file of Canon: a box for each directory, like a TIFF file."""
    tags = ifd.read(exif()[6:])
    own = tags.pop(ifd.EXIF)
    boxes = b"".join(name + ifd.block(part) for name, part in ((b"CMT1", tags), (b"CMT2", own)))
    return b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + boxes


@pytest.mark.parametrize(("name", "data"), [("a.raf", raf()), ("a.cr3", cr3())])
def test_raw_files_that_are_no_tiff_tell_camera_and_time(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    metadata = images.read_metadata(tmp_path / name)
    assert metadata.tags[272].text() == CAMERA[272]
    assert metadata.profile == profile.linear_srgb()
    assert capture_time(tmp_path / name) == datetime(2024, 5, 6, 7, 8, 9)
    for length in (4, 90, 150, len(data) - 9):  # what is left of the metadata is read
        (tmp_path / name).write_bytes(data[:length])
        with contextlib.suppress(BadInput):
            images.read_metadata(tmp_path / name)
