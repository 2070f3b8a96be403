"""Checks of all Dockerfiles that need no build."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FILES = sorted((PROJECT / "docker").glob("*/Dockerfile"))


def steps(path):
    """Instructions of a Dockerfile, with continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.M).replace("\\\n", " ")
    return [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]


def test_there_are_three():
    assert [path.parent.name for path in FILES] == ["caffe-cuda", "cpu", "cuda"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_what_is_copied_is_there_and_nobody_is_root(path):
    found = steps(path)
    copied = [
        source
        for name, rest in found
        if name == "COPY" and "--from=" not in rest
        for source in [word for word in rest.split() if not word.startswith("--")][:-1]
    ]
    assert copied
    assert all((PROJECT / source).exists() for source in copied)
    users = [rest for name, rest in found if name == "USER"]
    assert users
    assert users[-1] not in ("root", "0")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_base_can_be_another_one_and_is_pinned(path):
    base = next(rest for name, rest in steps(path) if name == "ARG")
    assert re.fullmatch(r"BASE=[\w./-]+:(?!latest)[\w.-]+", base)
    assert {rest.split()[0] for name, rest in steps(path) if name == "FROM"} == {"${BASE}"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_what_is_copied_reaches_the_builder(path):
    sent = re.findall(r"^!(.*)", (PROJECT / ".dockerignore").read_text(), re.M)
    for name, rest in steps(path):
        if name == "COPY" and "--from=" not in rest:
            for source in [word for word in rest.split() if not word.startswith("--")][:-1]:
                known = source == "." or any(f"{source}/".startswith(f"{part}/") for part in sent)
                assert known, source


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_hadolint_finds_nothing(path):
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is not installed: pip install -e '.[dev]'")
    done = subprocess.run([hadolint, path], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("", 0)


def test_every_image_is_in_the_readme():
    readme = (PROJECT / "README.md").read_text()
    for path in FILES:
        assert f"`{path.parent.name}`" in readme, path.parent.name
