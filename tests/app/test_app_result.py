"""The page's process and the command make the same of the same files."""

import shlex
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tifffile
from run_tool import works

from twostream.app.choice import MAPS, Choice, choice_of
from twostream.app.result import make_result
from twostream.app.sessions import Sessions
from twostream.app.uploads import Limits, link_uploads
from twostream.errors import BadInput
from twostream.io import images


@pytest.fixture
def uploads(tmp_path, monkeypatch, rng):
    """Two deep pictures that differ in their halves."""
    monkeypatch.chdir(tmp_path)  # the process of a job changes it
    (tmp_path / "up").mkdir()
    sharp = rng.integers(0, 2**16, (60, 90)).astype(np.uint16)
    for name, half in (("a.tif", slice(0, 45)), ("b.tif", slice(45, 90))):
        picture = sharp.copy()
        picture[:, half] = 2**15
        images.write(tmp_path / "up" / name, picture)
    return [str(tmp_path / "up" / name) for name in ("a.tif", "b.tif")]


@pytest.fixture
def made(tmp_path_factory, uploads):
    def make(choice, limits=None, side=None, uploads=uploads):
        return make_result(uploads, choice, limits or Limits(), tmp_path_factory.mktemp("r"), side)

    return make


def test_the_files_are_those_of_the_command_that_is_told(made, tmp_path, monkeypatch):
    """Those for the browser have eight bits and one size."""
    result = made(Choice("select", "none", ("focus", "depth", "confidence")))
    monkeypatch.chdir(tmp_path / "up")
    program, *words = shlex.split(result.command)
    assert (program, words[0]) == ("twostream", "fuse")
    works(*words, "--quiet")
    assert result.fused.name == "a_fused.tif"
    assert images.read(result.fused).dtype == np.uint16
    for path in (result.fused, *result.maps):
        assert path.read_bytes() == (tmp_path / "up" / path.name).read_bytes(), path.name
    assert "a_fused.tif: 2 frames of 90x60" in result.lines[0]
    assert [name for name, _ in result.sources] == ["1: a.tif", "2: b.tif"]
    for path in (result.shown, *(path for _, path in result.sources)):
        assert (images.read(path).dtype, images.read(path).shape) == (np.uint8, (60, 90)), path
    name, path = result.shown_maps[0]
    drawn = images.read(path)
    assert (name, drawn[30, 20], drawn[30, 70]) == ("focus", 0, 255)


def test_a_preview_is_reduced_and_leaves_the_uploads(made, uploads):
    before = [Path(path).read_bytes() for path in uploads]
    result = made(Choice("average", "none", ("confidence",)), side=45)
    fused = images.read(result.fused)
    assert (fused.shape, fused.dtype) == ((30, 45), np.uint16)
    assert [name for name, _ in result.sources] == ["1: a.tif", "2: b.tif"]
    assert [Path(path).read_bytes() for path in uploads] == before
    images.write(uploads[1], images.read(uploads[1])[:30, :45])
    with pytest.raises(BadInput, match="differ in size"):
        made(Choice("average"), side=30)


@pytest.mark.parametrize("side", [45, None])
def test_pages_are_sources(made, uploads, tmp_path, side):
    pages = np.stack([images.read(path) for path in uploads])
    tifffile.imwrite(tmp_path / "stack.tif", pages, photometric="minisblack")
    result = made(Choice("average", "none"), side=side, uploads=[str(tmp_path / "stack.tif")])
    names = [name for name, _ in result.sources]
    assert names == ["1: stack.tif (page 1)", "2: stack.tif (page 2)"]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(pictures=1), "There are 2 pictures, more than the limit of 1"),
        (Limits(megabytes=0), "more than the limit of 0 MB"),
        (Limits(megapixels=1), "a.tif declares 1100x1000 pixels, more than the limit of 1 mega"),
    ],
)
def test_limits(made, uploads, limits, said):
    for path in uploads:
        images.write(path, np.zeros((1000, 1100), np.uint8))
    with pytest.raises(BadInput, match=said):
        made(Choice("average"), limits)
    with pytest.raises(BadInput, match="Add two or more pictures first"):
        limits.check_files([])


def test_uploads_of_one_name_keep_apart(tmp_path):
    paths = [tmp_path / folder / "x.png" for folder in "abc"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(path.parent.name)
    (tmp_path / "all").mkdir()
    names = link_uploads(paths, tmp_path / "all", ["X_2.png"])
    assert names == ["x.png", "x_3.png", "x_4.png"]
    assert [(tmp_path / "all" / name).read_text() for name in names] == ["a", "b", "c"]
    with pytest.raises(BadInput, match=r"^gone.png is not here any more"):
        link_uploads([tmp_path / "gone.png"], tmp_path / "all")


def test_only_methods_that_choose_have_all_maps():
    maps = {name: choice_of(name, "auto", MAPS, [], "").maps for name in ("select", "average")}
    assert maps == {"select": ("focus", "depth", "confidence"), "average": ("confidence",)}


@pytest.mark.parametrize(
    ("first", "suffix", "name"),
    [("a.JPG", "", "a_fused.JPG"), ("a.dng", "", "a_fused.tif"), ("a.png", ".jpg", "a_fused.jpg")],
)
def test_the_format_is_the_first_pictures_unless_chosen(first, suffix, name):
    assert Choice(suffix=suffix).output(first) == name


def close(sessions, page):
    """Close a page, and wait until the thread that removes its files has ended."""
    before = set(threading.enumerate())
    sessions.close(page)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)


def test_files_are_removed_with_their_page(tmp_path):
    sessions = Sessions(tmp_path / "results", delay=0)
    uploads = [tmp_path / name / "x.png" for name in ("own", "shared")]
    for path in uploads:
        path.parent.mkdir()
        path.write_text("x")
    sessions.add_uploads("one", uploads)
    sessions.add_uploads("other", uploads[1:])
    first, second = (sessions.new_folder("one") for _ in range(2))
    sessions.keep("one", second)
    assert (first.exists(), second.exists()) == (False, True)
    close(sessions, "one")
    assert [path.exists() for path in (second, *uploads)] == [False, False, True]
    close(sessions, "other")
    assert not uploads[1].exists()


def test_files_outlive_their_page_while_they_may_be_read(tmp_path):
    sessions = Sessions(tmp_path / "results", delay=0.5)
    (tmp_path / "a.png").write_text("a")
    sessions.add_uploads("page", [tmp_path / "a.png"])
    files = tmp_path / "a.png", sessions.new_folder("page")
    sessions.close("page")
    assert all(path.exists() for path in files)
    end = time.monotonic() + 20
    while any(path.exists() for path in files):
        assert time.monotonic() < end
        time.sleep(0.05)
