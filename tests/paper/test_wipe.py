import numpy as np
from PIL import Image, ImageSequence

from paper.wipe import REST, STEPS, write_wipe


def test_goes_from_one_picture_to_the_other_and_back(tmp_path):
    before, after = np.zeros((40, 64, 3), np.uint8), np.zeros((40, 64, 3), np.uint8)
    before[..., 0], after[..., 2] = 200, 180
    write_wipe(tmp_path / "wipe.gif", before, after, 32)
    with Image.open(tmp_path / "wipe.gif") as gif:
        shown = [
            (frame.info["duration"], np.array(frame.convert("RGB")))
            for frame in ImageSequence.Iterator(gif)
        ]
    durations, frames = zip(*shown)
    assert len(frames) == 2 * STEPS
    assert frames[0].shape == (20, 32, 3)
    for number, picture in ((0, before), (STEPS, after)):
        assert durations[number] == REST
        np.testing.assert_allclose(frames[number], picture[:20, :32].astype(int), atol=2)
    half = frames[STEPS // 2]
    np.testing.assert_allclose(half[:, :15], after[:20, :15].astype(int), atol=2)
    assert (half[:, 15:17] == 255).all()
    np.testing.assert_allclose(half[:, 17:], before[:20, :15].astype(int), atol=2)
    np.testing.assert_array_equal(frames[-1], frames[1])
