"""The page's process and the command make the same of the same files."""

import shlex
import threading
from pathlib import Path

import numpy as np
import pytest
import tifffile

from twostream.app.choice import MAPS, Choice, choice_of
from twostream.app.result import make_result
from twostream.app.sessions import Sessions
from twostream.app.uploads import Limits, link_uploads
from twostream.cli import fuse
from twostream.errors import BadInput
from twostream.io import images


@pytest.fixture
def uploads(tmp_path, monkeypatch, rng):
    """Two deep pictures that differ in their halves, and a folder for the result."""
    monkeypatch.chdir(tmp_path)  # the process of a job changes it
    (tmp_path / "up").mkdir()
    (tmp_path / "result").mkdir()
    sharp = rng.integers(0, 2**16, (60, 90)).astype(np.uint16)
    for name, half in (("a.tif", slice(0, 45)), ("b.tif", slice(45, 90))):
        picture = sharp.copy()
        picture[:, half] = 2**15
        images.write(tmp_path / "up" / name, picture)
    return [str(tmp_path / "up" / name) for name in ("a.tif", "b.tif")]


def made(uploads, choice, limits=None, side=None):
    folder = Path(uploads[0]).parents[1] / "result"
    return make_result(uploads, choice, limits or Limits(), folder, side)


def test_the_files_are_those_of_the_command_that_is_told(uploads, tmp_path, monkeypatch):
    result = made(uploads, Choice("select", "none", ("focus", "depth", "confidence")))
    monkeypatch.chdir(tmp_path / "up")
    program, command, *words = shlex.split(result.command)
    assert (program, command) == ("twostream", "fuse")
    fuse.main(fuse.arguments().parse_args([*words, "--quiet"]))
    assert result.fused.name == "a_fused.tif"
    assert images.read(result.fused).dtype == np.uint16
    for path in (result.fused, *result.maps):
        assert path.read_bytes() == (tmp_path / "up" / path.name).read_bytes(), path.name
    assert "a_fused.tif: 2 frames of 90x60" in result.lines[0]


def test_pictures_for_the_browser_have_eight_bits_and_one_size(uploads):
    result = made(uploads, Choice("select", "none", ("focus",)))
    assert [name for name, _ in result.sources] == ["1: a.tif", "2: b.tif"]
    for path in (result.shown, *(path for _, path in result.sources)):
        assert (images.read(path).dtype, images.read(path).shape) == (np.uint8, (60, 90)), path
    ((name, path),) = result.shown_maps
    drawn = images.read(path)
    assert (name, drawn[30, 20], drawn[30, 70]) == ("focus", 0, 255)


def test_a_preview_is_reduced_and_leaves_the_uploads(uploads):
    before = [Path(path).read_bytes() for path in uploads]
    result = made(uploads, Choice("average", "none", ("confidence",)), side=45)
    assert images.read(result.fused).shape == (30, 45)
    assert images.read(result.fused).dtype == np.uint16
    assert [name for name, _ in result.sources] == ["1: a.tif", "2: b.tif"]
    assert [Path(path).read_bytes() for path in uploads] == before


def test_pages_are_sources(uploads, tmp_path):
    pages = np.stack([images.read(path) for path in uploads])
    tifffile.imwrite(tmp_path / "up" / "stack.tif", pages, photometric="minisblack")
    for side in (45, None):
        stack = [str(tmp_path / "up" / "stack.tif")]
        folder = tmp_path / f"of {side}"
        folder.mkdir()
        choice = Choice("average", "none")
        result = make_result(stack, choice, Limits(), folder, side)
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
def test_limits(uploads, limits, said):
    for path in uploads:
        images.write(path, np.zeros((1000, 1100), np.uint8))
    with pytest.raises(BadInput, match=said):
        made(uploads, Choice("average"), limits)


def test_previews_find_different_sizes_too(uploads):
    images.write(uploads[1], images.read(uploads[1])[:30, :45])
    with pytest.raises(BadInput, match="differ in size"):
        made(uploads, Choice("average"), side=30)


def test_no_upload_is_told():
    with pytest.raises(BadInput, match="Add two or more pictures first"):
        Limits().check_files([])


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
