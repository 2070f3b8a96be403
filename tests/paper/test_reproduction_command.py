from pathlib import Path

import pytest
from run_tool import PROJECT, run_here

from paper.reproduction.__main__ import chosen_pairs
from twostream.errors import BadInput
from twostream.evaluation.pair_set import read_pair_sets
from twostream.io import images


@pytest.fixture
def folders(tmp_path, rng):
    """Folders of tiny pairs with the names of the paper's and of the stand-ins."""
    for folder, scenes in {
        "classic": ("clock", "pepsi", "camera"),
        "demo": ("camera", "coffee"),
    }.items():
        (tmp_path / folder).mkdir()
        for scene in scenes:
            for part in ("A", "B", "clean"):
                image = rng.integers(0, 256, (48, 48), dtype="uint8")
                images.write(tmp_path / folder / f"{scene}_{part}.png", image)
    return tmp_path / "classic", tmp_path / "demo"


def test_the_tables_of_the_page_are_made_from_the_pairs(folders, tmp_path):
    classic, demo = folders
    flags = ["--pairs", classic, "--demo", demo, "--page", tmp_path / "page.md", "--jobs", "1"]
    (tmp_path / "page.md").write_text((PROJECT / "docs/reproduction.md").read_text())
    done = run_here("paper.reproduction.__main__", *map(str, flags), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "page.md").read_text()
    assert "### Table 1: Clock" in text
    assert text.count("5.5755 / ") == 1
    assert "5.5755 / 7.0794" not in text


def test_stand_ins_are_those_of_the_demo(folders):
    classic, demo = folders
    chosen = chosen_pairs(read_pair_sets([classic, demo]), demo)
    assert {scene: pair.folder for scene, pair in chosen.items()} == {
        "clock": "classic",
        "pepsi": "classic",
        "camera": "demo",
        "coffee": "demo",
    }


def test_a_missing_pair_is_named(folders):
    classic, demo = folders
    for path in Path(classic).glob("pepsi_*"):
        path.unlink()
    with pytest.raises(BadInput, match="Table 2 needs the pair pepsi"):
        chosen_pairs(read_pair_sets([classic, demo]), demo)
