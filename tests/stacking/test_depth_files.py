import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from ramp_stack import ramp_stack
from run_tool import refused, works

from twostream.io import images
from twostream.stacking.depth_files import _ends

SUBJECT_DISTANCE, EXIF = 37382, 34665


def written(folder, distances):
    """Write frames with focus distances in EXIF, as (parts, parts of a meter); None for none."""
    for n, (frame, distance) in enumerate(zip(ramp_stack(len(distances), (96, 320))[0], distances)):
        exif = Image.Exif()
        if distance:
            exif[EXIF] = {SUBJECT_DISTANCE: IFDRational(*distance)}
        Image.fromarray(frame[..., 0]).save(folder / f"f{n}.png", exif=exif)
    return folder


def fused(folder, *more):
    how = ("--weights", "fast", "--align", "none", "--depth-map", folder / "d.tif", *more)
    done = works("fuse", written_frames(folder), "-o", folder / "fused.tif", *how)
    return done.stdout, images.read(folder / "d.tif")


def written_frames(folder):
    return folder / "frames"


@pytest.fixture(scope="module")
def near_to_far(tmp_path_factory):
    folder = tmp_path_factory.mktemp("distances")
    written_frames(folder).mkdir()
    written(written_frames(folder), [(1, 4), (1, 3), (1, 2), (1, 1)])
    return folder


def test_meters_come_from_the_focus_distances(near_to_far):
    said, meters = fused(near_to_far)
    assert "holds the distance from the camera in meters" in said
    frames = fused(near_to_far, "--z-step", "1m")[1]
    np.testing.assert_allclose(meters, 1 / np.interp(frames, range(4), [4, 3, 2, 1]), rtol=1e-4)
    assert meters[:, 20].mean() < 0.3 < 0.7 < meters[:, -20].mean()


@pytest.mark.parametrize(
    "distances",
    [[(1, 4), None, (1, 2), (1, 1)], [(1, 4), (1, 2), (1, 3), (1, 1)], [(0, 1)] * 4],
)
def test_distances_that_do_not_order_the_frames_are_not_used(tmp_path, distances):
    written_frames(tmp_path).mkdir()
    written(written_frames(tmp_path), distances)
    said, depth = fused(tmp_path)
    assert "meters" not in said
    assert depth.max() > 2.5


@pytest.mark.parametrize("bits", [16, 32])
def test_bits_of_the_depth_map(near_to_far, bits):
    depth = fused(near_to_far, "--depth-bits", bits)[1]
    assert depth.dtype == (np.uint16 if bits == 16 else np.float32)
    if bits == 16:
        assert depth[:, :20].mean() < 1000 < 60000 < depth[:, -20:].mean()


def test_the_nearest_frame_is_in_front(near_to_far):
    trimesh = pytest.importorskip("trimesh")
    for near in ((), ("--near", "first"), ("--near", "last")):
        fused(near_to_far, "--mesh", near_to_far / "m.ply", *near)
        place = trimesh.load(near_to_far / "m.ply", process=False).vertices
        left = place[place[:, 0] < -100, 2].mean()
        right = place[place[:, 0] > 100, 2].mean()
        assert (left > right) == ("last" not in near)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--mesh m.stl", "must end in .ply or .obj"),
        ("--stereo s.mp4", "must end in .gif"),
        ("--depth-bits 16", "--depth-bits needs a --depth-map"),
        ("--near last", "--near needs"),
        ("--depth-map d.tif --depth-bits 16 --z-step 1mm", "--z-step needs a --depth-map"),
        ("--stereo s.gif --method average", "needs a method that chooses pixels"),
        ("--mesh m.ply --stereo no/s.gif", "Cannot write"),
    ],
)
def test_what_cannot_be_written_is_refused_before(
    near_to_far, tmp_path, monkeypatch, words, sentence
):
    monkeypatch.chdir(tmp_path)
    refused(sentence, "fuse", written_frames(near_to_far), "-o", "out.png", *words.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("nearest", "z_step", "distances", "names"),
    [
        (None, None, None, ["first", "last"]),
        ("last", None, None, ["far (first)", "near (last)"]),
        (None, 5e-6, None, ["first 0 m", "last 10 um"]),
        ("first", None, [0.25, 0.5, 1.5], ["near 250 mm", "far 1.5 m"]),
    ],
)
def test_the_legend_names_what_is_known(nearest, z_step, distances, names):
    assert _ends(3, nearest, z_step, distances) == names
