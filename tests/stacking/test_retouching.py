"""Strokes that take a frame: their shape, their record, and the same on other frames."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from run_tool import refused, works

import twostream as ts
from twostream.io import images
from twostream.stacking.retouching import Stroke

DTYPES = np.uint8, np.uint16, np.float32
AS_THEY_ARE = {"align": "none", "level": "none"}
LINE = Stroke(1, 8.0, 0.5, [[20.0, 30.0], [60.0, 30.0]])
DOT = Stroke(0, 5, 0, [[80.0, 10.5]])


def pair_of(dtype, channels=3):
    """Two ramps, of which the second is brighter by a quarter of white."""
    white = np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 1
    ramp = np.tile(np.linspace(0, 0.75, 96)[None, :, None], (64, 1, channels))
    return [(white * (ramp + more)).astype(dtype).squeeze() for more in (0, 0.25)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_stroke_takes_the_frame_and_fades(dtype, channels):
    low, high = pair_of(dtype, channels)
    result = ts.stack([low, high], method="average", **AS_THEY_ARE, strokes=(LINE, DOT))
    plain = ts.stack([low, high], method="average", **AS_THEY_ARE).image
    y, x = np.mgrid[:64, :96] + 0.5
    distance = np.hypot(np.maximum(np.abs(x - 40) - 20, 0), y - 30)
    dot = np.hypot(x - 80, y - 10.5)
    inside, outside = distance < 3.2, (distance > 8.8) & (dot > 6)
    np.testing.assert_array_equal(result.image[inside], high[inside])
    np.testing.assert_array_equal(result.image[outside], plain[outside])
    np.testing.assert_array_equal(result.image[dot < 3.5], low[dot < 3.5])
    weight = (result.image - plain.astype(float)) / (high - plain.astype(float))
    assert (np.diff(weight[30:40, 40], axis=0) <= 0.02).all()
    np.testing.assert_allclose(weight[35, 40], 0.68, atol=0.2)  # 2.5 of 4 pixels of fading left


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Files of two channels, each a pair of frames, sharp at one side."""
    folder, rng = tmp_path_factory.mktemp("pairs"), np.random.default_rng(3)
    for channel in "ab":
        noise = rng.integers(0, 2**16, (64, 96, 3)).astype(np.uint16)
        soft, left = cv2.GaussianBlur(noise, (0, 0), 3), np.arange(96)[:, None] < 48
        images.write(folder / f"{channel}0.tif", np.where(left, noise, soft))
        images.write(folder / f"{channel}1.tif", np.where(left, soft, noise))
    return folder


def of(channel, folder):
    return [folder / f"{channel}{n}.tif" for n in (0, 1)]


def test_a_record_repeats_strokes_on_the_same_frames_and_on_a_second_channel(pairs, tmp_path):
    strokes = (LINE, DOT, replace(LINE, frame=0, points=[[70.0, 50.0]]))
    result = ts.stack(of("a", pairs), strokes=strokes)
    result.record.save(tmp_path / "r.json")
    again = ts.replay(tmp_path / "r.json", of("a", pairs))
    np.testing.assert_array_equal(again.image, result.image)
    np.testing.assert_array_equal(again.focus_map, result.focus_map)
    assert again.strokes == result.strokes

    found = ts.replay(tmp_path / "r.json", of("b", pairs)).image.astype(float)
    replace(result, strokes=()).record.save(tmp_path / "plain.json")
    image = ts.replay(tmp_path / "plain.json", of("b", pairs)).image.astype(np.float32)
    for frame, mask in ((1, LINE), (0, DOT), (0, strokes[2])):
        weight = shown_alone(replace(mask, frame=1))[..., None]
        image = np.rint((1 - weight) * image + weight * images.read(of("b", pairs)[frame]))
    np.testing.assert_allclose(found, image, atol=1)
    assert (found != image).mean() < 1e-3
    assert result.focus_map[50, 70] == 0 != result.decision[50, 70]
    assert result.focus_map[30, 40] == 1 != result.decision[30, 40]


