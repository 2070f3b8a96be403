import cv2
import numpy as np
import pytest
from skimage import data

import twostream as ts
from twostream.alignment.registered import register
from twostream.alignment.uneven_exposure import measure_fields
from twostream.errors import BadInput
from twostream.fusion.frames import Frames

Y, X = np.mgrid[-1:1:256j, -1:1:384j]
KINDS = {
    "vignette": X**2 + Y**2,
    "slope": X - Y / 2,
    "bands": np.cos(7 * Y),
    "upright bands": np.cos(1 + 9 * X),
}


def defocused(dtype=np.uint8):
    """Three frames of a scene that is sharp in another third each, as numbers linear in light."""
    scene = data.coffee()[:256, 100:484].astype(np.float64) * 0.7 + 20
    sigmas = np.abs(np.arange(3)[:, None] - np.arange(3)) * 2.0
    frames = []
    for third in sigmas:
        parts = [cv2.GaussianBlur(scene, (0, 0), s) if s else scene for s in third]
        frames.append(np.hstack([p[:, 128 * n : 128 * n + 128] for n, p in enumerate(parts)]))
    return scene, frames


def as_pixels(frames):
    return [np.rint(frame).astype(np.uint8) for frame in frames]


@pytest.mark.parametrize("power", [1, 2.2], ids=["linear", "sRGB"])
@pytest.mark.parametrize("kind", KINDS)
def test_uneven_exposure_is_matched(kind, power):
    """To a third of what it was, whether pixels are linear in light or not."""
    frames = defocused()[1]
    change = 1 + 0.1 * np.array([-1, 0, 1])[:, None, None] * KINDS[kind]
    uneven = [255 * (f / 255 * c[..., None]) ** (1 / power) for f, c in zip(frames, change)]
    even = [255 * (f / 255) ** (1 / power) for f in frames]
    before = np.std(np.array(uneven) - even)
    levelled = register(Frames(as_pixels(uneven)), "none", level=True)[0]
    assert np.std(np.array(list(levelled)).astype(float) - even) < before / 3


def test_defocus_and_moving_objects_are_not_exposure():
    frames = defocused()[1]
    assert measure_fields(Frames(as_pixels(frames)), [np.eye(3)] * 3) is None
    for number, frame in enumerate(frames):
        frame[40:220, 100 * number + 20 : 100 * number + 100] = 25
    assert measure_fields(Frames(as_pixels(frames)), [np.eye(3)] * 3) is None


def test_clipped_frames_are_not_compared():
    white = np.full((64, 96, 3), 255, np.uint8)
    assert measure_fields(Frames([white, white]), [np.eye(3)] * 2) is None


def test_a_record_keeps_the_uneven_exposure(tmp_path):
    change = 1 + 0.15 * np.array([-1, 0, 1])[:, None, None, None] * KINDS["slope"][..., None]
    frames = as_pixels(np.array(defocused()[1]) * change)
    result = ts.stack(frames, align="none")
    assert "exposure of 3 matched across the frame" in result.summary
    result.record.save(tmp_path / "a.json")
    again = ts.replay(tmp_path / "a.json", frames)
    np.testing.assert_array_equal(again.image, result.image)
    text = (tmp_path / "a.json").read_text()
    number = str(result.record.sources[0].uneven[1][0])
    for wrong in ("1e308", "NaN", "[1]", "9"):
        (tmp_path / "b.json").write_text(text.replace(number, wrong))
        with pytest.raises(BadInput, match="uneven"):
            ts.read_record(tmp_path / "b.json")
