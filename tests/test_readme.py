"""Every command of the README is run, in its order, in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from real_caffe import require_caffe

PROJECT = Path(__file__).parents[1]
ELSEWHERE = {
    "make test": "runs this very test",
    "make docker": "tests/docker builds the image",
}
SHORTER = {
    r"max_iter: \d+": "max_iter: 2",
    r"test_iter: \d+": "test_iter: 1",
    r"display: \d+": "display: 1",
}
"""The training of the README would take weeks: the copy's solver makes two iterations."""
FEWER = {"DRAWS": "1", "METHODS": "average guided_filter cnn two_stream select"}
"""Settings of the Makefile that leave out what is tested elsewhere."""


def commands():
    blocks = re.findall(r"```sh\n(.*?)```", (PROJECT / "README.md").read_text(), re.S)
    return [line for block in blocks for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    if Path(sys.prefix) != PROJECT / ".venv":
        pytest.skip("the README's commands are run by the Python of .venv")
    require_caffe()
    folder = tmp_path_factory.mktemp("readme") / "clone"
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listing.stdout.splitlines():
        if (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    for name in (".venv", ".caffe"):
        if (PROJECT / name).exists():
            (folder / name).symlink_to(PROJECT / name)
    solver = folder / "solver/two_stream_cpu.prototxt"
    text = solver.read_text()
    for long, short in SHORTER.items():
        text = re.sub(long, short, text)
    solver.write_text(text)
    return folder


@pytest.mark.caffe
def test_every_command_works(copy):
    ran = [command for command in commands() if command not in ELSEWHERE]
    assert len(ran) >= 8
    for command in ran:
        done = subprocess.run(
            command,
            shell=True,
            cwd=copy,
            env=dict(os.environ, **FEWER),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    made = ("out/demo/demo.jpg", "fused.png", "fused.tif", "data/two_stream/examples.png")
    for name in (*made, "snapshots/two_stream_iter_2.caffemodel"):
        assert (copy / name).stat().st_size > 0


def test_what_is_not_run_here_is_known():
    assert set(ELSEWHERE) <= set(commands())


def test_links_lead_somewhere():
    text = (PROJECT / "README.md").read_text()
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (PROJECT / target).exists(), target
    for name in re.findall(r"`((?:tools|solver|prototxt|docker|weights)/[\w./]+)`", text):
        assert (PROJECT / name).exists(), name
