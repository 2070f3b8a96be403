import os

import pytest
from full_disk import full_disk
from refusal import assert_one_sentence

from twostream.io.atomic import atomic_write


def write(path, text):
    with atomic_write(path) as partial:
        partial.write_text(text)


def write_half(path, failure):
    with atomic_write(path) as partial:
        partial.write_text("half")
        raise failure


def test_file_appears_only_when_whole(tmp_path):
    path = tmp_path / "net.prototxt"
    with atomic_write(path) as partial:
        partial.write_text("whole")
        assert (partial.parent, partial.suffix) == (path.parent, path.suffix)
        assert not path.exists()
    assert path.read_text() == "whole"
    assert os.listdir(tmp_path) == ["net.prototxt"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_failure_leaves_the_old_file_and_no_other(tmp_path, failure):
    path = tmp_path / "file.txt"
    write(path, "older")
    write(path, "old")
    with pytest.raises(failure):
        write_half(path, failure)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_places_that_take_no_file(tmp_path):
    (tmp_path / "taken").mkdir()
    for path in (tmp_path / "absent" / "file.txt", tmp_path / "taken"):
        assert_one_sentence(lambda path: write(path, "text"), path, f"Cannot write {path}: ")
    assert os.listdir(tmp_path) == ["taken"]


def test_full_disk_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "file.txt"
    write(path, "old")
    with full_disk(4096):
        assert_one_sentence(lambda path: write(path, "x" * 5000), path, f"Cannot write {path}: ")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_a_file_that_is_being_written_is_left_alone(tmp_path):
    """Two computers that share a folder may have processes of one number."""
    path = tmp_path / "file.txt"
    with atomic_write(path) as partial:
        partial.write_text("first")
        assert_one_sentence(lambda path: write(path, "second"), path, "another process writes it")
    assert path.read_text() == "first"
