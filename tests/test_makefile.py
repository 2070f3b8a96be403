"""What the Makefile would run, without running it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from twostream.cli import dataset, evaluate

PROJECT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def arguments_of(tool, *words):
    """Arguments that a tool would be given."""
    done = subprocess.run(
        ["make", "--dry-run", "PYTHON=python3", *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    (found,) = re.findall(rf"^python3 tools/{tool}\.py (.*)", done.stdout.replace("\\\n", ""), re.M)
    return found.split()


def test_the_demos_pairs_are_scored_unless_others_are_named():
    assert arguments_of("evaluate", "evaluate") == ["--pairs", "out/demo"]
    words = arguments_of("evaluate", "evaluate", "PAIRS=a/lytro b", "METHODS=dct select")
    assert words == ["--pairs", "a/lytro", "b", "--methods", "dct", "select"]


def test_only_the_target_readme_table_writes_the_readme():
    """Formerly any folder named lytro did."""
    asked = ("PAIRS=a/lytro a/pairs out/demo",)
    given = evaluate.arguments().parse_args(arguments_of("evaluate", "evaluate", *asked))
    assert given.readme is None
    given = evaluate.arguments().parse_args(arguments_of("evaluate", "readme-table", *asked))
    assert given.readme == Path("README.md")
    assert [str(path) for path in given.pairs] == ["a/lytro", "a/pairs", "out/demo"]


@pytest.mark.parametrize("recipe", ["cnn", "physical", "robust"])
def test_every_recipe_has_its_own_patch_unless_one_is_named(recipe):
    words = arguments_of("make_dataset", "dataset", f"RECIPE={recipe}")
    dataset._check(dataset.arguments().parse_args(words))
    assert "--patch" not in words
    assert "--patch" in arguments_of("make_dataset", "dataset", "PATCH=25")


def test_nothing_beside_the_project_is_looked_for():
    assert "../" not in (PROJECT / "Makefile").read_text()


def test_help_lists_every_target():
    text = (PROJECT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)", text, re.M)[1].split()
    listed = subprocess.run(
        ["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"^  make ([\w-]+) +\w", listed, re.M) == targets
