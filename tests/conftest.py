import signal
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # modules that tests share
# Shells ignore it in programs that they start in the background, and so would what tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def noise(tmp_path, rng):
    """Write pictures of noise, by names, into a folder in `tmp_path`; return their paths."""
    from twostream.io import images

    def write(folder, *names, shape=(40, 50, 3)):
        (tmp_path / folder).mkdir(exist_ok=True)
        paths = [tmp_path / folder / name for name in names]
        for path in paths:
            images.write(path, rng.integers(0, 256, shape).astype(np.uint8))
        return paths

    return write
