import subprocess
import sys

import pytest
from run_tool import PROJECT

from twostream import cli


@pytest.mark.parametrize("tool", ["fuse", "evaluate", "make_dataset"])
def test_without_packages_a_tool_says_what_to_do(tool):
    bare = [sys.executable, "-E", "-s", "-S", f"tools/{tool}.py", "--help"]
    done = subprocess.run(bare, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert f"{tool}.py: The Python package" in done.stderr
    assert "make setup" in done.stderr


def test_every_tool_runs_a_command():
    started = {
        path.read_text().split('clone.run("')[1].split('"')[0]
        for path in PROJECT.glob("tools/*.py")
        if path.name != "clone.py"
    }
    assert started == set(cli.COMMANDS) - {"completion"}
