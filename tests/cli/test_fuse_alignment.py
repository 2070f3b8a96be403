import cv2
import numpy as np
import pytest
from made_stack import made_stack
from run_tool import run_here
from skimage import data

from twostream.alignment.registered import register
from twostream.fusion.frames import Frames
from twostream.io import images
from twostream.methods import method

AVERAGE = ("--method", "average")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write a stack whose names sort otherwise as words than as numbers."""
    folder = tmp_path_factory.mktemp("stack")
    for number, frame in enumerate(made_stack(4).frames, 8):
        images.write(folder / f"bee{number}.png", frame)
    return folder


@pytest.fixture
def with_another(tmp_path, folder):
    paths = [folder / f"bee{number}.png" for number in (8, 9, 10)]
    images.write(tmp_path / "other.png", data.astronaut()[:240, :320])
    return [*paths, tmp_path / "other.png"]


def fuse(*arguments):
    return run_here("fuse", *arguments)


def fused(path, *sources):
    done = fuse(*sources, "-o", path, *AVERAGE)
    assert done.returncode == 0, done.stderr
    return done, images.read(path)


def test_a_folder_is_its_pictures_in_natural_order(tmp_path, folder):
    done, by_folder = fused(tmp_path / "a.png", folder)
    assert "4 frames of " in done.stdout
    _, by_names = fused(tmp_path / "b.png", *(folder / f"bee{n}.png" for n in (8, 9, 10, 11)))
    np.testing.assert_array_equal(by_folder, by_names)


def test_the_result_is_no_source(tmp_path, folder):
    out = tmp_path / "stack"
    out.mkdir()
    for number in (8, 9):
        images.write(out / f"{number}.png", images.read(folder / f"bee{number}.png"))
    for _ in "ab":
        done, _ = fused(out / "fused.png", out)
        assert "2 frames" in done.stdout


def test_a_folder_without_pictures(tmp_path):
    done = fuse(tmp_path, "-o", tmp_path / "out.png")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tmp_path} holds no picture." in done.stderr


def test_the_summary_says_what_was_done(tmp_path, folder):
    shifted, fixed = ((folder / f"bee{a}.png", folder / f"bee{b}.png") for a, b in ((8, 9), (8, 8)))
    done, picture = fused(tmp_path / "out.png", *shifted)
    frames, alignment = register(Frames(shifted))
    assert f"aligned by up to {alignment.shift:.1f} pixels" in done.stdout
    assert alignment.shift > 1
    expected = method("average").fuse_frames(frames).picture
    np.testing.assert_array_equal(picture, expected)
    assert "already aligned" in fused(tmp_path / "out.png", *fixed)[0].stdout
    done = fuse(*shifted, "-o", tmp_path / "out.png", *AVERAGE, "--align", "none")
    assert "aligned" not in done.stdout
    a, b = (images.read(path).astype(int) for path in shifted)
    np.testing.assert_array_equal(images.read(tmp_path / "out.png"), (a + b + 1) // 2)


def test_options_reach_the_alignment(tmp_path, folder):
    out, sources = tmp_path / "out.png", [folder / f"bee{n}.png" for n in (8, 9, 10)]
    for flags, options in (
        (("--align", "homography"), {"align": "homography"}),
        (("--level", "--keep-frame"), {"level": True, "keep_frame": True}),
    ):
        assert fuse(*sources, "-o", out, *AVERAGE, *flags).returncode == 0
        frames, _ = register(Frames(sources), **options)
        expected = method("average").fuse_frames(frames).picture
        np.testing.assert_array_equal(images.read(out), expected)


def test_what_does_not_fit_is_named_and_left_out_on_request(tmp_path, folder, with_another):
    out = tmp_path / "out.png"
    done = fuse(*with_another, "-o", out, *AVERAGE)
    assert (done.returncode, done.stdout, out.exists()) == (2, "", False)
    assert f"{with_another[-1]} cannot be registered to {with_another[1]}" in done.stderr
    done = fuse(*with_another, "-o", out, *AVERAGE, "--skip-bad")
    assert done.returncode == 0, done.stderr
    summary, warning = done.stdout.splitlines()
    assert "3 frames" in summary
    assert warning == f"{with_another[-1]} cannot be registered and is left out."
    _, without = fused(tmp_path / "three.png", *with_another[:-1])
    np.testing.assert_array_equal(images.read(out), without)


def test_batch_aligns_as_fuse_does(tmp_path, folder):
    (tmp_path / "in").mkdir()
    for letter, number in zip("AB", (8, 9)):
        image = images.read(folder / f"bee{number}.png")
        images.write(tmp_path / f"in/bee_{letter}.png", image)
    done = run_here("batch", tmp_path / "in", "-o", tmp_path / "out", *AVERAGE, "--jobs", 1)
    assert done.returncode == 0, done.stderr
    _, expected = fused(tmp_path / "one.png", folder / "bee8.png", folder / "bee9.png")
    np.testing.assert_array_equal(images.read(tmp_path / "out/bee.png"), expected)


def test_batch_says_what_is_left_out(tmp_path, with_another):
    (tmp_path / "in/bee").mkdir(parents=True)
    for number, path in enumerate(with_another):
        images.write(tmp_path / f"in/bee/{number}.png", images.read(path))
    out = tmp_path / "out"
    done = run_here("batch", tmp_path / "in", "-o", out, *AVERAGE, "--skip-bad", "--jobs", 1)
    assert done.returncode == 0, done.stderr
    assert (
        f"bee: {tmp_path / 'in/bee/3.png'} cannot be registered and is left out.\n" in done.stderr
    )


def test_sixteen_bits_and_gray(tmp_path, folder):
    paths = [tmp_path / "a.tif", tmp_path / "b.tif"]
    for path, number in zip(paths, (8, 9)):
        gray = cv2.cvtColor(images.read(folder / f"bee{number}.png"), cv2.COLOR_RGB2GRAY)
        images.write(path, gray.astype(np.uint16) * 257)
    _, picture = fused(tmp_path / "out.tif", *paths)
    assert (picture.ndim, picture.dtype) == (2, np.uint16)
