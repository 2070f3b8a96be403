"""The public names of the package: an example and types for each."""

import doctest
import inspect
import os
import re
import shutil
import sys
import venv

import pytest
from run_tool import PROJECT, run_program

import twostream as ts

OBJECTS = [name for name in ts.__all__ if callable(getattr(ts, name)) and name != "BadInput"]


@pytest.mark.parametrize("name", OBJECTS)
def test_each_has_types_and_an_example_that_runs_and_is_on_the_page(name):
    assert f"::: twostream.{name}\n" in (PROJECT / "docs/api.md").read_text()
    parameters = inspect.signature(getattr(ts, name)).parameters.values()
    assert inspect.Parameter.empty not in {parameter.annotation for parameter in parameters}
    if name == "to_torch":
        pytest.importorskip("torch", reason="PyTorch has no build for this Python")
    found = doctest.DocTestFinder(recurse=False).find(getattr(ts, name), name, globs={})
    assert any(test.examples for test in found), f"{name} has no example"
    assert not any(doctest.DocTestRunner(verbose=False).run(test).failed for test in found)


USE = """
import numpy as np
import twostream as ts

result = ts.stack("photos", align="auto", memory="2GB")
image: np.ndarray = result.image
names: list[int] = result.left_out
result.record.save("out.json")
score: float = ts.metrics.qabf([image, image], ts.fuse([image, image]))
"""
WRONG = 'ts.stack("photos").imgae', "ts.fuse([image], method=3)", "ts.read_record(3)"


@pytest.mark.parametrize("installed", [False, True])
def test_types_are_seen_by_who_uses_the_package(tmp_path, installed):
    """Here, or as a wheel installs it: without the project's settings, found by its py.typed."""
    pytest.importorskip("mypy", reason="mypy is not in this environment")
    options, environment = [], dict(os.environ, MYPYPATH=str(PROJECT / "python"))
    if installed:
        venv.create(tmp_path / "venv", with_pip=False)
        (site,) = (tmp_path / "venv").glob("lib/python*/site-packages")
        shutil.copytree(PROJECT / "python/twostream", site / "twostream")
        options = ["--ignore-missing-imports", "--python-executable", tmp_path / "venv/bin/python"]
        for name in ("PYTHONPATH", "MYPYPATH"):
            environment.pop(name, None)
    (tmp_path / "use.py").write_text(USE + "\n".join(WRONG) + "\n")
    command = [sys.executable, "-m", "mypy", "--cache-dir", tmp_path / "cache", *options, "use.py"]
    done = run_program(*command, cwd=tmp_path, env=environment)
    found = re.findall(r"^use.py:(\d+): error", done.stdout, re.M)
    wrong_lines = [int(number) - USE.count("\n") for number in found]
    assert wrong_lines == [1, 2, 3], done.stdout + done.stderr
