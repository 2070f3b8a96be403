"""The six scripts of tools/: they run in a clone, installed or not."""

import runpy
import sys

import pytest
from run_tool import PROJECT, run_program

TOOLS = ("evaluate", "figures", "fuse", "make_dataset", "make_prototxt", "train")


def test_there_are_six_of_six_lines():
    found = {path.stem: path.read_text().count("\n") for path in PROJECT.glob("tools/*.py")}
    del found["clone"]
    assert found == dict.fromkeys(TOOLS, 6)


@pytest.mark.parametrize("tool", TOOLS)
def test_it_needs_no_installation_and_without_packages_says_what_to_do(tool):
    call = (f"tools/{tool}.py", "--help")
    done = run_program(sys.executable, "-E", *call, cwd=PROJECT)
    assert (done.returncode, done.stderr, done.stdout[:7]) == (0, "", "usage: ")
    done = run_program(sys.executable, "-E", "-s", "-S", *call, cwd=PROJECT)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert f"{tool}.py: The Python package" in done.stderr
    assert "make setup" in done.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_a_process_that_it_starts_does_not_run_it_again(tool, monkeypatch):
    monkeypatch.syspath_prepend(PROJECT / "tools")
    runpy.run_path(str(PROJECT / f"tools/{tool}.py"), run_name="__mp_main__")
