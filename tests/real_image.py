"""Container images for the tests, built and run by buildah on a base made of Debian's packages."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import cv2
import numpy as np
from real_caffe import PROJECT, missing

from twostream.io import images

BUILDAH = str(PROJECT / "docker" / "buildah")


@contextmanager
def container(name, suite, broken, *arguments, tag=None):
    """Start a container of an image, built first if it is missing or older than its files.

    `name` is a folder of docker/, `suite` Debian's release that is its base, `broken` an empty
    folder for programs; `arguments` are those of docker/build. Yields a function that runs a
    command as the image's user, or another one, with a folder as /pictures.
    """
    require_buildah()
    image = f"localhost/twostream:{tag or name}"
    if not image_is_fresh(image, name):
        named = ("--tag", tag or name, "--base", f"localhost/debian:{suite}")
        run(PROJECT / "docker" / "base", suite)
        run(PROJECT / "docker" / "build", name, *named, *arguments, env=buildah_only(broken))
    started = run(BUILDAH, "from", image).strip()

    def inside(folder, *command, start="/opt/twostream", user=None, fails=False):
        folder.chmod(0o777)  # the image's user is not root
        options = ["--workingdir", start, "-v", f"{folder}:/pictures"]
        options += ["--user", user] if user else []
        return run(BUILDAH, "run", *options, started, "--", *command, fails=fails)

    try:
        yield inside
    finally:
        run(BUILDAH, "rm", started)


def run(*command, fails=False, **options):
    """Run a command, which must succeed or fail as told, and return what it writes."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    assert (done.returncode != 0) == fails, done.stdout
    return done.stdout


def require_buildah():
    if os.geteuid() != 0:
        missing("building an image needs root")
    if os.environ.get("CI") != "true" and not shutil.which("buildah"):  # docker/base installs it
        missing("buildah is not installed")


def buildah_only(broken):
    """Environment without working docker and podman, which cannot use buildah's base image."""
    for name in ("docker", "podman"):
        (broken / name).write_text("#!/bin/sh\nexit 1\n")
        (broken / name).chmod(0o755)
    return {**os.environ, "PATH": f"{broken}:{os.environ['PATH']}"}


def image_is_fresh(image, name):
    """Whether an image is newer than all files in it, of which docker/`name` is a folder."""
    shown = ["--type", "image", "--format", "{{.OCIv1.Created.Unix}}"]
    created = subprocess.run([BUILDAH, "inspect", *shown, image], capture_output=True, text=True)
    newest = max(map(os.path.getmtime, context(name)))
    return created.returncode == 0 and int(created.stdout) > newest


def context(name):
    """All files in an image: .dockerignore lists their folders after a `!`."""
    yield PROJECT / "docker" / name / "Dockerfile"
    for line in (PROJECT / ".dockerignore").read_text().splitlines():
        if line.startswith("!"):
            path = PROJECT / line[1:]
            yield path
            yield from (file for file in path.rglob("*") if "__pycache__" not in str(file))


def assert_fuses_as_onnx(inside, folder, clean):
    """Compare pycaffe in an image with ONNX Runtime here, on a pair blurred in one half each."""
    blurred, half = cv2.GaussianBlur(clean, (0, 0), 3), clean.shape[1] // 2
    for name, left, right in (("A", blurred, clean), ("B", clean, blurred)):
        images.write(folder / f"{name}.png", np.hstack([left[:, :half], right[:, half:]]))
    fuse = ["twostream", "fuse", "--engine"]
    mounted = ["/pictures/A.png", "/pictures/B.png", "-o", "/pictures/caffe.png"]
    inside(folder, *fuse, "caffe", *mounted)
    pair = [folder / "A.png", folder / "B.png"]
    run(sys.executable, "-m", *fuse, "onnx", *pair, "-o", folder / "onnx.png", cwd=PROJECT)
    caffe, onnx = (images.read(folder / f"{engine}.png") for engine in ("caffe", "onnx"))
    assert caffe.shape == clean.shape
    assert np.abs(caffe.astype(int) - onnx).max() <= 1
