"""Bursts of files in a folder, by a clock of the test's own."""

import os
import time

import pytest

from twostream import BadInput
from twostream.stacking.bursts import Bursts


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def put(folder, *names, text="good"):
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)


def read(path):
    if path.read_text() != "good":
        raise BadInput(f"{path.name} is broken.")
    return path.name


def finder(folder, pause=5, but=()):
    return Bursts(folder, pause, but, read)


def names(bursts, now):
    return [[path.name for path in one.files] for one in bursts.look(now)]


def test_a_burst_ends_after_a_pause_and_comes_once(folder):
    bursts = finder(folder)
    assert not names(bursts, 0)
    put(folder, "a9.png", "a10.png", "notes.txt", ".a11.png")
    assert not names(bursts, 1)
    put(folder, "a11.png")
    assert not names(bursts, 5)
    assert not names(bursts, 9)
    assert names(bursts, 10) == [["a9.png", "a10.png", "a11.png"]]
    assert not names(bursts, 20)
    put(folder, "a9.png", text="good")
    os.utime(folder / "a9.png", ns=(1, 1))  # written once more
    put(folder, "a12.png")
    assert not names(bursts, 30)
    assert names(bursts, 35) == [["a9.png", "a12.png"]]


def test_a_growing_file_keeps_its_burst_open(folder):
    bursts = finder(folder)
    put(folder, "a1.png", "a2.png")
    for now, length in enumerate(range(1, 5)):
        put(folder, "a3.png", text="good"[:length])
        assert not names(bursts, 4 * now)
    assert names(bursts, 17) == [["a1.png", "a2.png", "a3.png"]]


def test_a_stalled_copy_is_waited_for_but_not_for_ever(folder):
    bursts = finder(folder)
    put(folder, "a1.png", "a2.png")
    put(folder, "a3.png", "a4.png", text="go")
    assert not [*bursts.look(0)]
    assert not [*bursts.look(6)]
    put(folder, "a3.png")
    assert not [*bursts.look(7)]
    assert not [*bursts.look(14)]
    (burst,) = bursts.look(22)
    assert [path.name for path in burst.files] == ["a1.png", "a2.png", "a3.png"]
    assert burst.unreadable == {folder / "a4.png": "a4.png is broken."}
    assert not [*bursts.look(99)]


def test_folders_are_apart_and_some_are_passed_over(folder):
    out = folder / "out"
    bursts = finder(folder, but=[out, folder / "dark.tif"])
    put(folder, "a.png", "b.png", "dark.tif", "sub/c.png", "out/x.png", ".hidden/y.png")
    assert not names(bursts, 0)
    assert names(bursts, 5) == [["a.png", "b.png"], ["c.png"]]


def test_a_file_that_vanishes_is_forgotten(folder):
    bursts = finder(folder)
    put(folder, "a.png", "b.png", "c.png")
    assert not names(bursts, 0)
    (folder / "b.png").unlink()
    (folder / "d.png").symlink_to(folder / "none.png")
    assert not names(bursts, 4)
    assert names(bursts, 9) == [["a.png", "c.png"]]


def test_what_was_there_before_is_divided_at_its_pauses(folder):
    put(folder, "a1.png", "a2.png")
    time.sleep(0.3)
    put(folder, "a3.png", "a4.png")
    bursts = finder(folder, pause=0.2)
    assert names(bursts, 0) == [["a1.png", "a2.png"]]
    assert names(bursts, 1) == [["a3.png", "a4.png"]]


def test_a_folder_that_is_gone_for_a_while(folder):
    bursts = finder(folder)
    put(folder, "a1.png", "a2.png")
    names(bursts, 0)
    assert names(bursts, 5)
    away = folder.rename(folder.with_name("away"))
    with pytest.raises(BadInput, match="Cannot read the folder"):
        names(bursts, 6)
    away.rename(folder)
    assert not names(bursts, 7)
    assert not names(bursts, 99)
