"""Files about the project agree with each other and with the schemas of those who read them."""

import re
import sys
from importlib.util import find_spec

import pytest
from run_tool import PROJECT, run_program, works

import twostream

RECIPE = PROJECT / "packaging/conda/recipe/meta.yaml"
IN_CONDA = {"matplotlib": "matplotlib-base", "opencv-python-headless": "py-opencv"}
"""Package -> its name in conda-forge, where the two differ."""
FORMS = ".github/ISSUE_TEMPLATE"


def version():
    return re.search(r'^version = "(.*)"$', (PROJECT / "pyproject.toml").read_text(), re.M)[1]


@pytest.mark.skipif(not find_spec("check_jsonschema"), reason="check-jsonschema is not installed")
@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ("citation-file-format", ["CITATION.cff"]),
        ("github-issue-forms", [f"{FORMS}/fault.yml", f"{FORMS}/wish.yml"]),
        ("github-issue-config", [f"{FORMS}/config.yml"]),
        ("github-workflows", [".github/workflows/test.yml", ".github/workflows/images.yml"]),
    ],
)
def test_files_follow_their_schema(schema, names):
    check = ("-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *names)
    done = run_program(sys.executable, *check, cwd=PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_changelog_begins_with_what_is_not_released():
    titles = re.findall(r"^## (.*)", (PROJECT / "CHANGELOG.md").read_text(), re.M)
    assert titles[0] == "Unreleased"
    released = [re.fullmatch(r"\[?(\d+\.\d+\.\d+)\]? - \d{4}-\d\d-\d\d", one) for one in titles[1:]]
    assert all(released), titles
    assert not released or released[0][1] == version()


def test_the_command_the_package_and_the_citation_have_the_projects_version():
    assert works("--version").stdout == f"twostream {version()}\n"
    assert twostream.__version__ == version()
    citation = (PROJECT / "CITATION.cff").read_text()
    assert re.search(r"^version: (.*)$", citation, re.M)[1] == version()


def test_the_conda_recipe_has_the_projects_version_and_dependencies():
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    recipe = yaml.safe_load(RECIPE.read_text())
    text = (PROJECT / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = \[(.*?)^\]", text, re.M | re.S)[1]
    named = (re.match(r"([\w-]+)(.*)", one) for one in re.findall(r'"([^"]+)"', listed))
    wanted = {f"{IN_CONDA.get(one[1], one[1])} {one[2]}" for one in named}
    assert recipe["package"]["version"] == version()
    assert set(recipe["requirements"]["run"]) == wanted | {"python >=3.9"}
    assert (RECIPE.parent / recipe["source"]["path"] / "pyproject.toml").exists()
