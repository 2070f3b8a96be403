"""Methods that take seconds show a progress bar, on a terminal only."""

import io
import sys

import numpy as np
import pytest

from twostream.methods import METHODS


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("name", ["srcnn", "cnn", "nsct", "nsst", "two_stream", "select"])
def test_slow_methods_show_progress_on_a_terminal(name, rng, monkeypatch):
    pair = [rng.integers(0, 256, (40, 48)).astype(np.uint8) for _ in range(2)]
    shown = []
    for stream, progress in ((Terminal(), True), (Terminal(), False), (io.StringIO(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        METHODS[name].fuse(pair, progress=progress)
        shown.append(stream.getvalue())
    assert "0%|" in shown[0]
    assert shown[1:] == ["", ""]
