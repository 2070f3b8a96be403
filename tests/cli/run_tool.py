"""Tools in a process of their own, as on the command line."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def run_tool(name, *arguments):
    """Run a tool of tools/ from the project's root; return what it printed and its exit code."""
    return subprocess.run(
        [sys.executable, f"tools/{name}.py", *map(str, arguments)],
        cwd=PROJECT,
        env=dict(os.environ, PYTHONPATH=str(PROJECT / "python")),
        capture_output=True,
        text=True,
        check=False,
    )
