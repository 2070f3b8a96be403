"""Dark frames and flat fields of whole stacks: fuse, batch, record and replay."""

import json
import shutil

import numpy as np
import pytest
import tifffile
from ramp_stack import ramp_stack
from run_tool import refused, run_here, works

import twostream
from twostream.io import images

SHAPE = (96, 320)
HOW = ("--method", "laplacian_pyramid", "--quiet")


@pytest.fixture
def shot(tmp_path, rng):
    """Folder of a stack, its dark frame and its flat field, as a camera takes them; the scene."""
    clean = [frame[..., 0].astype(np.uint16) * 100 for frame in ramp_stack(4, SHAPE)[0]]
    dark = rng.integers(900, 1100, SHAPE).astype(np.uint16)
    dark[rng.random(SHAPE) < 0.001] = 40000
    vignette = np.linspace(0.5, 1.5, SHAPE[1])
    folder = tmp_path / "shot"
    folder.mkdir()
    for number, frame in enumerate(clean):
        taken = np.minimum(frame * vignette + dark, 65535).astype(np.uint16)
        images.write(folder / f"s{number}.tif", taken)
    images.write(folder / "dark.tif", dark)
    images.write(folder / "flat.tif", (20000 * vignette + dark).astype(np.uint16))
    return folder, clean


def corrections(folder):
    return ["--dark", folder / "dark.tif", "--flat", folder / "flat.tif"]


def test_a_corrected_stack_is_fused_as_a_clean_one(tmp_path, shot):
    folder, clean = shot
    works("fuse", folder, *corrections(folder), "-o", tmp_path / "o.tif", *HOW)
    fused = images.read(tmp_path / "o.tif").astype(float)
    expected = twostream.stack(clean, method="laplacian_pyramid").image.astype(float)
    assert np.percentile(np.abs(fused - expected), 99) < 100
    raw = [images.read(folder / f"s{number}.tif") for number in range(4)]
    files = {name: folder / f"{name}.tif" for name in ("dark", "flat")}
    found = twostream.stack(raw, method="laplacian_pyramid", **files).image
    np.testing.assert_array_equal(found, fused)


def test_replay_repeats_the_correction(tmp_path, shot):
    folder, _ = shot
    how = [*corrections(folder), "-o", tmp_path / "o.tif", "-q"]
    record = folder / "made.json"
    works("fuse", folder, *how, "--record", record)
    entries = json.loads(record.read_text())["corrections"]
    assert {name: one["path"] for name, one in entries.items()} == {
        "dark": "dark.tif",
        "flat": "flat.tif",
    }
    frames = sorted(folder.glob("s*.tif"))
    works("replay", record, *frames, "-o", tmp_path / "again.tif", "-q")
    assert (tmp_path / "again.tif").read_bytes() == (tmp_path / "o.tif").read_bytes()
    shutil.copy(folder / "flat.tif", folder / "dark.tif")
    refused("dark.tif is not the file that", "replay", record, *frames, "-o", tmp_path / "n.tif")
    images.write(tmp_path / "black.tif", np.zeros(SHAPE, np.uint16))
    works(
        "replay", record, *frames, "-o", tmp_path / "n.tif", "--dark", tmp_path / "black.tif", "-q"
    )
    assert (images.read(tmp_path / "n.tif") != images.read(tmp_path / "o.tif")).mean() > 0.9


def test_a_record_names_no_file_outside_its_folder(tmp_path, shot):
    folder, _ = shot
    (tmp_path / "records").mkdir()
    record = tmp_path / "records/made.json"
    works("fuse", folder, *corrections(folder), "-o", tmp_path / "o.tif", "--record", record, "-q")
    frames = sorted(folder.glob("s*.tif"))
    refused("outside its folder", "replay", record, *frames, "-o", tmp_path / "n.tif")
    given = [corrections(folder), ["--trust-record"]]
    for n, how in enumerate(given):
        works("replay", record, *frames, "-o", tmp_path / f"n{n}.tif", *how, "-q")
        assert (tmp_path / f"n{n}.tif").read_bytes() == (tmp_path / "o.tif").read_bytes()


def test_batch_corrects_and_fuses_again_when_the_flat_field_changes(tmp_path, shot):
    folder, _ = shot
    command = ["batch", folder, "-o", tmp_path / "out", *corrections(folder), *HOW[:2], "--jobs", 1]
    assert works(*command).stdout.endswith("1 of 1 sets fused.\n")
    works("fuse", folder, *corrections(folder), "-o", tmp_path / "o.tif", *HOW)
    made = images.read(tmp_path / "out/s.tif")
    np.testing.assert_array_equal(made, images.read(tmp_path / "o.tif"))
    assert "1 of them before" in works(*command).stdout
    images.write(folder / "flat.tif", images.read(folder / "flat.tif") // 2 + 9000)
    assert "before" not in works(*command).stdout
    assert (images.read(tmp_path / "out/s.tif") != made).any()


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (np.zeros((90, 320), np.uint16), "is 320x90 pixels of gray uint16, but "),
        (np.zeros(SHAPE, np.uint8), "is 320x96 pixels of gray uint8, but "),
        (np.zeros((*SHAPE, 3), np.uint16), "is 320x96 pixels of colour uint16, but "),
    ],
)
def test_a_dark_frame_that_does_not_fit_is_named(tmp_path, shot, image, said):
    folder, _ = shot
    for name in ("dark", "flat"):
        (folder / f"{name}.tif").unlink()
    images.write(tmp_path / "d.tif", image)
    dark = ["--dark", tmp_path / "d.tif", "-o", tmp_path / "out"]
    refused(said, "fuse", folder, *dark[:3], tmp_path / "o.tif")
    done = run_here("batch", folder, *dark, "--jobs", 1)
    assert done.returncode == 1
    assert said in done.stderr


def test_a_frame_of_another_size_is_still_left_out(tmp_path, shot):
    folder, _ = shot
    images.write(folder / "s9.tif", np.full((40, 50), 999, np.uint16))
    how = [*corrections(folder), "-o", tmp_path / "o.tif", "--skip-bad"]
    assert "s9.tif is left out: it is 50x40 pixels" in works("fuse", folder, *how).stdout


def test_the_dark_frame_is_never_overwritten(shot):
    folder, _ = shot
    frames, dark = sorted(folder.glob("s*.tif")), folder / "dark.tif"
    refused("would overwrite the input", "fuse", *frames, "--dark", dark, "-o", dark)


def test_channels_are_not_corrected(tmp_path, shot):
    planes, cells = np.zeros((2, 3, 48, 64), np.uint8), tmp_path / "cells.ome.tif"
    tifffile.imwrite(cells, planes, metadata={"axes": "CZYX"})
    how = ["--channel", 0, *corrections(shot[0]), "-o", tmp_path / "o.tif"]
    refused("cannot be used with --channel", "fuse", cells, *how)
