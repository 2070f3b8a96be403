from datetime import datetime, timedelta

import numpy as np
import pytest
from PIL import Image

from twostream.errors import BadInput
from twostream.io.capture_time import capture_time
from twostream.stacking.sets import find_sets

NOON = datetime(2026, 5, 4, 12)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "photographs"


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def shot(path, second, fraction=None):
    """Write a JPEG that was taken so many seconds after noon."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    own = {36867: (NOON + timedelta(seconds=second)).strftime("%Y:%m:%d %H:%M:%S")}
    if fraction:
        own[37521] = fraction
    exif[0x8769] = own
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(path, exif=exif)


def found(folder, *options, **more):
    sets, _ = find_sets(folder, *options, **more)
    return {one.name: [path.name for path in one.sources] for one in sets}


def test_letters(folder):
    """One without partner is a set of one, and results below the folder are no sources."""
    put(folder, "x_B.png", "x_A.png", "x_clean.png", "y_A.jpg", "y_B.jpg", "y_C.jpg", "notes.txt")
    put(folder, "z_A.png", "fused/x_A.png", "fused/x_B.png")
    y = ["y_A.jpg", "y_B.jpg", "y_C.jpg"]
    names = {"x": ["x_A.png", "x_B.png"], "y": y, "z": ["z_A.png"]}
    assert found(folder, but=[folder / "fused"]) == names


def test_each_folder_below_is_a_stack_in_the_order_of_its_numbers(folder):
    put(folder, "bee/9.tif", "bee/10.tif", "bee/1.tif", "more/ant/a.tif", "more/ant/b.tif")
    put(folder, ".hidden/1.tif", ".hidden/2.tif", "empty/notes.txt")
    names = {"bee": ["1.tif", "9.tif", "10.tif"], "more/ant": ["a.tif", "b.tif"]}
    assert found(folder) == names


def test_numbers_tell_the_stacks_of_one_folder_apart(folder):
    put(folder, "bee_1.jpg", "bee_2.jpg", "bee_10.jpg", "ant (1).jpg", "ant (2).jpg", "single.jpg")
    sets, others = find_sets(folder)
    assert {one.name: len(one.sources) for one in sets} == {"bee": 3, "ant": 2}
    assert [path.name for path in sets[1].sources] == ["bee_1.jpg", "bee_2.jpg", "bee_10.jpg"]
    assert [path.name for path in others] == ["single.jpg"]


def test_one_frame_of_a_name_is_no_stack(folder):
    put(folder, "bee_1.jpg", "bee_2.jpg", "ant_1.jpg")
    sets, others = find_sets(folder)
    assert [one.name for one in sets] == ["bee"]
    assert [path.name for path in others] == ["ant_1.jpg"]


def test_a_cameras_numbers_are_told_apart_by_times(folder):
    for number, second in enumerate((0, 1, 2, 60, 61, 300, 400, 402)):
        shot(folder / f"IMG_{number:04d}.jpg", second)
    sets, others = find_sets(folder)
    counts = {one.name: len(one.sources) for one in sets}
    assert counts == {"IMG_0000": 3, "IMG_0003": 2, "IMG_0006": 2}
    assert [path.name for path in others] == ["IMG_0005.jpg"]
    assert len(found(folder, pause=1.5)) == 2
    assert len(found(folder, pause=1000)) == 1
    put(folder / "without times", "IMG_1.jpg", "IMG_2.jpg")
    assert found(folder / "without times") == {"IMG": ["IMG_1.jpg", "IMG_2.jpg"]}


def test_within_a_second_fractions_and_then_names_give_the_order(folder):
    for name, fraction in (("a2", "90"), ("a10", "10"), ("b", None)):
        shot(folder / f"{name}.jpg", 0, fraction)
    assert capture_time(folder / "a2.jpg") == NOON + timedelta(milliseconds=900)
    assert found(folder, "times") == {"b": ["b.jpg", "a10.jpg", "a2.jpg"]}


def test_a_rule_can_be_chosen(folder):
    put(folder, "bee/x_A.png", "bee/x_B.png", "bee/x_1.png", "bee/x_2.png")
    assert found(folder) == {"bee/x": ["x_A.png", "x_B.png"]}
    assert found(folder, "counters") == {"bee/x": ["x_1.png", "x_2.png"]}
    assert len(found(folder, "folders")["bee"]) == 4
    with pytest.raises(BadInput, match=r"x_1.png has no time"):
        find_sets(folder, "times")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["x_A.png", "x_B.png", "x/1.png", "x/2.png"], "same name, x"),
        (["single.png"], "no pair or stack"),
        ([], "Cannot read the folder"),
    ],
)
def test_folders_that_are_refused(folder, names, sentence):
    put(folder, *names)
    with pytest.raises(BadInput, match=sentence):
        find_sets(folder)
