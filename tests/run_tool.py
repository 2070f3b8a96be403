"""Tools as on the command line: in a process of their own, or sooner in this one."""

import contextlib
import importlib
import io
import os
import runpy
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from twostream import cli

PROJECT = Path(__file__).parents[1]


def run_tool(name, *arguments):
    """Run a program of tools/ from the project's root; return its output and exit code."""
    return subprocess.run(
        [sys.executable, f"tools/{name}.py", *map(str, arguments)],
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
    command = [str(PROJECT / f"tools/{name}.py"), *map(str, arguments)]
    with contextlib.ExitStack() as changed:
        changed.enter_context(patch.object(sys, "argv", command))
        changed.enter_context(patch.object(sys, "path", [str(PROJECT / "tools"), *sys.path]))
        return _run(name, lambda: runpy.run_path(command[0], run_name="__main__"))


def _run(name, work):
    code, out, err = 0, io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            work()
        except SystemExit as end:
            code = end.code or 0
    return subprocess.CompletedProcess(name, code, out.getvalue(), err.getvalue())
