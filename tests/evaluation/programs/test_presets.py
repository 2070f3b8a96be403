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
def test_command_lines_are_whole_and_what_is_not_installed_is_named(nothing_installed, name):
    with pytest.raises(BadInput, match=f"The program {PRESETS[name].needs[0]} is not installed"):
        preset(name)
    install(nothing_installed / "bin/sh")
    for need in PRESETS[name].needs:
        install(nothing_installed / "bin" / need)
        install(nothing_installed / "bin/python")
    program = preset(name)
    program.check()
    assert program.name == name
    assert all("{sources}" not in word or word == "{sources}" for word in program.words)


def test_enfuse_picks_by_contrast(nothing_installed):
    enfuse = nothing_installed / "bin/enfuse"
    install(enfuse)
    weights = ("--exposure-weight=0", "--saturation-weight=0", "--contrast-weight=1")
    others = ("--hard-mask", "-o", "{out}", "{sources}")
    assert preset("enfuse").words == (str(enfuse), *weights, *others)


def test_which_program_and_which_python_run(nothing_installed):
    """First the one next to this Python; of a library, the Python beside its program."""
    inner = nothing_installed / "programs/focusweave"
    for path in (inner, nothing_installed / "bin/focusweave"):
        install(path)
    assert preset("focusweave").words[0] == str(inner)
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
