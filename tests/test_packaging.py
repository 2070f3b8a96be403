import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from twostream.io import images

PROJECT = Path(__file__).parents[1]


def test_every_package_is_listed():
    listed = set(
        re.findall(r'^    "(twostream[\w.]*)",$', (PROJECT / "pyproject.toml").read_text(), re.M)
    )
    found = {
        ".".join(path.parent.relative_to(PROJECT / "python").parts)
        for path in (PROJECT / "python").rglob("__init__.py")
    }
    assert listed == found | {"twostream.prototxt", "twostream.weights"}


def test_checksums_of_the_weights():
    readme = (PROJECT / "weights/README.md").read_text()
    for path in (PROJECT / "weights").glob("*.caffemodel"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in readme, path.name


@pytest.mark.skipif(sys.version_info < (3, 10), reason="building a wheel takes a recent pip")
def test_an_installed_wheel_fuses_by_itself(tmp_path):
    for name in (
        "python",
        "prototxt",
        "weights",
        "paper",
        "benchmarks",
    ):  # without a folder build, whose files stay
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
        assert {
            "py.typed",
            "schema.proto",
            *("viewer.html", "viewer.js", "style.css"),
            "two_stream.caffemodel",
            "decision.calibration.json",
            "block_classifiers.json",
        } <= packed
        archive.extractall(tmp_path / "site")
    for name in ("x_A.png", "x_B.png"):
        images.write(tmp_path / name, np.full((24, 24), 7, np.uint8))

    def twostream(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "twostream", *arguments],
            env=dict(os.environ, PYTHONPATH=str(tmp_path / "site")),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert "fuse photographs" in twostream()
    assert "--calibrate" in twostream("completion", "bash")  # of all commands
    twostream("fuse", "x_A.png", "x_B.png", "-o", "fused.png")
    np.testing.assert_array_equal(images.read(tmp_path / "fused.png"), 7)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        twostream("fuse", "x_A.png", "x_B.png", "-o", "fused.png", "--method", "cnn")
    assert "needs weights/cnn.caffemodel of a clone" in failed.value.stderr
    assert len(failed.value.stderr.splitlines()) == 1
    twostream("evaluate", "--pairs", ".", "--methods", "select", "--metrics", "qabf")
    assert "| select |" in (tmp_path / "out/evaluate/tables.md").read_text()
