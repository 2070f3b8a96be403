"""Files that change while their frames are fused."""

import os

import numpy as np
import pytest
from run_tool import refused

from twostream.errors import BadInput
from twostream.fusion.frames import Frames
from twostream.io import images
from twostream.stacking import pipeline

CHANGED = r"b\.bmp has changed while it was fused\."


@pytest.fixture
def paths(noise):
    return noise(".", "a.bmp", "b.bmp", "c.bmp")


def change(path, same_time=True):
    """Replace a picture by another one of the same size, and even of the same time."""
    before = os.stat(path)
    images.write(path, images.read(path)[::-1].copy())
    assert os.stat(path).st_size == before.st_size
    os.utime(path, ns=(0, before.st_mtime_ns if same_time else 1))


@pytest.mark.parametrize("same_time", [True, False])
def test_a_frame_that_is_read_again(paths, same_time):
    frames = Frames(paths)
    frames.keep(0)
    assert len(list(frames)) == 3
    change(paths[1], same_time)
    assert frames[0].shape == (40, 50, 3)
    with pytest.raises(BadInput, match=CHANGED):
        frames.only([0, 1])[1]


def test_a_cached_frame_is_checked_at_the_end(paths):
    frames = Frames(paths)
    assert len(list(frames)) == 3
    os.utime(paths[0], ns=(0, 0))  # touched alone
    frames.check_unchanged()
    change(paths[1], same_time=False)
    with pytest.raises(BadInput, match=CHANGED):
        frames.check_unchanged()


def test_no_result_of_changed_frames_is_written(paths, tmp_path, monkeypatch):
    images.write(paths[1], images.read(paths[0]))
    measure = pipeline.select_frames
    monkeypatch.setattr(
        pipeline, "select_frames", lambda *a: (measure(*a), change(paths[1], False))[0]
    )
    out = tmp_path / "out.png"
    refused("b.bmp has changed", "fuse", *paths[:2], "-o", out, "--method", "average")
    assert not out.exists()


def test_pixels_of_arrays_may_change():
    """They belong to the caller, who may fill them again."""
    arrays = [np.zeros((9, 9), np.uint8), np.ones((9, 9), np.uint8)]
    frames = Frames(arrays)
    assert [int(frame[0, 0, 0]) for frame in frames] == [0, 1]
    arrays[1][:] = 3
    frames.check_unchanged()
