import numpy as np
import pytest
from run_tool import run_here

from paper.pairs import write_pairs
from twostream.data.defocus import Blur
from twostream.data.photograph import Photograph
from twostream.evaluation.pair_set import read_pair_set
from twostream.io import images


@pytest.fixture
def photographs(tmp_path, rng):
    found = []
    for name in "xyz":
        images.write(tmp_path / f"{name}.png", rng.integers(0, 256, (60, 80, 3)).astype(np.uint8))
        mask = np.zeros((60, 80), np.uint8)
        mask[:, :40] = 255
        images.write(tmp_path / f"{name}_mask.png", mask)
        path = str(tmp_path / f"{name}.png")
        found.append(Photograph(name, path, mask=str(tmp_path / f"{name}_mask.png")))
    return found


def test_a_pair_set_with_its_list(tmp_path, photographs):
    out = tmp_path / "pairs"
    settings = [(Blur(2), 0.0), (Blur(4, "disc"), 1.0)]
    rows = list(write_pairs(photographs, out, settings))
    assert [row["kernel"] for row in rows] == ["gaussian", "disc", "gaussian"]
    assert (out / "pairs.csv").read_text().splitlines() == [
        "name,kernel,sigma,softness",
        "x,gaussian,2,0.0",
        "y,disc,4,1.0",
        "z,gaussian,2,0.0",
    ]
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
    done = run_here("paper.pairs", "--masks", "m")
    assert done.returncode == 2
    assert done.stderr == "python -m paper.pairs: --masks needs --images.\n"
