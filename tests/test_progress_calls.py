"""Progress of a whole stack, step by step."""

import cv2
import numpy as np

import twostream
from twostream.progress import Bar


def test_a_stack_tells_its_steps_and_their_parts(rng, tmp_path):
    noise = rng.integers(0, 256, (96, 128), dtype=np.uint8)
    frames = [cv2.GaussianBlur(noise, (0, 0), width) for width in (1, 2, 3)]
    calls = []
    twostream.stack(frames, progress=lambda *one: calls.append(one))
    assert list(dict.fromkeys(step for step, _, _ in calls)) == ["read", "register", "fuse"]
    for name in ("read", "register", "fuse"):
        parts = [done / total for step, done, total in calls if step == name]
        assert parts == sorted(parts)
        assert (parts[0], round(parts[-1], 9)) == (0, 1)


def test_a_bar_without_a_terminal_counts_and_prints_nothing(capsys):
    calls = []
    assert list(Bar("fuse", 2, lambda *one: calls.append(one)).over("ab")) == ["a", "b"]
    assert calls == [("fuse", 0, 2), ("fuse", 1, 2), ("fuse", 2, 2)]
    assert list(Bar("fuse", 2, True).over("ab")) == ["a", "b"]
    assert capsys.readouterr() == ("", "")
