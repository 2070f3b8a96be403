from pathlib import Path

import numpy as np
import pytest

from twostream import fuse
from twostream.engines import read
from twostream.errors import BadInput
from twostream.evaluation.demo import SCENES, average, scene_pair
from twostream.nets.pretrained import files_of, names, shipped_files


@pytest.mark.parametrize("name", sorted({*names()} - {"cnn", "srcnn"}))
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
    net, _ = files_of()
    assert files_of() == files_of("two_stream") == shipped_files("two_stream")
    assert net == files_of("paper")[0] != files_of("fast")[0]
    assert files_of("fast", "mine.prototxt") == ("mine.prototxt", files_of("fast")[1])
    assert files_of("mine.caffemodel") == (net, "mine.caffemodel")


def test_every_file_of_weights_has_a_name_and_a_net():
    root = Path(__file__).parents[2]
    assert names() == sorted(file.stem for file in (root / "weights").glob("*.caffemodel"))
    for name in names():
        net, caffemodel = files_of(name)
        assert net.exists()
        assert caffemodel.stem == name


def test_weights_that_are_not_there():
    said = r"no weights 'best'\. Choose one of cnn, colour, .*, wide, or"
    with pytest.raises(BadInput, match=said):
        files_of("best")
