"""Commands as on the command line: in a process of their own, or sooner in this one."""

import contextlib
import importlib
import io
import os
import subprocess
import sys
from pathlib import Path

from twostream import cli

PROJECT = Path(__file__).parents[1]


def run_tool(name, *arguments):
    """Run ``twostream NAME`` from the project's root; return its output and exit code."""
    return subprocess.run(
        [sys.executable, "-m", "twostream", name, *map(str, arguments)],
        cwd=PROJECT,
        env=dict(os.environ, PYTHONPATH=str(PROJECT / "python")),
        capture_output=True,
        text=True,
        check=False,
    )


def run_module(name, *arguments):
    """Do what ``python -m NAME`` does, without a process: relative paths are those of this one."""
    module = importlib.import_module(name)
    return _run(name, lambda: cli.run(module.main, module.arguments(), [*map(str, arguments)]))


def run_here(name, *arguments):
    """Do what `run_tool` does without a process: relative paths are those of this one."""
    return _run(name, lambda: cli.main([name, *map(str, arguments)]))


def _run(name, work):
    code, out, err = 0, io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            work()
        except SystemExit as end:
            code = end.code or 0
    return subprocess.CompletedProcess(name, code, out.getvalue(), err.getvalue())
