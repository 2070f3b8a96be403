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


def run_program(*command, **options):
    """Run any program; return its output and exit code."""
    command = [str(word) for word in command]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def run_tool(name, *arguments, start=(sys.executable,)):
    """Run ``twostream NAME`` from the project's root; return its output and exit code."""
    environment = dict(os.environ, PYTHONPATH=str(PROJECT / "python"))
    return run_program(*start, "-m", "twostream", name, *arguments, cwd=PROJECT, env=environment)


def run_here(name, *arguments):
    """Do what ``twostream NAME``, or ``python -m NAME`` if it has a dot, does without a process.

    Relative paths are those of this process.
    """
    words = [str(word) for word in arguments]
    module = importlib.import_module(name) if "." in name else None
    code, out, err = 0, io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            if module:
                cli.run(module.main, module.arguments(), words)
            else:
                cli.main([name, *words])
        except SystemExit as end:
            code = end.code or 0
    return subprocess.CompletedProcess(name, code, out.getvalue(), err.getvalue())


def works(name, *arguments):
    """Do what `run_here` does, which must end well."""
    done = run_here(name, *arguments)
    assert done.returncode == 0, done.stderr
    return done


def refused(sentence, name, *arguments):
    """Do what `run_here` does, which must end in one sentence on stderr that has these words."""
    done = run_here(name, *arguments)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert sentence in done.stderr
    assert not done.stdout
    return done
