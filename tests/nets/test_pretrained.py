import numpy as np
import pytest

from twostream import fuse
from twostream.engines import read
from twostream.evaluation.demo import SCENES, average, scene_pair
from twostream.nets.pretrained import NETS, PAPER_NET, files_of


@pytest.mark.parametrize("name", NETS)
def test_shipped_weights_fit_and_beat_the_average(name):
    read(*files_of(name))
    scene = next(scene for scene in SCENES if scene.name == "camera")
    a, b, clean = (picture[100:260, 180:340] for picture in scene_pair(scene))
    fused = fuse([a, b], "two_stream", weights=name)
    gain = np.log10(error(average(a, b), clean) / error(fused, clean))
    assert 10 * gain > 6


def error(picture, clean):
    return np.mean((picture.astype(float) - clean) ** 2)


def test_files_of_a_net():
    assert files_of() == files_of("wide") == NETS["wide"]
    assert files_of("fast")[0] != PAPER_NET
    assert files_of("fast", "mine.prototxt") == ("mine.prototxt", NETS["fast"][1])
    assert files_of("mine.caffemodel") == (PAPER_NET, "mine.caffemodel")
