"""What the Makefile would run, without running it."""

import re
import shutil
from pathlib import Path

import pytest
from run_tool import PROJECT, run_program

from paper import results_table
from twostream.cli import dataset, evaluate, report
from twostream.report.html.markdown import read_page

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def made(*words, folder=PROJECT):
    """What make would run."""
    # The tests are run by make, and a make within it tells the folders that it goes to.
    done = run_program("make", "--no-print-directory", "--dry-run", *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\\\n", "")


def arguments_of(module, *words):
    """Arguments that a module, with a command, would be given."""
    (found,) = re.findall(rf"^python3 -m {module}\b ?(.*)", made("PYTHON=python3", *words), re.M)
    return found.split()


def test_the_demos_pairs_are_scored_unless_others_are_named():
    assert arguments_of("twostream evaluate", "evaluate") == ["--pairs", "out/demo"]
    words = arguments_of("twostream evaluate", "evaluate", "PAIRS=a/lytro b", "METHODS=dct select")
    assert words == ["--pairs", "a/lytro", "b", "--methods", "dct", "select"]


def test_the_report_has_the_tables_that_take_hours():
    words = arguments_of("twostream report", "report", "PAIRS=a out/demo", "METHODS=dct select")
    given = report.arguments().parse_args([word.replace("\\", "") for word in words])
    assert (list(map(str, given.pairs)), given.methods) == (["a", "out/demo"], ["dct", "select"])
    titles = [read_page(PROJECT / page)[0].text for page in given.pages]
    assert titles[:2] == ["Results of all methods", "Does the paper reproduce?"]
    assert "--pages" not in arguments_of("twostream report", "report", "PAIRS=mine")


def test_only_the_target_results_table_writes_the_readme():
    """Formerly any folder named lytro did."""
    asked = "PAIRS=a/lytro a/pairs out/demo"
    evaluate.arguments().parse_args(arguments_of("twostream evaluate", "evaluate", asked))
    words = arguments_of("paper.results_table", "results-table", asked)
    given = results_table.arguments().parse_args(words)
    assert given.page == Path("docs/results.md")
    assert [str(path) for path in given.pairs] == ["a/lytro", "a/pairs", "out/demo"]


@pytest.mark.parametrize("recipe", dataset.RECIPE_NAMES)
def test_every_recipe_has_its_own_patch_and_folder_unless_others_are_named(recipe):
    words = arguments_of("twostream dataset", "dataset", f"RECIPE={recipe}")
    given = dataset.arguments().parse_args(words)
    dataset._check(given)
    assert (given.recipe, given.patch, given.out) == (recipe, None, None)
    assert given.relative or recipe not in ("robust", "physical")  # weights for the loss
    named = arguments_of("twostream dataset", "dataset", "PATCH=25", "OUT=data/mine", "PLANES=gray")
    given = dataset.arguments().parse_args(named)
    assert (given.patch, given.out, given.planes) == (25, Path("data/mine"), "gray")


def test_the_papers_recipe_is_the_default():
    words = arguments_of("twostream dataset", "dataset")
    for arguments in (words, []):
        assert dataset.arguments().parse_args(arguments).recipe == "paper"


def test_designs_are_compared_on_gray_patches_of_the_papers_recipe(tmp_path):
    """Section 3.2; a clone has no data yet."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    lines = made("PYTHON=python3", "ablation", folder=tmp_path)
    calls = re.findall(r"^python3 -m twostream dataset (.*)", lines, re.M)
    given = [dataset.arguments().parse_args(words.split()) for words in calls]
    wanted = {(f"data/gray_{side}", side) for side in (25, 50, 100)}
    assert {(str(one.out), one.patch) for one in given} == wanted
    assert {(one.recipe, one.planes) for one in given} == {("paper", "gray")}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["caffe"], "tools/setup/caffe"),
        (["caffe", "CUDA=1"], 'CUDA=11.8 ARCHITECTURES="" tools/setup/caffe_cuda'),
        (["caffe", "CUDA=13"], 'CUDA=13 ARCHITECTURES="" tools/setup/caffe_cuda'),
        (["docker", "IMAGE=caffe-cuda"], "docker/build caffe-cuda"),
        (
            ["docker", "IMAGE=caffe-cuda", "CUDA=13", "ARCHITECTURES=80 90"],
            "docker/build caffe-cuda --tag caffe-cuda-13 --build-arg CUDA=13 "
            '--build-arg "ARCHITECTURES=80 90"',
        ),
    ],
)
def test_caffe_is_built_on_the_cuda_that_is_named(words, expected):
    assert " ".join(made(*words).split()) == expected


@pytest.mark.parametrize(("target", "extras"), [("demo", []), ("app", ["app"]), ("docs", ["docs"])])
def test_a_fresh_clone_installs_only_what_the_target_needs(tmp_path, target, extras):
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path)
    installed = re.findall(
        r"pip install --quiet -c constraints.txt -e (.*)", made(target, folder=tmp_path)
    )
    assert installed == [".", *(f"'.[{extra}]'" for extra in extras)]


def test_help_lists_every_target():
    text = (PROJECT / "Makefile").read_text()
    assert "../" not in text  # nothing beside the project is looked for
    targets = re.search(r"^\.PHONY: (.*)", text, re.M)[1].split()
    listed = run_program("make", "help", cwd=PROJECT).stdout
    assert re.findall(r"^  make ([\w-]+) +\w", listed, re.M) == targets
