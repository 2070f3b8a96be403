"""Names that are no text, pipes and devices, and outputs that are inputs."""

import os
import shutil
import stat

import pytest
from run_tool import PROJECT, refused, run_tool, works

from twostream.io import images

AVERAGE = ("--method", "average", "--align", "none")


@pytest.fixture
def pair(noise):
    return noise("pair", "a.png", "b.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif"])
def test_names_are_bytes(tmp_path, pair, monkeypatch, suffix):
    if suffix == "jpg":  # in a locale of ASCII every name may be no text
        for name, value in (("LC_ALL", "C"), ("PYTHONUTF8", "0"), ("PYTHONCOERCECLOCALE", "0")):
            monkeypatch.setenv(name, value)
    names = [tmp_path / os.fsdecode(b"%c\xff." % c + suffix.encode()) for c in b"abo"]
    for path, name in zip(pair, names):
        images.write(name, images.read(path))
    more = ("--record", tmp_path / "r.json", "--report", tmp_path / "r.html")
    done = run_tool("fuse", *names[:2], "-o", names[2], *more, *AVERAGE)
    assert (done.returncode, done.stderr) == (0, "")
    assert images.read(names[2]).shape == images.read(pair[0]).shape
    names[1].unlink()
    assert "does not exist" in run_tool("fuse", *names[:2], "-o", names[2]).stderr


