import numpy as np
import pytest
from made_stack import made_stack
from run_tool import refused, works
from skimage import data

from twostream.alignment.registered import register
from twostream.fusion.frames import Frames
from twostream.io import images
from twostream.methods import method

AVERAGE = ("--method", "average")


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Write a stack whose names sort otherwise as words than as numbers."""
    folder = tmp_path_factory.mktemp("stack")
    found = [folder / f"bee{number}.png" for number in (8, 9, 10, 11)]
    for path, frame in zip(found, made_stack(4).frames):
        images.write(path, frame)
    return found


@pytest.fixture
def with_another(tmp_path, paths):
    images.write(tmp_path / "other.png", data.astronaut()[:240, :320])
    return [*paths[:3], tmp_path / "other.png"]


def fused(path, *sources):
    done = works("fuse", *sources, "-o", path, *AVERAGE)
    return done.stdout, images.read(path)


def averaged(*sources, **options):
    """Register by the library, and fuse."""
    frames, alignment = register(Frames(sources), **{"level": True, **options})
    return method("average").fuse_frames(frames).picture, alignment


def test_a_folder_is_its_pictures_in_natural_order(tmp_path, paths):
    said, by_folder = fused(tmp_path / "a.png", paths[0].parent)
    assert "4 frames of " in said
    np.testing.assert_array_equal(by_folder, fused(tmp_path / "b.png", *paths)[1])
    (tmp_path / "empty").mkdir()
    out = tmp_path / "out.png"
    refused(
        f"{tmp_path / 'empty'} holds no image. Choose another folder.",
        "fuse",
        tmp_path / "empty",
        "-o",
        out,
    )


def test_the_summary_says_what_was_done(tmp_path, paths):
    out, pair = tmp_path / "out.png", paths[:2]
    said, picture = fused(out, *pair)
    expected, alignment = averaged(*pair)
    assert f"aligned by up to {alignment.shift:.1f} pixels" in said
    assert alignment.shift > 1
    np.testing.assert_array_equal(picture, expected)
    assert "already aligned" in fused(out, pair[0], pair[0])[0]
    done = works("fuse", *pair, "-o", out, *AVERAGE, "--align", "none", "--level", "none")
    assert "aligned" not in done.stdout
    a, b = (images.read(path).astype(int) for path in pair)
    np.testing.assert_array_equal(images.read(out), (a + b + 1) // 2)


@pytest.mark.parametrize(
    ("flags", "options"),
    [
        (("--align", "homography"), {"align": "homography"}),
        (("--level", "none", "--keep-frame"), {"level": False, "keep_frame": True}),
    ],
)
def test_options_reach_the_alignment(tmp_path, paths, flags, options):
    works("fuse", *paths[:3], "-o", tmp_path / "out.png", *AVERAGE, *flags)
    found = images.read(tmp_path / "out.png")
    np.testing.assert_array_equal(found, averaged(*paths[:3], **options)[0])


def test_what_does_not_fit_is_named_and_left_out_on_request(tmp_path, with_another):
    out, (*fit, other) = tmp_path / "out.png", with_another
    refused(f"{other} shows another scene", "fuse", *with_another, "-o", out, *AVERAGE)
    assert not out.exists()
    done = works("fuse", *with_another, "-o", out, *AVERAGE, "--skip-bad")
    summary, warning = done.stdout.splitlines()
    assert "3 frames" in summary
    assert warning == f"{other} is left out: it shows another scene."
    np.testing.assert_array_equal(images.read(out), fused(tmp_path / "three.png", *fit)[1])


def test_batch_aligns_as_fuse_does_and_says_what_is_left_out(tmp_path, paths, with_another):
    (tmp_path / "in/bee").mkdir(parents=True)
    for name, path in zip(("ant_A", "ant_B"), paths):
        images.write(tmp_path / f"in/{name}.png", images.read(path))
    for number, path in enumerate(with_another):
        images.write(tmp_path / f"in/bee/{number}.png", images.read(path))
    out = tmp_path / "out"
    done = works("batch", tmp_path / "in", "-o", out, *AVERAGE, "--skip-bad", "--jobs", 1)
    assert f"bee: {tmp_path / 'in/bee/3.png'} is left out: it shows another scene.\n" in done.stderr
    _, expected = fused(tmp_path / "one.png", *paths[:2])
    np.testing.assert_array_equal(images.read(out / "ant.png"), expected)
