import os
import re

import pytest
from full_disk import full_disk

from twostream.errors import BadInput
from twostream.io.atomic import atomic_write


def write(path, text):
    with atomic_write(path) as partial:
        partial.write_text(text)


def write_half(path, failure):
    with atomic_write(path) as partial:
        partial.write_text("half")
        raise failure


def assert_unwritable(error, path):
    """The error is one sentence that names the file."""
    assert re.fullmatch(rf"Cannot write {re.escape(str(path))}: [^\n]+\.", str(error.value))


def test_file_appears_only_when_whole(tmp_path):
    path = tmp_path / "net.prototxt"
    with atomic_write(path) as partial:
        partial.write_text("whole")
        assert (partial.parent, partial.suffix) == (path.parent, path.suffix)
        assert not path.exists()
    assert path.read_text() == "whole"
    assert os.listdir(tmp_path) == ["net.prototxt"]


def test_old_file_is_replaced(tmp_path):
    path = tmp_path / "file"
    write(path, "old")
    write(path, "new")
    assert path.read_text() == "new"


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_failure_leaves_the_old_file_and_no_other(tmp_path, failure):
    path = tmp_path / "file.txt"
    write(path, "old")
    with pytest.raises(failure):
        write_half(path, failure)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_missing_folder_is_bad_input(tmp_path):
    path = tmp_path / "absent" / "file.txt"
    with pytest.raises(BadInput) as error:
        write(path, "text")
    assert_unwritable(error, path)
    assert os.listdir(tmp_path) == []


def test_folder_of_that_name_is_bad_input(tmp_path):
    path = tmp_path / "taken"
    path.mkdir()
    with pytest.raises(BadInput) as error:
        write(path, "text")
    assert_unwritable(error, path)
    assert os.listdir(tmp_path) == ["taken"]


def test_full_disk_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "file.txt"
    write(path, "old")
    with pytest.raises(BadInput) as error, full_disk(4096):
        write(path, "x" * 5000)
    assert_unwritable(error, path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]
