"""Command lines of known programs; those that are installed are run."""

import sys

import pytest

from twostream.errors import BadInput
from twostream.evaluation.demo import SCENES, average, scene_pair
from twostream.evaluation.programs import PRESETS, preset
from twostream.io import images
from twostream.metrics import psnr_rgb


@pytest.fixture
def nothing_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "programs/python"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def install(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_not_installed_is_named(nothing_installed, name):
    with pytest.raises(BadInput, match=f"The program {PRESETS[name].needs[0]} is not installed"):
        preset(name)


@pytest.mark.parametrize("name", PRESETS)
def test_the_command_lines_are_whole(nothing_installed, name):
    install(nothing_installed / "bin/sh")
    for need in PRESETS[name].needs:
        install(nothing_installed / "bin" / need)
        install(nothing_installed / "bin/python")
    program = preset(name)
    program.check()
    assert program.name == name
    assert all("{sources}" not in word or word == "{sources}" for word in program.words)


def test_enfuse_picks_by_contrast(nothing_installed):
    install(nothing_installed / "bin/enfuse")
    assert preset("enfuse").words == (
        str(nothing_installed / "bin/enfuse"),
        "--exposure-weight=0",
        "--saturation-weight=0",
        "--contrast-weight=1",
        "--hard-mask",
        "-o",
        "{out}",
        "{sources}",
    )


def test_what_is_next_to_this_python_comes_first(nothing_installed):
    install(nothing_installed / "bin/focusweave")
    inner = nothing_installed / "programs/focusweave"
    install(inner)
    assert preset("focusweave").words[0] == str(inner)


def test_a_library_is_run_by_the_python_beside_its_program(nothing_installed):
    folder = nothing_installed / "elsewhere/bin"
    install(folder / "shinestacker")
    install(folder / "python")
    (nothing_installed / "bin/shinestacker").symlink_to(folder / "shinestacker")
    assert preset("shinestacker").words[0] == str(folder / "python")


@pytest.mark.parametrize("name", ["enfuse", "openfocus", "focusweave"])
def test_an_installed_program_fuses(tmp_path, name):
    """Better than the mean; the others align the pictures, which may cost more than it gives."""
    try:
        program = preset(name)
    except BadInput as reason:
        pytest.skip(str(reason))
    a, b, clean = scene_pair(next(scene for scene in SCENES if scene.name == "coins"))
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path, image in zip(paths, (a, b)):
        images.write(path, image)
    fused, usage = program.fuse_files(paths)
    assert psnr_rgb(clean, fused) > 3 + psnr_rgb(clean, average(a, b))
    assert usage.peak > 1_000_000
