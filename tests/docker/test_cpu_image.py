"""The CPU image, built and run by buildah on a base image made from Debian's packages."""

import os
import re
import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest
from real_caffe import PROJECT, missing, write_tiny_solver
from skimage import data

pytestmark = [pytest.mark.docker, pytest.mark.caffe]

BUILDAH = str(PROJECT / "docker" / "buildah")
BASE, IMAGE = "localhost/debian:bullseye", "localhost/twostream:cpu"


def run(*command, **options):
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def inside(tmp_path_factory):
    """Run a command in a container as the image's user, with the test's folder as /pictures."""
    require_buildah()
    if not image_is_fresh():
        run(PROJECT / "docker" / "base")
        run(PROJECT / "docker" / "build", "cpu", "--base", BASE, env=buildah_only(tmp_path_factory))
    container = run(BUILDAH, "from", IMAGE).strip()

    def inside(folder, *command, start="/opt/twostream"):
        folder.chmod(0o777)  # the image's user is not root
        mount = f"{folder}:/pictures"
        return run(BUILDAH, "run", "--workingdir", start, "-v", mount, container, "--", *command)

    yield inside
    run(BUILDAH, "rm", container)


def require_buildah():
    if os.geteuid() != 0:
        missing("building an image needs root")
    installed_by_base = os.environ.get("CI") == "true"
    if not installed_by_base and not shutil.which("buildah"):
        missing("buildah is not installed")


def buildah_only(tmp_path_factory):
    """Environment without working docker and podman, which cannot use buildah's base image."""
    broken = tmp_path_factory.mktemp("broken")
    for name in ("docker", "podman"):
        (broken / name).write_text("#!/bin/sh\nexit 1\n")
        (broken / name).chmod(0o755)
    return {**os.environ, "PATH": f"{broken}:{os.environ['PATH']}"}


def image_is_fresh():
    """Whether the image is newer than all files in it."""
    created = subprocess.run(
        [BUILDAH, "inspect", "--type", "image", "--format", "{{.OCIv1.Created.Unix}}", IMAGE],
        capture_output=True,
        text=True,
    )
    return created.returncode == 0 and int(created.stdout) > max(map(os.path.getmtime, context()))


def context():
    """All files in the image: .dockerignore lists their folders after a `!`."""
    yield PROJECT / "docker" / "cpu" / "Dockerfile"
    for line in (PROJECT / ".dockerignore").read_text().splitlines():
        if line.startswith("!"):
            path = PROJECT / line[1:]
            yield path
            yield from (file for file in path.rglob("*") if "__pycache__" not in str(file))


def half_blurred_pair(clean):
    """Make a pair with the left half blurred in A and the right half in B."""
    blurred = cv2.GaussianBlur(clean, (0, 0), 3)
    a, b = clean.copy(), clean.copy()
    half = clean.shape[1] // 2
    a[:, :half], b[:, half:] = blurred[:, :half], blurred[:, half:]
    return a, b


def test_the_user_is_not_root_but_may_write(inside, tmp_path):
    assert inside(tmp_path, "id", "-un").strip() == "fusion"
    inside(tmp_path, "sh", "-c", "mkdir out && touch out/here /pictures/here")
    assert (tmp_path / "here").exists()


def test_caffe_and_the_toolkit_are_there(inside, tmp_path):
    assert "caffe version 1.0.0" in inside(tmp_path, "caffe", "--version")
    code = "import caffe, twostream; print(twostream.__file__)"
    shown = inside(tmp_path, "python3", "-c", code, start="/pictures")
    assert shown.strip() == "/opt/twostream/python/twostream/__init__.py"


def test_caffe_trains(inside, tmp_path):
    write_tiny_solver(tmp_path, iterations=2)
    log = inside(tmp_path, "caffe", "train", "-solver", "solver.prototxt", start="/pictures")
    assert "Iteration 2, loss = " in log
    assert (tmp_path / "tiny_iter_2.caffemodel").stat().st_size > 0


@pytest.mark.parametrize("picture", ["camera", "astronaut"])
def test_pycaffe_in_the_image_fuses_as_onnx_on_the_host(inside, tmp_path, picture):
    clean = getattr(data, picture)()[100:228, 150:310]
    for name, image in zip("AB", half_blurred_pair(clean)):
        cv2.imwrite(str(tmp_path / f"{name}.png"), image)
    fuse = ["tools/fuse.py", "--engine"]
    mounted = ["/pictures/A.png", "/pictures/B.png", "-o", "/pictures/caffe.png"]
    inside(tmp_path, "python3", *fuse, "caffe", *mounted)
    pair = [tmp_path / "A.png", tmp_path / "B.png"]
    run(sys.executable, *fuse, "onnx", *pair, "-o", tmp_path / "onnx.png", cwd=PROJECT)
    caffe, onnx = (
        cv2.imread(str(tmp_path / f"{engine}.png"), cv2.IMREAD_UNCHANGED).astype(int)
        for engine in ("caffe", "onnx")
    )
    assert caffe.shape == clean.shape
    assert np.abs(caffe - onnx).max() <= 1


def test_make_demo(inside, tmp_path):
    shown = inside(tmp_path, "sh", "-c", "make demo && cp -r out/demo /pictures")
    rows = re.findall(r"^(\w+) +([\d.]+) +([\d.]+) +([\d.]+)$", shown, re.MULTILINE)
    assert rows, shown
    assert all(float(select) > float(average) for _, average, _, select in rows)
    assert {f"{name}_fused.png" for name, *_ in rows} <= set(os.listdir(tmp_path / "demo"))
