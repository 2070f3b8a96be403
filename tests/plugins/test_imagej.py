"""The macro of ImageJ, run by ImageJ itself on a display in memory."""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from ramp_stack import ramp_stack
from run_tool import PROJECT, run_program

import twostream
from twostream.io import images

MACRO = PROJECT / "packaging/imagej/Twostream_Fuse.ijm"
JAR = Path("/usr/share/java/ij.jar")
SHAPE = (96, 320)


@pytest.fixture
def run_macro(tmp_path):
    """Run the macro on a file, with a twostream that writes its arguments."""
    if not (JAR.exists() and shutil.which("java") and shutil.which("xvfb-run")):
        pytest.skip("ImageJ, Java and Xvfb are not all installed")
    program = tmp_path / "bin/twostream"
    program.parent.mkdir()
    call = f'printf "%s\\n" "$@" > "{tmp_path}/words"; exec "{sys.executable}" -m twostream "$@"'
    program.write_text(f"#!/bin/sh\n{call}\n")
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    environment = dict(os.environ, PATH=path, PYTHONPATH=str(PROJECT / "python"), LANG="C.UTF-8")
    java = ["xvfb-run", "-a", "java", f"-Duser.home={tmp_path}", "-cp", JAR, "ij.ImageJ"]

    def run(stack):
        done = run_program(*java, "-batch", MACRO, stack, env=environment, timeout=300)
        words = tmp_path / "words"
        return done.stdout, words.read_text().splitlines() if words.exists() else []

    return run


@pytest.mark.parametrize("axes", ["ZYX", "TYX", "CYX"])
@pytest.mark.parametrize("name", ["plain.tif", "a b/ä 'q' $(x) \"z\".tif"])
def test_the_only_axis_of_a_stack_is_its_focus(tmp_path, run_macro, axes, name):
    frames = np.array([frame[..., 0] for frame in ramp_stack(4, SHAPE)[0]])
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    tifffile.imwrite(path, frames, imagej=True, metadata={"axes": axes})
    _, words = run_macro(path)
    fused = path.with_name(f"{path.stem}_fused.tif")
    depth = path.with_name(f"{path.stem}_depth.tif")
    assert [words[0], *words[2:]] == [
        "fuse",
        "-o",
        str(fused),
        "--depth-map",
        str(depth),
        "--quiet",
    ]
    assert not Path(words[1]).exists()
    expected = twostream.stack([*frames])
    np.testing.assert_array_equal(images.read(fused), expected.image)
    np.testing.assert_array_equal(images.read(depth), expected.depth_map)


def test_the_first_channel_decides_for_the_others(tmp_path, run_macro):
    frames = np.array([frame[..., 0] for frame in ramp_stack(4, SHAPE)[0]])
    cells = np.stack([frames, 255 - frames], axis=1)
    tifffile.imwrite(tmp_path / "cells.tif", cells, imagej=True, metadata={"axes": "ZCYX"})
    _, words = run_macro(tmp_path / "cells.tif")
    assert words[-3:] == ["--channel", "0", "--quiet"]
    assert tifffile.imread(tmp_path / "cells_fused.tif").shape == (2, *SHAPE)


def test_what_twostream_refuses_is_shown(tmp_path, run_macro):
    frames = np.zeros((3, *SHAPE), np.uint8)
    frames[0] = 200
    tifffile.imwrite(tmp_path / "odd.tif", frames, imagej=True, metadata={"axes": "ZYX"})
    said, _ = run_macro(tmp_path / "odd.tif")
    assert "twostream could not fuse odd.tif" in said
    assert "--skip-bad" in said
    assert not (tmp_path / "odd_fused.tif").exists()
