import sys
from argparse import Namespace

import numpy as np
import pytest
from skimage import data

from paper import train_blocks
from twostream import BadInput
from twostream.data.defocus import Blur
from twostream.data.pairs import make_pair
from twostream.data.sources.bundled import DEMO
from twostream.methods import block_classifier
from twostream.methods.block_classifier import CLASSIFIERS, fuse
from twostream.methods.block_features import (
    ALPHA,
    BLOCK,
    EDGE,
    _bands,
    block_features,
    contourlet_features,
)
from twostream.training import block_classifiers


def half_blurred(border=128):
    clean = data.camera()[100:356, 100:356]
    region = np.zeros(clean.shape, bool)
    region[:, :border] = True
    return (*make_pair(clean, region, (Blur(3), Blur(3, "disc"))), clean)


def test_features_by_plain_loops(rng):
    luma = rng.random((40, 70))
    found = block_features(luma)
    assert found.shape == (2, 3, 3)
    block = luma[:32, 32:64]
    mean = sum(block.ravel()) / BLOCK**2
    visibility = sum(abs(pixel - mean) / mean ** (1 + ALPHA) for pixel in block.ravel())
    squares = [(block[y, x] - block[y, x - 1]) ** 2 for y in range(32) for x in range(1, 32)]
    squares += [(block[y, x] - block[y - 1, x]) ** 2 for y in range(1, 32) for x in range(32)]
    frequency = np.sqrt(sum(squares) / (31 * 32))
    np.testing.assert_allclose(found[0, 1, :2], [visibility / BLOCK**2, frequency], rtol=1e-12)
    luma = np.full((32, 64), 0.2)
    luma[:, 16:] = 0.8  # the third feature is the share of edge pixels
    assert block_features(luma)[0, :, 2] == pytest.approx([1 / 32, 0], abs=1 / 512)


def test_contourlet_features_by_plain_loops(rng):
    luma = rng.random((40, 70))
    found = contourlet_features(luma)
    assert found.shape == (2, 3, 5)
    mean = luma[:32, 32:64].mean()
    expected = []
    for band in _bands(np.pad(luma, ((0, 24), (0, 26)), mode="symmetric")):
        block = band[:32, 32:64]
        squares = [(block[y, x] - block[y, x - 1]) ** 2 for y in range(32) for x in range(1, 32)]
        energy = sum(squares) / (31 * 32)
        energy += np.mean([(block[y] - block[y - 1]) ** 2 for y in range(1, 32)])
        size, edges = np.abs(block), np.mean(np.abs(block) > EDGE)
        visibility = size.mean() / mean ** (1 + ALPHA)
        expected.append((visibility, energy**0.5, energy, block.var(), edges))
    assert len(expected) == 12
    np.testing.assert_allclose(found[0, 1], np.mean(expected, axis=0), rtol=1e-9)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_each_block_is_copied_from_one_source(name):
    a, b, _ = half_blurred(border=140)  # crosses blocks
    fused = fuse([a, b], classifier=name)
    assert (fused != a).any()
    for y in range(0, 256, BLOCK):
        for x in range(0, 256, BLOCK):
            block = slice(y, y + BLOCK), slice(x, x + BLOCK)
            assert any((fused[block] == source[block]).all() for source in (a, b))


def test_a_block_follows_the_majority_of_its_neighbours():
    clean = data.camera()[100:260, 100:260]
    spot = np.zeros(clean.shape, bool)
    spot[64:96, 64:96] = True
    a, b = make_pair(clean, spot, (Blur(3), Blur(3)))
    np.testing.assert_array_equal(fuse([a, b]), a)
    with pytest.raises(BadInput, match="no classifier of blocks named 'smv'; did you mean svm"):
        fuse([a, b], classifier="smv")


def test_classifiers_find_larger_features_sharper_and_mostly_agree(rng):
    sharper, differences = np.array([[1.0, 1.0, 1.0], [0.3, 0.5, 0.2]]), rng.normal(0, 1, (2000, 3))
    for name, decide in CLASSIFIERS.items():
        larger = np.ones((1, 5)) if name == "bfcn" else sharper
        assert decide(larger).all()
        assert not decide(-larger).any()
    ann, svm, pnn = (CLASSIFIERS[name](differences) for name in ("ann", "svm", "pnn"))
    for one, other in ((ann, svm), (svm, pnn), (pnn, ann)):
        assert 0.6 < np.mean(one == other) < 1


def test_training_again_gives_the_same_and_shows_no_photograph_of_the_demo(monkeypatch, rng):
    pytest.importorskip("sklearn")
    shown, read = [], block_classifiers.read_image
    monkeypatch.setattr(
        block_classifiers, "read_image", lambda photo: shown.append(photo.name) or read(photo)
    )
    again = block_classifier._arrays(block_classifiers.train_classifiers())
    assert len(shown) >= 5
    assert not DEMO & set(shown)
    differences = {
        name: rng.normal(0, 1, (2000, 5 if name == "bfcn" else 3)) for name in CLASSIFIERS
    }
    before = {name: decide(differences[name]) for name, decide in CLASSIFIERS.items()}
    monkeypatch.setattr(block_classifier, "trained", lambda: again)
    for name, decide in CLASSIFIERS.items():
        assert np.mean(decide(differences[name]) == before[name]) > 0.98


def test_decisions_are_those_of_scikit_learn(monkeypatch, rng):
    pytest.importorskip("sklearn")
    from sklearn.neural_network import MLPClassifier
    from sklearn.svm import SVC

    examples = rng.normal(0, 1, (80, 3))
    first = examples @ (1, 2, 0.5) + rng.normal(0, 0.5, 80) > 0
    ann = MLPClassifier((5,), "tanh", solver="lbfgs", random_state=0, max_iter=2000, alpha=0.1)
    svm = SVC(gamma=block_classifiers.GAMMA)
    numbers = {
        "ann": block_classifiers._ann_numbers(ann.fit(examples, first)),
        "svm": block_classifiers._svm_numbers(svm.fit(examples, first)),
    }
    monkeypatch.setattr(block_classifier, "trained", lambda: block_classifier._arrays(numbers))
    points = rng.normal(0, 1, (500, 3))
    for name, model in (("ann", ann), ("svm", svm)):
        assert np.mean(CLASSIFIERS[name](points) == model.predict(points)) > 0.99


def test_pnn_by_plain_loops(monkeypatch, rng):
    first, second = rng.normal(0, 1, (2, 12, 3)) + np.reshape([0.5, -0.5], (2, 1, 1))
    net = {"first": first, "second": second, "sigma": 0.5}
    monkeypatch.setattr(block_classifier, "trained", lambda: {"pnn": net})
    points = rng.normal(0, 1, (50, 3))

    def density(point, examples):
        return sum(np.exp(-sum((point - example) ** 2) / (2 * 0.5**2)) for example in examples)

    expected = [density(point, first) > density(point, second) for point in points]
    np.testing.assert_array_equal(CLASSIFIERS["pnn"](points), expected)


def test_training_without_scikit_learn(monkeypatch, tmp_path):
    for name in ("sklearn", "sklearn.svm", "sklearn.neural_network"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BadInput, match="Training needs scikit-learn"):
        train_blocks.main(Namespace(out=tmp_path / "numbers.json"))
    assert not list(tmp_path.iterdir())
