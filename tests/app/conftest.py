"""A server, a visitor of its page, and pictures to send."""

import cv2
import numpy as np
import pytest
from app_server import Server, Visitor

from twostream.io import images


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("server"), "--max-megapixels=1")
    yield started
    assert started.end() == 0
    assert not list(started.files.iterdir())


@pytest.fixture
def visitor(server):
    found = Visitor(server)
    yield found
    found.post("/bye")


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Paths of three pictures, each blurred in another third."""
    folder, rng = tmp_path_factory.mktemp("sources"), np.random.default_rng(0)
    noise, paths = rng.integers(0, 2**16, (60, 90)).astype(np.uint16), []
    sharp, blurred = (cv2.GaussianBlur(noise, (0, 0), width) for width in (1, 2))
    for n in range(3):
        picture = sharp.copy()
        picture[:, 30 * n : 30 * n + 30] = blurred[:, 30 * n : 30 * n + 30]
        paths.append(folder / f"{n}.png")
        images.write(paths[-1], picture)
    return paths
