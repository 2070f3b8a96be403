"""The six scripts of tools/: they run in a clone, installed or not."""

import runpy
import subprocess
import sys

import pytest
from run_tool import PROJECT

TOOLS = ("evaluate", "figures", "fuse", "make_dataset", "make_prototxt", "train")


def test_there_are_six_of_six_lines():
    found = {path.stem: path.read_text().count("\n") for path in PROJECT.glob("tools/*.py")}
    del found["clone"]
    assert found == dict.fromkeys(TOOLS, 6)


def help_of(tool, *flags):
    shown = [sys.executable, *flags, f"tools/{tool}.py", "--help"]
    return subprocess.run(shown, cwd=PROJECT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("tool", TOOLS)
def test_it_needs_no_installation(tool):
    done = help_of(tool, "-E")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ")


@pytest.mark.parametrize("tool", TOOLS)
def test_without_packages_it_says_what_to_do(tool):
    done = help_of(tool, "-E", "-s", "-S")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert f"{tool}.py: The Python package" in done.stderr
    assert "make setup" in done.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_a_process_that_it_starts_does_not_run_it_again(tool, monkeypatch):
    monkeypatch.syspath_prepend(PROJECT / "tools")
    runpy.run_path(str(PROJECT / f"tools/{tool}.py"), run_name="__mp_main__")
