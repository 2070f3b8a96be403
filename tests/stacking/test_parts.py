"""What ``twostream fuse --aligned`` and ``--slabs`` write."""

import cv2
import numpy as np
import pytest
import tifffile
from ramp_stack import ramp_stack
from run_tool import refused, works

import twostream
from twostream.alignment.registered import RegisteredFrames
from twostream.alignment.uneven_exposure import frequencies
from twostream.fusion.frames import Frames
from twostream.io import images
from twostream.io.metadata import Metadata
from twostream.io.profile import linear_srgb
from twostream.stacking.parts import slabs

SHAPE = (120, 400)
METHOD = ("--method", "laplacian_pyramid")


@pytest.fixture
def folder(tmp_path):
    """Folder of ten frames of 16 bits, each shifted by 3 pixels, with a profile."""
    folder = tmp_path / "my frames"
    folder.mkdir()
    for number, frame in enumerate(ramp_stack(10, SHAPE)[0]):
        move = np.float32([[1, 0, 3 * number], [0, 1, 0]])
        moved = cv2.warpAffine(frame[..., 0], move, SHAPE[::-1], borderMode=cv2.BORDER_REFLECT)
        colour = np.dstack([moved.astype(np.uint16) * 200] * 3)
        profile = Metadata(profile=linear_srgb())
        images.write(folder / f"ä s{number}.tif", colour, metadata=profile)
    return folder


def test_registered_frames_keep_depth_names_and_metadata(tmp_path, folder):
    out = tmp_path / "aligned"
    command = ["fuse", folder, "-o", tmp_path / "o.tif", "--aligned", out, *METHOD]
    works(*command)
    assert sorted(p.name for p in out.iterdir()) == sorted(p.name for p in folder.iterdir())
    found = [images.read(path) for path in sorted(out.iterdir())]
    expected = twostream.stack(folder, method=METHOD[1])
    for one, frame in zip(found, expected.frames):
        np.testing.assert_array_equal(one, frame)
    assert found[0].dtype == np.uint16
    assert {images.read_metadata(path).profile for path in out.iterdir()} == {linear_srgb()}
    again = twostream.stack(found, method=METHOD[1], align="none", level="none").image
    np.testing.assert_array_equal(again, expected.image)
    works(*command)  # its own earlier results are replaced


def test_pages_and_formats_that_cannot_be_written_become_tiff(tmp_path):
    frames = [frame[..., 0] for frame in ramp_stack(3, SHAPE)[0]]
    tifffile.imwrite(tmp_path / "s.tif", np.array(frames), photometric="minisblack")
    works(
        "fuse", tmp_path / "s.tif", "-o", tmp_path / "o.png", "--aligned", tmp_path / "a", *METHOD
    )
    found = sorted((tmp_path / "a").iterdir())
    assert [path.name for path in found] == [f"s_000{n}.tif" for n in (1, 2, 3)]
    for path, frame in zip(found, frames):
        np.testing.assert_array_equal(images.read(path), frame)


def test_no_frame_and_no_picture_of_others_is_overwritten(tmp_path, folder):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    how = ["fuse", folder, "-o", tmp_path / "o.tif", *METHOD]
    refused("would overwrite the input", *how, "--aligned", folder)
    (tmp_path / "link").symlink_to(folder)
    refused("would overwrite the input", *how, "--aligned", tmp_path / "link")
    other = tmp_path / "other/ä s4.tif"
    other.parent.mkdir()
    images.write(other, np.zeros((3, 4), np.uint8))
    refused("not known to be an earlier result", *how, "--aligned", other.parent)
    refused("there is no folder", *how, "--aligned", tmp_path / "none/aligned")
    twice = ["fuse", *folder.iterdir(), folder / "ä s1.tif", *how[2:]]
    refused("Two outputs have the same path", *twice, "--aligned", tmp_path / "new")
    assert before == {path: path.read_bytes() for path in folder.iterdir()}
    assert not (tmp_path / "o.tif").exists()


