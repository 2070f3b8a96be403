"""Maps and records of ``twostream fuse``, and ``twostream replay``."""

import json
import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from ramp_stack import ramp_stack
from run_tool import PROJECT, refused, run_here, works

from twostream.alignment.registered import RegisteredFrames
from twostream.fusion.frames import Frames
from twostream.io import images
from twostream.methods import method

MAPS = {
    "focus_map": "focus.png",
    "depth_map": "depth.tif",
    "depth_preview": "preview.jpg",
    "confidence_map": "confidence.png",
    "record": "made.json",
}


def options(folder, **names):
    return [x for key, name in names.items() for x in (f"--{key.replace('_', '-')}", folder / name)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Folder of six pictures, of which the fourth of seven is missing."""
    folder = tmp_path_factory.mktemp("stack")
    for n, picture in enumerate(ramp_stack(7, (96, 320))[0]):
        if n != 3:
            images.write(folder / f"s{n}.png", picture[..., 0])
    return folder


@pytest.fixture(scope="module")
def fused(stack, tmp_path_factory):
    """Folder of a fused picture and all that is written besides, and what was printed."""
    out = tmp_path_factory.mktemp("fused")
    more = ("-o", out / "fused.png", "--weights", "fast", "--z-step", "5 um")
    return out, works("fuse", *sorted(stack.iterdir()), *options(out, **MAPS), *more).stdout


@pytest.fixture(scope="module")
def channel(tmp_path_factory):
    """Folder of six pictures of another channel, which show their numbers."""
    folder = tmp_path_factory.mktemp("channel")
    for n in range(6):
        images.write(folder / f"c{n + 7}.png", np.full((96, 320, 3), 40 * n, np.uint8))
    return folder


@pytest.fixture
def changed(fused, tmp_path):
    """Write a changed record beside its focus map, or another one."""

    def write(change, focus=None):
        record = json.loads((fused[0] / "made.json").read_text())
        change(record)
        (tmp_path / "r.json").write_text(json.dumps(record))
        focus = images.read(fused[0] / "focus.png") if focus is None else focus
        images.write(tmp_path / "focus.png", np.ascontiguousarray(focus))
        return tmp_path / "r.json"

    return write


def test_maps_and_advice(fused):
    summary, advice = fused[1].splitlines()
    assert "6 frames of 320x96" in summary
    assert advice.startswith("Nothing is sharp in ")
    assert advice.endswith("add a frame between 3 and 4 (s2.png and s4.png).")
    source, depth, preview, confidence = (
        images.read(fused[0] / name) for name in list(MAPS.values())[:4]
    )
    assert (source.dtype, source.shape) == (np.uint8, (96, 320))
    assert set(np.unique(source)) == set(range(6))
    assert np.mean(np.diff(np.median(source, axis=0)) >= 0) == 1
    assert depth.dtype == np.float32
    assert np.abs(depth / 5e-6 - source).mean() < 0.5
    assert preview.shape == (96, 320, 3)
    levels, counts = np.unique(confidence, return_counts=True)
    assert levels.tolist() == [128, 255]
    assert counts[0] > 0.01 * source.size


def test_depth_as_png_and_focus_map_as_tiff(stack, fused, tmp_path):
    named = options(tmp_path, focus_map="f.tif", depth_map="d.png")
    more = ("-o", tmp_path / "x.png", "--weights", "fast", "-q")
    assert not works("fuse", *sorted(stack.iterdir()), *named, *more).stdout
    depth, focus = images.read(tmp_path / "d.png"), images.read(tmp_path / "f.tif")
    assert depth.dtype == np.uint16
    assert np.abs(depth / 65535 * 5 - images.read(fused[0] / "depth.tif") / 5e-6).max() < 1e-3
    np.testing.assert_array_equal(focus, images.read(fused[0] / "focus.png"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("--focus-map f.png --method average", "--focus-map needs a method that chooses"),
        ("--depth-map f.png --method two_stream", "two_stream mixes them"),
        ("--focus-map f.jpg", "must end in one of .png .tif .tiff"),
        ("--depth-map d.png --z-step 5um", "--z-step needs a --depth-map"),
        ("--z-step 5um", "--z-step needs a --depth-map"),
        ("--confidence-map nowhere/t.png", "there is no folder"),
        ("--record nowhere/r.json", "there is no folder nowhere"),
        ("--focus-map m.png --confidence-map m.png", "Two outputs have the same path"),
        ("--confidence-map out.png", "Two outputs have the same path"),
    ],
)
def test_maps_that_cannot_be(stack, tmp_path, monkeypatch, more, sentence):
    monkeypatch.chdir(tmp_path)
    refused(sentence, "fuse", *sorted(stack.iterdir())[:2], "-o", "out.png", *more.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["5", "um", "-5um", "0um", "1e999m", "5 km", "1.2.3um"])
def test_lengths_that_are_none(stack, tmp_path, text):
    done = run_here("fuse", stack, "-o", tmp_path / "out.png", f"--z-step={text}")
    assert done.returncode == 2
    assert "a length with one of the units" in done.stderr


def test_replay_of_the_same_pictures_is_the_same_picture(stack, fused, tmp_path):
    done = works("replay", fused[0] / "made.json", stack, "-o", tmp_path / "again.png")
    assert len(done.stdout.splitlines()) == 1
    assert (tmp_path / "again.png").read_bytes() == (fused[0] / "fused.png").read_bytes()


def test_replay_of_another_channel_takes_each_pixel_from_the_same_picture(fused, channel, tmp_path):
    """Pictures of one value each: but near boundaries, the result shows the focus map."""
    done = works("replay", fused[0] / "made.json", channel, "-o", tmp_path / "c.png", "-q")
    assert not done.stdout
    source, result = images.read(fused[0] / "focus.png"), images.read(tmp_path / "c.png")
    inside = cv2.erode(source, np.ones((27, 27))) == cv2.dilate(source, np.ones((27, 27)))
    assert inside.mean() > 0.2
    np.testing.assert_array_equal(result[inside] // 40, np.repeat(source[inside][:, None], 3, 1))
    files = sorted(channel.iterdir(), key=lambda path: int(path.stem[1:]))
    frames = RegisteredFrames(Frames(files))
    found = method("select").fuse_frames(frames, source, weights="fast").source
    np.testing.assert_array_equal(found, source)


def test_transforms_and_gains_are_applied(stack, fused, channel, changed, tmp_path):
    def shift(record):
        for n, source in enumerate(record["sources"]):
            source["transform"] = [[1, 0, 3], [0, 1, 0], [0, 0, 1]]
            source["gains"] = [1 + n / 10]
        record["crop"] = [0, 0, 96, 300]

    focus = images.read(fused[0] / "focus.png")[:, 3:303]
    record, plain, levelled = (
        changed(shift, focus),
        tmp_path / "plain.png",
        tmp_path / "levelled.png",
    )
    works("replay", record, stack, "-o", plain, "--no-gains", "-q")
    assert len(works("replay", record, stack, "-o", levelled).stdout.splitlines()) == 1
    plain, levelled = (images.read(path).astype(float) for path in (plain, levelled))
    whole = images.read(fused[0] / "fused.png")[:, 3:303].astype(float)
    assert np.abs(plain - whole)[:, 20:280].mean() < 1
    assert (focus == 4).sum() > 100
    last = (focus == 4) & (plain > 50) & (plain < 160)
    assert np.median(levelled[last] / plain[last]) == pytest.approx(1.4, abs=0.02)
    done = works("replay", record, channel, "-o", tmp_path / "c.png")
    assert "gains of the record have other channels" in done.stdout


def test_replay_says_what_has_changed(stack, changed, tmp_path):
    def other(record):
        record["sources"][2].update(sha256="0" * 64, path=str(stack / "s2.png"))
        record["weights"]["weights/fast.caffemodel"] = "0" * 64
        record["engine"] = "torch"

    replay = ("replay", changed(other), stack, "-o", tmp_path / "again.png")
    refused("weights/fast.caffemodel is not the file that", *replay)
    _, weights, frame, engine = works(*replay, "--trust-record").stdout.splitlines()
    assert frame.endswith("s2.png has changed since it was fused.")
    assert weights == "weights/fast.caffemodel has changed since the record was made."
    assert engine == "The record was made with the engine torch: pixels may differ."


@pytest.mark.parametrize("how", [("--method", "average"), ("--weights", "fast")])
def test_a_record_alone_is_replayed(stack, tmp_path, how):
    """Without a decision the frames are fused again; with one, its focus map is written."""
    sources, record = sorted(stack.iterdir())[:2], tmp_path / "r.json"
    works("fuse", *sources, "-o", tmp_path / "a.png", *how, "--record", record, "-q")
    assert (tmp_path / "r.focus.png").exists() == ("fast" in how)
    assert not works("replay", record, *sources, "-o", tmp_path / "b.png", "-q").stdout
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"focus_map": "none.png"}, "none.png does not exist."),
        ({"focus_map": None}, "names no focus map"),
        ({"crop": [0, 0, 95, 320]}, "is not the focus map of"),
        ({"size": [96, 321]}, "is a record of frames of 321x96; these are 320x96."),
        ({"method": "selekt"}, "did you mean select?"),
        ({"options": {"tile": "x"}}, "has no valid value for the option 'tile'"),
        *(
            ({"options": {"tile": side}}, "has no valid value for the option 'tile'")
            for side in (0, -1, 2**31, True)
        ),
        ({"options": {"progress": 1}}, "has no valid value for the option 'progress'"),
        ({"options": {"color": 1}}, "has no option 'color'"),
        ({"kind": 1}, "is no record of twostream fuse"),
    ],
)
def test_records_that_do_not_fit(stack, changed, tmp_path, change, sentence):
    record = changed(lambda record: record.update(change))
    refused(sentence, "replay", record, stack, "-o", tmp_path / "x.png")
    assert not (tmp_path / "x.png").exists()


def test_pictures_that_do_not_fit(stack, fused, changed, tmp_path):
    record, out = fused[0] / "made.json", ("-o", tmp_path / "x.png")
    fewer = sorted(stack.iterdir())[1:]
    refused("is a record of 6 frames; here are 5.", "replay", record, *fewer, *out)
    refused("holds no image", "replay", record, tmp_path, *out)
    refused("does not exist", "replay", tmp_path / "none.json", stack, *out)
    named = images.read(fused[0] / "focus.png")
    named[3, 4] = 6
    record = changed(lambda _: None, named)
    refused("names frame 6; they go from 0 to 5.", "replay", record, stack, *out)


@pytest.mark.parametrize("entry", ["focus_map", "weights", "prototxt"])
@pytest.mark.parametrize("how", ["absolute", "above", "link"])
def test_a_record_names_files_of_its_own_folder_only(stack, fused, changed, tmp_path, entry, how):
    (tmp_path / "far").mkdir()
    source = {
        "focus_map": fused[0] / "focus.png",
        "weights": PROJECT / "weights" / "two_stream.caffemodel",
        "prototxt": PROJECT / "prototxt" / "fast" / "deploy.prototxt",
    }
    far = Path(shutil.copy(source[entry], tmp_path / "far"))
    record = changed(lambda record: None)
    (tmp_path / "near").mkdir()
    for name in ("r.json", "focus.png"):
        record = (tmp_path / name).rename(tmp_path / "near" / name).parent / "r.json"
    name = {"absolute": str(far), "above": f"../far/{far.name}", "link": "link" + far.suffix}[how]
    (tmp_path / "near" / ("link" + far.suffix)).symlink_to(far)
    found = json.loads(record.read_text())
    (found if entry == "focus_map" else found["options"])[entry] = name
    record.write_text(json.dumps(found))
    replay = ("replay", record, stack, "-o", tmp_path / "x.png")
    refused("which is outside its folder", *replay)
    works(*replay, "--trust-record")


def test_records_name_files_relative_to_themselves(stack, tmp_path, monkeypatch):
    """A record that is moved with its files is replayed elsewhere."""
    monkeypatch.chdir(tmp_path)
    os.mkdir("made")
    shutil.copy(PROJECT / "weights" / "fast.caffemodel", "made/w.caffemodel")
    shutil.copy(PROJECT / "prototxt" / "fast" / "deploy.prototxt", "made/n.prototxt")
    net = ("--weights", "made/w.caffemodel", "--prototxt", "made/n.prototxt")
    sources = sorted(stack.iterdir())[:2]
    works("fuse", *sources, "-o", "a.png", *net, "--record", "made/r.json")
    found = json.loads((tmp_path / "made" / "r.json").read_text())
    assert found["options"]["weights"] == "w.caffemodel"
    os.rename("made", "moved")
    assert len(works("replay", "moved/r.json", *sources, "-o", "b.png").stdout.splitlines()) == 1
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_weights_of_a_record_that_never_end(stack, changed, tmp_path):
    record = changed(lambda record: record["options"].update(weights="/dev/zero"))
    refused("it is a device", "replay", record, stack, "-o", tmp_path / "x.png", "--trust-record")
    record = changed(lambda record: record["options"].update(weights="big.caffemodel"))
    with open(tmp_path / "big.caffemodel", "wb") as file:
        file.truncate(2**40)
    refused("the limit for its kind", "replay", record, stack, "-o", tmp_path / "x.png")
