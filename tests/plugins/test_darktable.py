"""The script of darktable, run by Lua with what it calls of darktable in place of darktable."""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from ramp_stack import ramp_stack
from run_tool import PROJECT, run_program

import twostream
from twostream.io import images

SCRIPT = PROJECT / "packaging/darktable/twostream.lua"
STUB = Path(__file__).with_name("darktable_stub.lua")
EXPORT = Path(__file__).with_name("darktable_export.lua")
SETTINGS = "storage_name=twostream", "format_name=tiff"
NAMES = ["b 1.nef", "a'2.nef", 'ä "3" $(x).nef']
TIMES = ["2026:01:01 10:00:00", "2026:01:01 10:00:01", "2026:01:01 10:00:01"]


@pytest.fixture
def lua():
    found = [shutil.which(name) for name in ("lua5.4", "lua5.3", "lua")]
    if not any(found):
        pytest.skip("Lua is not installed")
    return next(filter(None, found))


@pytest.fixture
def exported(tmp_path):
    """Folder of the images, and the files that darktable exports of them."""
    (tmp_path / "my 'photos'").mkdir()
    (tmp_path / "export").mkdir()
    files = [tmp_path / f"export/{Path(name).stem}.tif" for name in NAMES]
    for file, frame in zip(files, ramp_stack(3, (96, 320))[0]):
        images.write(file, frame[..., 0])
    return tmp_path / "my 'photos'", files


def export(lua, command, folder, files):
    """Export images by these files; return the calls of darktable."""
    rows = zip([folder] * 3, NAMES, TIMES, files)
    words = [word for row in [*rows][::-1] for word in row]
    environment = dict(os.environ, PYTHONPATH=str(PROJECT / "python"))
    done = run_program(lua, STUB, SCRIPT, command, *words, env=environment)
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def program(folder, body):
    path = folder / "two 'stream'"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_the_result_is_imported_and_grouped_with_the_first_image(lua, tmp_path, exported):
    folder, files = exported
    arguments = f'printf "%s\\n" "$@" > "{tmp_path}/words"'
    command = program(tmp_path, f'{arguments}; exec "{sys.executable}" -m twostream "$@"')
    expected = twostream.stack([files[0], files[1], files[2]]).image
    result = folder / "b 1_fused.tif"
    calls = export(lua, command, folder, files)
    words = (tmp_path / "words").read_text().splitlines()
    assert words == ["fuse", *map(str, files), "-o", str(result), "--quiet"]
    assert calls[-3:] == [["import", str(result)], ["group", NAMES[0]], calls[-1]]
    np.testing.assert_array_equal(images.read(result), expected)
    assert not any(file.exists() for file in files)


def test_no_earlier_result_is_overwritten(lua, tmp_path, exported):
    folder, files = exported
    (folder / "b 1_fused.tif").write_text("mine")
    command = program(tmp_path, 'for word; do last=$out; out=$word; done; echo made > "$last"')
    calls = export(lua, command, folder, files)
    assert ["import", str(folder / "b 1_fused_2.tif")] in calls
    assert (folder / "b 1_fused.tif").read_text() == "mine"


@pytest.mark.parametrize(
    ("body", "said"), [("echo It cannot be. >&2; exit 2", "It cannot be."), (None, "not found")]
)
def test_a_failure_is_shown_and_nothing_imported(lua, tmp_path, exported, body, said):
    folder, files = exported
    command = program(tmp_path, body) if body else tmp_path / "no command"
    calls = export(lua, command, folder, files)
    assert not [call for call in calls if call[0] == "import"]
    assert said in calls[-1][-1]
    assert not any(file.exists() for file in files)


def test_one_image_is_no_stack(lua, tmp_path, exported):
    folder, files = exported
    calls = export(lua, "twostream", folder, files[:1])
    assert calls[-1] == ["said", "twostream: select two images or more"]


@pytest.mark.skipif(
    not (shutil.which("darktable") and shutil.which("xvfb-run")),
    reason="darktable and xvfb-run are not installed",
)
def test_a_real_darktable_exports_imports_and_groups(tmp_path):
    (tmp_path / "lua").mkdir()
    shutil.copy(SCRIPT, tmp_path / "lua")
    shutil.copy(EXPORT, tmp_path / "luarc")
    exported = "".join(f"plugins/lighttable/export/{one}\n" for one in SETTINGS)
    (tmp_path / "darktablerc").write_text(exported + "ui_last/view=lighttable\n")
    command = f'PYTHONPATH="{PROJECT}/python" exec "{sys.executable}" -m twostream "$@"'
    program(tmp_path, command).rename(tmp_path / "twostream")
    files = [tmp_path / f"s '{number}'.jpg" for number in range(3)]
    for file, frame in zip(files, ramp_stack(3, (96, 320))[0]):
        images.write(file, np.repeat(frame, 3, axis=2))
    (tmp_path / "names").write_text("".join(f"{file}\n" for file in files))
    folders = ["--configdir", tmp_path, "--cachedir", tmp_path, "--library", ":memory:"]
    done = run_program("xvfb-run", "-a", "darktable", *folders, timeout=300)
    images_and_leaders = {"s '0'.jpg\ts '0'.jpg", "s '0'_fused.tif\ts '0'.jpg"}
    said = {*done.stdout.splitlines()}
    assert {"true", *images_and_leaders} <= said, done.stdout + done.stderr
    assert images.read(tmp_path / "s '0'_fused.tif").shape == (96, 320, 3)