@pytest.mark.parametrize("name", ["pipe", "/dev/null", "."])
def test_only_regular_files_are_read(tmp_path, pair, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    refused(f"{name}: it is a ", "replay", name, *pair, "-o", "out.png")
    net = ("--method", "two_stream", "--weights", name)
    refused(f"{name}: it is a ", "fuse", *pair, "-o", "out.png", *net)
    if name != ".":
        refused(f"{name}: it is a ", "fuse", name, pair[1], "-o", "out.png")


def test_hidden_files_of_a_folder_are_passed_over(tmp_path, pair):
    for name in ("._a.png", ".x.png", "._.jpg", "..tif"):
        (pair[0].parent / name).write_bytes(b"\0\5\x16\7")
    done = works("fuse", pair[0].parent, "-o", tmp_path / "out.png", *AVERAGE)
    assert "2 frames" in done.stdout
    works(
        "batch", tmp_path / "pair", "-o", tmp_path / "out", "--by", "folders", "--jobs", 1, *AVERAGE
    )


def test_a_pipe_in_a_folder_of_batch_has_no_time(tmp_path, pair):
    for number in (1, 2, 3):
        shutil.copy(pair[0], tmp_path / f"{number}.png")
    os.mkfifo(tmp_path / "4.png")
    done = run_tool("batch", tmp_path, "-o", tmp_path / "out", "--jobs", 1, *AVERAGE)
    assert (done.returncode, done.stderr.count("is a pipe")) == (1, 1)
    assert stat.S_ISFIFO(os.stat(tmp_path / "4.png").st_mode)


def assert_writes_through(link, target, write):
    """Require that a link stays, and that the file it leads to is replaced as a whole."""
    link.symlink_to(target)
    for old in (False, True):  # the target is missing, then there
        old = target.exists() and os.stat(target).st_ino
        write(link)
        assert link.is_symlink()
        assert os.stat(target).st_ino != old
    assert not [left for left in os.listdir(target.parent) if "partial" in left]


def test_outputs_that_are_links_are_written_through(tmp_path, pair):
    (tmp_path / "far").mkdir()
    (tmp_path / "middle.png").symlink_to("far/out.png")
    fuse = lambda link: works("fuse", *pair, "-o", link, *AVERAGE)  # noqa: E731
    assert_writes_through(tmp_path / "link.png", tmp_path / "middle.png", fuse)
    assert (tmp_path / "middle.png").is_symlink()
    assert images.read(tmp_path / "far" / "out.png").shape == images.read(pair[0]).shape


@pytest.mark.parametrize("option", ["-o", "--confidence-map", "--record", "--report"])
def test_outputs_that_are_no_files(tmp_path, pair, option):
    suffix = {"--record": ".json", "--report": ".html"}.get(option, ".png")
    pipe, folder, loop, device = (tmp_path / f"{name}{suffix}" for name in "pfld")
    os.mkfifo(pipe)
    folder.mkdir()
    loop.symlink_to(loop)
    device.symlink_to("/dev/null")
    long = tmp_path / f"{'x' * 255}{suffix}"
    words = ("a pipe", "a folder", "a loop of links", "a device", "File name too long")
    for path, word in zip((pipe, folder, loop, device, long), words):
        refused(word, "fuse", *pair, "-o", tmp_path / "out.png", option, path, *AVERAGE)
    assert stat.S_ISFIFO(os.stat(pipe).st_mode)
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("letter", ["x", "\u00e4"])
def test_names_up_to_the_limit_are_written(tmp_path, pair, letter):
    name = letter * (249 // len(letter.encode()))
    long = tmp_path / f"{name}.png", tmp_path / f"{name}.html"
    works("fuse", *pair, "-o", long[0], "--report", long[1], *AVERAGE)
    assert {path.name for path in long} == set(os.listdir(tmp_path)) - {"pair"}


@pytest.mark.parametrize(
    "options",
    [
        "-o a.png",
        "-o link.png",
        "-o hard.png",
        "-o sub/../b.png",
        "-o out.png --confidence-map a.png",
        "-o out.png --record a.png",
        "-o out.png --method select --record x.json",  # whose focus map is a source
        "-o out.png --method two_stream --weights w.caffemodel --record w.caffemodel",
    ],
)
def test_inputs_are_never_overwritten(tmp_path, pair, monkeypatch, options):
    monkeypatch.chdir(pair[0].parent)
    os.rename("b.png", "x.focus.png")
    os.symlink("x.focus.png", "b.png")
    os.symlink("a.png", "link.png")
    os.link("a.png", "hard.png")
    os.mkdir("sub")
    shutil.copy(PROJECT / "weights" / "fast.caffemodel", "w.caffemodel")
    before = {path: os.stat(path).st_mtime_ns for path in os.listdir()}
    refused("would overwrite the input", "fuse", "a.png", "b.png", *AVERAGE, *options.split())
    assert {path: os.stat(path).st_mtime_ns for path in os.listdir()} == before


def test_a_link_to_a_frame_of_the_folder(tmp_path, pair):
    (tmp_path / "link.png").symlink_to(pair[0])
    words = "would overwrite the input"
    refused(words, "fuse", pair[0].parent, "-o", tmp_path / "link.png", *AVERAGE)


def test_replay_and_batch_overwrite_no_input(tmp_path, pair, monkeypatch):
    monkeypatch.chdir(tmp_path)
    works("fuse", *pair, "-o", "out.png", "--align", "none", "--record", "r.json")
    for output in ("r.focus.png", pair[1]):
        refused("would overwrite the input", "replay", "r.json", *pair, "-o", output)
    os.makedirs("in/sub")
    for name in ("x_A.png", "x_B.png", "x.png", "y.png"):
        shutil.copy(pair[0], f"in/sub/{name}")
    os.mkdir("out")
    os.symlink("../in/sub", "out/sub")
    os.rename("in/sub/y.png", "in/sub/sub.png")
    (tmp_path / "in" / "sub" / "x_C.png").symlink_to("x.png")
    refused("would overwrite the input", "batch", "in", "-o", "out", *AVERAGE)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "bmp"])
def test_only_an_earlier_result_of_a_folder_is_replaced(tmp_path, pair, suffix):
    folder = pair[0].parent
    frame, out = folder / f"frame.{suffix}", folder / f"out.{suffix}"
    shutil.copy(pair[0], pair[1])
    images.write(frame, images.read(pair[0]))
    before = frame.read_bytes()
    refused(f"frame.{suffix} would overwrite", "fuse", folder, *AVERAGE, "-o", frame)
    assert frame.read_bytes() == before
    works("fuse", folder, *AVERAGE, "-o", out)
    if suffix == "bmp":  # which cannot say who wrote it
        refused("out.bmp would overwrite", "fuse", folder, *AVERAGE, "-o", out)
    else:
        assert "3 frames" in works("fuse", folder, *AVERAGE, "-o", out).stdout


def test_the_result_of_another_folder_may_be_a_frame(tmp_path, pair):
    shutil.copy(pair[0], pair[1])
    (tmp_path / "slabs").mkdir()
    slabs = [tmp_path / "slabs" / f"{number}.png" for number in (1, 2)]
    for slab in slabs:
        works("fuse", *pair, *AVERAGE, "-o", slab)
    refused("2.png would overwrite", "fuse", tmp_path / "slabs", *AVERAGE, "-o", slabs[1])
