import numpy as np
import pytest

from twostream.alignment.registered import RegisteredFrames
from twostream.fusion.frames import Frames
from twostream.io import frame_files as files
from twostream.io import images
from twostream.methods import method

BYTES = 40 * 50 * 3
"""Of a frame."""


@pytest.fixture
def paths(noise):
    return noise(".", "a.png", "b.png", "c.png")


@pytest.fixture
def reads(monkeypatch):
    """Names of the files in the order in which they are read."""
    names, read = [], images.read
    monkeypatch.setattr(
        files.images, "read", lambda path, *rest: names.append(path.stem) or read(path, *rest)
    )
    return names


def test_frames_are_read_once_as_far_as_there_is_room(paths, reads):
    frames = Frames(paths)
    frames.keep(2 * BYTES)
    for _ in range(3):
        for frame, path in zip(frames, paths):
            np.testing.assert_array_equal(frame, images.read(path))
    assert [reads.count(name) - 3 for name in "abc"] == [1, 1, 3]


def test_less_room_forgets_frames(paths, reads):
    frames = Frames(paths)
    assert list(map(np.shape, frames)) == [(40, 50, 3)] * 3
    frames.keep(BYTES)
    frames.only([0, 2])[1]
    frames[0]
    assert "".join(reads) == "abcc"


def test_an_evicted_frame_is_given_once_more_without_being_read(paths, reads):
    frames = Frames(paths)
    chosen = frames.only([2, 0])
    chosen[0]
    frames.evict()
    np.testing.assert_array_equal(chosen[0], frames[2])
    assert "".join(reads) == "cc"


def test_size_and_type_of_integers_need_few_reads(paths, reads):
    frames = Frames(paths)
    assert frames.dtype == np.uint8
    assert "".join(reads) == "a"
    assert frames.shape == (40, 50, 3)
    assert "".join(reads) == "abc"


def test_a_fusion_reads_each_frame_once_and_forgets_it(paths, reads):
    frames = Frames(paths)
    expected = method("select").fuse([images.read(path) for path in paths], weights="fast")
    reads.clear()
    fused = method("select").fuse_frames(RegisteredFrames(frames), weights="fast")
    np.testing.assert_array_equal(fused.picture, expected)
    assert "".join(reads) == "abc"
    frames[1]
    assert "".join(reads) == "abcb"