@pytest.mark.parametrize(
    ("count", "size", "overlap", "parts"),
    [
        (10, 4, 1, [(0, 4), (3, 7), (6, 10)]),
        (10, 4, 0, [(0, 4), (4, 8), (6, 10)]),
        (10, 5, 0, [(0, 5), (5, 10)]),
        (11, 4, 2, [(0, 4), (2, 6), (4, 8), (6, 10), (7, 11)]),
        (3, 4, 1, [(0, 3)]),
        (4, 4, 3, [(0, 4)]),
    ],
)
def test_frames_of_slabs(count, size, overlap, parts):
    assert [(part[0], part[-1] + 1) for part in slabs(count, size, overlap)] == parts


def test_a_slab_is_the_result_of_its_registered_frames(tmp_path, folder):
    how = ["-o", tmp_path / "o.tif", "--aligned", tmp_path / "a", *METHOD]
    command = ["fuse", folder, *how, "--slabs", 4, "--overlap", 1]
    done = works(*command)
    assert f"3 slabs of 4 frames are in {tmp_path / 'o_slabs'}." in done.stdout
    frames, parts = sorted((tmp_path / "a").iterdir()), sorted((tmp_path / "o_slabs").iterdir())
    assert [path.name for path in parts] == [f"o_slab00{n}.tif" for n in (1, 2, 3)]
    whole = images.read(tmp_path / "o.tif")
    for path, numbers in zip(parts, slabs(10, 4, 1)):
        alone = ["fuse", *(frames[n] for n in numbers), "-o", tmp_path / "n.tif", *how[4:]]
        works(*alone, "--align", "none", "--level", "none")
        found = images.read(path)
        assert found.shape == whole.shape
        np.testing.assert_array_equal(found, images.read(tmp_path / "n.tif"))
        assert images.read_metadata(path).profile == linear_srgb()
    assert "o_slabs." in works(*command).stdout
    said = works(*command[:-3], 6, "--overlap", 0).stdout
    assert (
        f"2 slabs of 6 frames are in {tmp_path / 'o_slabs'}, which also holds other files." in said
    )
    works("fuse", tmp_path / "o_slabs", "-o", tmp_path / "all.tif", *METHOD)


def test_frames_of_a_slab_are_registered_as_in_the_stack(rng):
    """With their transforms, gains, crop, local flow and uneven exposure."""
    frames = Frames(list(rng.integers(50, 200, (4, 60, 80, 3)).astype(np.uint8)))
    moves = [np.array([[1, 0, n], [0, 1, -n], [0, 0, 1]], float) for n in range(4)]
    flows = [None, None, rng.random((4, 5, 3)).astype(np.float32), None]
    gains, fields = rng.uniform(0.9, 1.1, (2, 4, 3))
    fields = np.repeat(fields[:, None] / 20, len(frequencies()), axis=1)
    whole = RegisteredFrames(frames, moves, gains, (4, 5, 40, 60), flows, fields)
    part = whole.only(range(1, 4))
    for number in range(3):
        np.testing.assert_array_equal(part.own(number), whole.own(number + 1))


def test_slabs_within_a_memory_limit(tmp_path, folder):
    pytest.importorskip("onnxruntime")
    how = ["fuse", folder, "-q", "--slabs", 5]
    works(*how, "-o", tmp_path / "limited.tif", "--memory", "400MB")
    works(*how, "-o", tmp_path / "free.tif")
    pairs = zip(*(sorted((tmp_path / f"{name}_slabs").iterdir()) for name in ("limited", "free")))
    for one, other in pairs:
        np.testing.assert_array_equal(images.read(one), images.read(other))


@pytest.mark.parametrize("how", [[4, 4], [1, 0], [3, 7], [None, 2]])
def test_slabs_that_cannot_be(tmp_path, folder, how):
    sizes = [] if how[0] is None else ["--slabs", how[0]]
    said = "--overlap needs --slabs" if how[0] is None else "A slab has two frames or more"
    command = ["fuse", folder, "-o", tmp_path / "o.tif", *sizes, "--overlap", how[1]]
    refused(said, *command)
