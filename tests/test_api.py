"""The public names of the package: an example and types for each."""

import doctest
import inspect
import os
import re
import shutil
import subprocess
import sys
import venv

import pytest
from run_tool import PROJECT

import twostream as ts

OBJECTS = [name for name in ts.__all__ if callable(getattr(ts, name)) and name != "BadInput"]


@pytest.mark.parametrize("name", OBJECTS)
def test_each_has_an_example_that_runs(name):
    if name == "to_torch":
        pytest.importorskip("torch", reason="PyTorch has no build for this Python")
    found = doctest.DocTestFinder(recurse=False).find(getattr(ts, name), name, globs={})
    examples = [example for test in found for example in test.examples]
    assert examples, f"{name} has no example"
    failed = [doctest.DocTestRunner(verbose=False).run(test).failed for test in found]
    assert not any(failed)


@pytest.mark.parametrize("name", OBJECTS)
def test_each_is_on_the_page_and_has_types(name):
    assert f"::: twostream.{name}\n" in (PROJECT / "docs/api.md").read_text()
    one = getattr(ts, name)
    missing = [
        parameter.name
        for parameter in inspect.signature(one).parameters.values()
        if parameter.annotation is inspect.Parameter.empty
    ]
    assert not missing


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


def wrong_lines(tmp_path, *options, env=None):
    """Numbers of the last lines of a program in which mypy finds errors."""
    (tmp_path / "use.py").write_text(USE + "\n".join(WRONG) + "\n")
    command = [sys.executable, "-m", "mypy", "--cache-dir", tmp_path / "cache", *options, "use.py"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    found = re.findall(r"^use.py:(\d+): error", done.stdout, re.M)
    assert found, done.stdout + done.stderr
    return [int(number) - USE.count("\n") for number in found]


def test_types_are_seen_by_who_uses_the_package(tmp_path):
    pytest.importorskip("mypy", reason="mypy is not in this environment")
    assert wrong_lines(tmp_path) == [1, 2, 3]


def test_types_are_seen_in_an_installed_package(tmp_path):
    """As a wheel installs it: without the project's settings, found by its py.typed."""
    pytest.importorskip("mypy", reason="mypy is not in this environment")
    venv.create(tmp_path / "venv", with_pip=False)
    (site,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    shutil.copytree(PROJECT / "python/twostream", site / "twostream")
    options = ("--ignore-missing-imports", "--python-executable", tmp_path / "venv/bin/python")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    assert wrong_lines(tmp_path, *options, env=environment) == [1, 2, 3]
