import numpy as np
import pytest
from run_tool import refused

from paper.pairs import write_pairs
from twostream.data.defocus import Blur
from twostream.data.photograph import Photograph
from twostream.evaluation.pair_set import read_pair_set
from twostream.io import images


@pytest.fixture
def photographs(tmp_path, noise):
    mask = np.zeros((60, 80), np.uint8)
    mask[:, :40] = 255
    images.write(tmp_path / "mask.png", mask)
    paths = noise(".", "x.png", "y.png", "z.png", shape=(60, 80, 3))
    return [Photograph(p.stem, str(p), mask=str(tmp_path / "mask.png")) for p in paths]


def test_a_pair_set_with_its_list(tmp_path, photographs):
    out = tmp_path / "pairs"
    rows = list(write_pairs(photographs, out, [(Blur(2), 0.0), (Blur(4, "disc"), 1.0)]))
    assert [row["kernel"] for row in rows] == ["gaussian", "disc", "gaussian"]
    listed = ["name,kernel,sigma,softness", "x,gaussian,2,0.0", "y,disc,4,1.0", "z,gaussian,2,0.0"]
    assert (out / "pairs.csv").read_text().splitlines() == listed
    pairs = read_pair_set(out)
    assert [pair.name for pair in pairs] == ["x", "y", "z"]
    a, truth = (images.read(path) for path in (pairs[0].sources[0], pairs[0].truth))
    np.testing.assert_array_equal(truth, images.read(photographs[0].path))
    np.testing.assert_array_equal(a[:, 40:], truth[:, 40:])


def test_the_same_seed_gives_the_same_pairs(tmp_path, photographs):
    without_masks = [Photograph(p.name, p.path) for p in photographs]
    for out in ("one", "two"):
        list(write_pairs(without_masks, tmp_path / out, [(Blur(2), 1.0)]))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_masks_need_images():
    said = "python -m paper.pairs: --masks needs --images.\n"
    assert refused(said, "paper.pairs", "--masks", "m").stderr == said
