import cv2
import numpy as np
import pytest

from twostream.methods.dct import ac_energy, fuse


def test_ac_energy_is_that_of_the_block_transform(rng):
    plane = rng.random((24, 40))
    energy = ac_energy(plane)
    for row, column in np.ndindex(3, 5):
        block = plane[8 * row : 8 * row + 8, 8 * column : 8 * column + 8]
        of_transform = (cv2.dct(block) ** 2).sum() / 64 - block.mean() ** 2
        assert energy[row, column] == pytest.approx(of_transform)
        assert energy[row, column] == pytest.approx(block.var())


def published_rule(a, b):
    """Blocks taken from the first picture, as in the authors' code: votes averaged twice."""
    blocks = np.where(ac_energy(a) > ac_energy(b), -1.0, 1.0)
    for _ in range(2):
        padded = np.pad(blocks, 3, mode="symmetric")
        for row, column in np.ndindex(10, 12):
            blocks[row, column] = padded[row : row + 7, column : column + 7].mean()
    return blocks <= 0


def test_choices_are_those_of_the_published_rule(rng):
    # Sources of 80 and 96 pixels, in each of which some areas are stronger.
    strength = cv2.resize(rng.random((4, 5)), (96, 80), interpolation=cv2.INTER_CUBIC)
    a, b = rng.random((80, 96)) * strength, rng.random((80, 96)) * (1 - strength)
    first = published_rule(a, b)
    assert 0.2 < first.mean() < 0.8
    expected = np.where(np.kron(first, np.ones((8, 8))), a, b)
    np.testing.assert_allclose(fuse([a, b]), expected, rtol=0, atol=1e-15)


def test_isolated_block_is_outvoted(rng):
    a, b = 0.5 + 0.01 * rng.random((80, 80)), 0.3 + 0.1 * rng.random((80, 80))
    a[40:48, 40:48] = rng.random((8, 8))
    np.testing.assert_allclose(fuse([a, b]), b, rtol=0, atol=1e-15)
    np.testing.assert_allclose(fuse([a, b], majority=1)[40:48, 40:48], a[40:48, 40:48])


def test_pictures_that_tie_share(rng):
    noise = rng.integers(0, 256, (40, 40)) / 1024
    pictures = [noise, noise + 0.25, noise + 0.5]
    np.testing.assert_allclose(fuse(pictures), noise + 0.25, rtol=0, atol=1e-12)
