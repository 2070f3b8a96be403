"""The sets of known truth, made of small pictures."""

import re

import numpy as np
import pytest
from made_photographs import made_supply, write_photographs

from paper.truth.aperture import aperture
from paper.truth.borders import RADII, borders, composites
from paper.truth.degraded import FAULTS
from paper.truth.depth import blur_radius
from paper.truth.material import validation_supply
from paper.truth.sets import RENDERED, write_truth
from twostream.data import dataset
from twostream.data.patches import Recipe
from twostream.data.sources import folder
from twostream.errors import BadInput
from twostream.evaluation.pair_set import read_pair_set
from twostream.io import images


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Folder of the sets, and their examples by set."""
    out = tmp_path_factory.mktemp("truth")
    found = {name: [] for name in (*RENDERED, *FAULTS)}
    for name, example in write_truth(made_supply(), out, count=3):
        found[name].append(example)
    return out, found


def test_near_haze_lies_over_the_sharp_background(rng):
    colours, scene = rng.uniform(0, 1, (2, 80, 80, 3))
    a = np.zeros((80, 80))
    a[:, 40:] = 1
    near, far, clean = composites(colours, a, scene, aperture("disc", 4))
    np.testing.assert_allclose(near[:, 40:], clean[:, 40:], atol=1e-12)
    np.testing.assert_allclose(far[:, :35], clean[:, :35], atol=1e-12)
    beside = np.s_[:, 37:40]  # before the edge no choice of pixels is right
    assert min(np.abs(image[beside] - clean[beside]).mean() for image in (near, far)) > 0.05
    assert np.abs(far[:, 46:] - clean[:, 46:]).mean() > 0.1


def test_borders_take_radii_apertures_and_light_in_turn():
    supply = made_supply()
    made = [borders(supply, number, np.random.default_rng(number)) for number in range(20)]
    assert [int(re.search(r"_r(\d+)_", e.name)[1]) for e in made] == list(RADII) * 4
    for place, radius in enumerate(RADII):
        how = [example.how for example in made[place :: len(RADII)]]
        assert len({text.split(", ")[1] for text in how}) == 3, radius
        assert sum("linear" in text for text in how) == 2, radius


@pytest.mark.parametrize(
    ("name", "frames"), [("borders", 2), ("half", 2), ("depth", 2), ("stacks", 8)]
)
def test_examples_are_what_their_set_says(sets, name, frames):
    for example in sets[1][name]:
        assert len(example.sources) == frames
        assert len(set(example.photographs)) == len(example.photographs)
        assert len({image.shape for image in (*example.sources, example.clean)}) == 1
        assert example.clean.ndim == (2 if name == "half" else 3)
        assert {image.dtype for image in (*example.sources, example.clean)} == {np.dtype("u1")}
        assert 0 < example.band.mean() < 1
        errors = np.square(np.stack(example.sources).astype(float) - example.clean)
        errors = errors.reshape(len(errors), *example.band.shape, -1)
        assert errors.mean(axis=(1, 2, 3)).min() > 1
        if name == "half":  # exact in one source
            assert not errors.min(axis=0).any()
        if name != "stacks":  # away from the band one source is sharp, and another is not
            away = errors.max(axis=3)[:, ~example.band]
            assert np.percentile(away.min(axis=0), 95) <= 4
            assert away.max(axis=0).mean() > 4


def test_each_plane_of_focus_is_sharpest_at_its_own_depth():
    depths = np.linspace(0, 1, 17)
    radii = np.array([blur_radius(depths, (plane + 0.5) / 8, 8, 10) for plane in range(8)])
    assert radii.min(axis=0).max() <= 0.5
    np.testing.assert_array_equal(radii[:, 1::2].argmin(axis=0), np.arange(8))
    assert radii[0, -1] == radii[7, 0] == pytest.approx(10 * (15 / 16 - 0.05))


def test_evaluation_reads_them(sets):
    for name, examples in sets[1].items():
        pairs = read_pair_set(sets[0] / name)
        assert [pair.name for pair in pairs] == [example.name for example in examples]
        for pair, example in zip(pairs, examples):
            read = [images.read(path) for path in (*pair.sources, pair.truth)]
            for image, made in zip(read, (*example.sources, example.clean)):
                made = made[..., :3] if name == "alpha" else made
                np.testing.assert_array_equal(image, made)
            band = images.read(sets[0] / name / f"{pair.name}_band.png")
            np.testing.assert_array_equal(band == 255, example.band)
        lines = (sets[0] / name / "truth.csv").read_text().splitlines()
        assert len(lines) == 1 + len(examples)


def test_the_same_seed_gives_the_same_files_and_fewer_are_the_first(sets, tmp_path):
    list(write_truth(made_supply(), tmp_path / "same", count=1))
    list(write_truth(made_supply(), tmp_path / "other", count=1, seed=1))
    for path in (tmp_path / "same").rglob("*.png"):
        assert path.read_bytes() == (sets[0] / path.relative_to(tmp_path / "same")).read_bytes()
    name = "borders/00_r1_disc_clean.png"
    assert (tmp_path / "other" / name).read_bytes() != (sets[0] / name).read_bytes()


def test_training_never_sees_what_they_are_made_of(tmp_path):
    photographs = folder.photographs(*write_photographs(tmp_path, 90))
    supply = validation_supply(photographs)
    used = {material.name for material in supply.all}
    _, training = dataset.split_photographs(photographs, 0.1, np.random.default_rng(2018))
    train, val = dataset._splits(photographs, Recipe(), dataset.Amounts())
    assert len(used) == 9
    assert used == {photograph.name for photograph, _ in val.pairs}
    assert used.isdisjoint(photograph.name for photograph, _ in train.pairs)
    assert {photograph.name for photograph, _ in train.pairs} == {p.name for p in training}


def test_too_few_photographs(tmp_path):
    photographs = folder.photographs(*write_photographs(tmp_path, 30))
    with pytest.raises(BadInput, match=r"need 8 photographs for validation, .*; there are 3\."):
        validation_supply(photographs)