def test_the_depth_is_that_of_the_frame_that_a_stroke_takes(pairs, tmp_path):
    again = Stroke(1, 6.0, 1.0, [[80.0, 50.0]])  # where the decision takes that frame already
    result = ts.stack(of("a", pairs), strokes=(LINE, DOT, again))
    for frame, stroke in ((1, LINE), (0, DOT), (1, again)):
        inside = shown_alone(replace(stroke, frame=1)) > 0.51
        assert inside.sum() > 20
        assert (result.depth_map[inside] == frame).all()
    far = cv2.dilate((result.focus_map != result.decision).astype(np.uint8), np.ones((41, 41))) == 0
    plain = ts.stack(of("a", pairs)).depth_map
    np.testing.assert_allclose(result.depth_map[far], plain[far], atol=0.1)
    result.record.save(tmp_path / "r.json")
    np.testing.assert_array_equal(
        ts.replay(tmp_path / "r.json", of("a", pairs)).depth_map, result.depth_map
    )


def shown_alone(stroke):
    """Weight of a stroke, H x W."""
    frames = pair_of(np.float32, 1)
    plain, stroked = (
        ts.stack(frames, method="average", **AS_THEY_ARE, strokes=strokes).image
        for strokes in ((), (stroke,))
    )
    return (stroked - plain) / (frames[1] - plain)


def test_the_command_retouches_by_a_file_and_by_a_record(pairs, tmp_path):
    entry = {"frame": 1, "radius": 8.0, "softness": 0.5, "points": [[20, 30], [60, 30]]}
    found = {"kind": "twostream strokes 1", "strokes": [entry]}
    (tmp_path / "s.json").write_text(json.dumps(found))
    outputs = ["--focus-map", tmp_path / "focus.png", "--record", tmp_path / "r.json"]
    outputs += ["--depth-map", tmp_path / "depth.tif"]
    a, b = tmp_path / "a.tif", tmp_path / "b.tif"
    said = works("fuse", *of("a", pairs), "-o", a, "--retouch", tmp_path / "s.json", *outputs)
    assert "retouched by 1 stroke" in said.stdout
    works("fuse", *of("a", pairs), "-o", b, "--retouch", tmp_path / "r.json")
    expected = ts.stack(of("a", pairs), strokes=(LINE,))
    for path in (a, b):
        np.testing.assert_array_equal(images.read(path), expected.image)
    np.testing.assert_array_equal(images.read(tmp_path / "focus.png"), expected.focus_map)
    np.testing.assert_array_equal(images.read(tmp_path / "r.focus.png"), expected.decision)
    np.testing.assert_array_equal(images.read(tmp_path / "depth.tif"), expected.depth_map)
    works("replay", tmp_path / "r.json", *of("a", pairs), "-o", b)
    np.testing.assert_array_equal(images.read(b), expected.image)


WRONG = [
    *({"frame": value} for value in (2, -1, 1.0, True, None, "1")),
    *({"radius": value} for value in (0, -3, 1e9, float("nan"), float("inf"), None, "8", True)),
    *({"softness": value} for value in (-0.1, 1.1, float("nan"), None)),
    *({"points": value} for value in ([], [[1]], [[1, 2, 3]], "ab", [[1, None]], {}, None)),
    *({"points": [[x, y]]} for x, y in ((97, 1), (1, 65), (-1, 1), (float("nan"), 1))),
    {"points": [[1, 1]] * 100_001},
    {"more": 1},
]


@pytest.mark.parametrize("change", WRONG)
def test_what_is_no_stroke_is_refused(pairs, tmp_path, change):
    result = ts.stack(of("a", pairs), method="average", strokes=(LINE,))
    result.record.save(tmp_path / "r.json")
    found = json.loads((tmp_path / "r.json").read_text())
    found["strokes"][0].update(change)
    (tmp_path / "r.json").write_text(json.dumps(found))
    with pytest.raises(ts.BadInput, match="is no record of"):
        ts.read_record(tmp_path / "r.json")
    if "more" not in change:
        stroke = replace(LINE, **change)
        with pytest.raises(ts.BadInput, match="strokes do not fit"):
            ts.stack(of("a", pairs), method="average", strokes=(stroke,))


KIND = '"kind": "twostream strokes 1"'


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", f'{{{KIND}, "strokes": 3}}', f'{{{KIND}, {KIND}, "strokes": []}}']
)
def test_what_holds_no_strokes_is_refused(pairs, tmp_path, text):
    (tmp_path / "s.json").write_text(text)
    refused(
        "s.json holds no strokes",
        "fuse",
        *of("a", pairs),
        "-o",
        tmp_path / "x.tif",
        "--retouch",
        tmp_path / "s.json",
    )
    assert not (tmp_path / "x.tif").exists()
