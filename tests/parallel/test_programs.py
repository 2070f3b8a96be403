import sys

import pytest
from programs_of_others import write_program

from twostream.errors import BadInput
from twostream.parallel.programs import find_program
from twostream.training import run_caffe


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Folder of Python and one on PATH, without programs."""
    found = tmp_path / "python", tmp_path / "path"
    for folder in found:
        folder.mkdir()
    monkeypatch.setattr(sys, "executable", str(found[0] / "python"))
    monkeypatch.setenv("PATH", str(found[1]))
    return found


def test_a_program_next_to_python_comes_before_one_on_path(folders):
    assert find_program("caffe") is None
    on_path = write_program(folders[1] / "caffe", "exit 0")
    assert find_program("caffe") == on_path
    beside = write_program(folders[0] / "caffe", "exit 0")
    assert find_program("caffe") == beside


def test_caffe_is_here_if_its_program_starts(folders):
    assert not run_caffe.caffe_is_here()
    with pytest.raises(BadInput, match="make caffe"):
        run_caffe.caffe_program()
    write_program(folders[1] / "caffe", "exit 2")  # tools/caffe without a root
    assert not run_caffe.caffe_is_here()
    write_program(folders[1] / "caffe", "exit 0")
    assert run_caffe.caffe_is_here()
