"""Progress of a whole stack, step by step."""

import cv2
import numpy as np

import twostream
from twostream.progress import Bar


def test_a_stack_tells_its_steps_and_their_parts(rng, tmp_path):
    noise = rng.integers(0, 256, (96, 128), dtype=np.uint8)
    frames = [cv2.GaussianBlur(noise, (0, 0), width) for width in (1, 2, 3)]
    told = []
    twostream.stack(frames, progress=lambda *one: told.append(one))
    assert list(dict.fromkeys(step for step, _, _ in told)) == ["read", "register", "fuse"]
    for name in ("read", "register", "fuse"):
        parts = [done / total for step, done, total in told if step == name]
        assert parts == sorted(parts)
        assert (parts[0], round(parts[-1], 9)) == (0, 1)


def test_a_bar_without_a_terminal_counts_and_prints_nothing(capsys):
    told = []
    assert list(Bar("fuse", 2, lambda *one: told.append(one)).over("ab")) == ["a", "b"]
    assert told == [("fuse", 0, 2), ("fuse", 1, 2), ("fuse", 2, 2)]
    assert list(Bar("fuse", 2, True).over("ab")) == ["a", "b"]
    assert capsys.readouterr() == ("", "")
