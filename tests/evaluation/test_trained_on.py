from pathlib import Path

import pytest

from twostream.data import dataset
from twostream.data.patches import Recipe
from twostream.data.sources import folder
from twostream.evaluation.pair_set import Pair
from twostream.evaluation.trained_on import trained_on

NAMES = ("a", "b", "c")


@pytest.fixture
def datasets(tmp_path, noise):
    """A folder that holds a dataset of this project and folders that are none."""
    noise("photographs", *(f"{name}.png" for name in NAMES), shape=(60, 60, 3))
    amounts = dataset.Amounts(draws=1, val_patches=1)
    recipe = Recipe(patch=12, per_pair=1)
    photographs = folder.photographs(tmp_path / "photographs")
    dataset.build(photographs, tmp_path / "data/mine", recipe, amounts, progress=False)
    for number, text in enumerate(('{"photographs": []}', "[1]", "no manifest")):
        (tmp_path / f"data/other_{number}").mkdir()
        (tmp_path / f"data/other_{number}/manifest.json").write_text(text)
    return tmp_path / "data"


def pair(name):
    return Pair(name, (Path(f"{name}_A.png"), Path(f"{name}_B.png")))


def test_only_photographs_of_the_training_part_are_found(datasets):
    (found,) = trained_on([pair(name) for name in (*NAMES, "d")], datasets).items()
    assert found[0] == str(datasets / "mine")
    assert len(found[1]) == 2  # one of the three is for validation
    assert set(found[1]) < set(NAMES)
    assert trained_on([pair("d"), pair("ab")], datasets) == {}
    assert trained_on([pair("a")], datasets / "missing") == {}
