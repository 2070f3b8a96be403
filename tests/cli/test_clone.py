import re
import subprocess
import sys

import pytest
from run_tool import PROJECT, run_tool

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
    for path in PROJECT.glob("tools/*.py"):
        if path.name != "clone.py":
            command, package = re.search(
                r'run\("([\w-]+)"(?:, "(\w+)")?\)', path.read_text()
            ).groups()
            assert command in cli.COMMANDS or (PROJECT / f"{package}/{command}.py").exists(), path


def test_a_module_of_the_paper_runs_as_a_tool():
    assert "usage: python -m paper.figures" in run_tool("figures", "--help").stdout
