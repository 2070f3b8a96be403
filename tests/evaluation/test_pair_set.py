import pytest

from twostream import BadInput
from twostream.evaluation.pair_set import fused_picture, read_pair_set, read_pair_sets


def touch(folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


def test_pictures_are_grouped_by_name(tmp_path):
    names = ("b_A.jpg", "b_B.JPG", "a_B.png", "a_A.png", "a_C.png", "a_clean.tif", "notes.txt")
    names += ("._a_A.png", "._c_A.png", ".c_B.png", ".png")  # hidden
    pairs = read_pair_set(touch(tmp_path / "set", *names))
    assert [pair.name for pair in pairs] == ["a", "b"]
    assert [path.name for path in pairs[0].sources] == ["a_A.png", "a_B.png", "a_C.png"]
    assert pairs[0].truth.name == "a_clean.tif"
    assert [path.name for path in pairs[1].sources] == ["b_A.jpg", "b_B.JPG"]
    assert pairs[1].truth is None
    (pair,) = read_pair_set(touch(tmp_path / "lytro", "lytro_01_A.jpg", "lytro_01_B.jpg"))
    assert pair.name == "lytro_01"


def test_pairs_of_one_name_are_told_apart_by_their_folder(tmp_path):
    folders = [touch(tmp_path / name, "x_A.png", "x_B.png") for name in ("one", "two")]
    assert [pair.name for pair in read_pair_sets(folders)] == ["x", "x_two"]
    with pytest.raises(BadInput, match="same name, x_two"):
        read_pair_sets([*folders, folders[1]])


def test_no_pair(tmp_path):
    with pytest.raises(BadInput, match="holds no pair"):
        read_pair_set(touch(tmp_path / "set", "picture.png"))
    with pytest.raises(BadInput, match="Cannot read the folder"):
        read_pair_set(tmp_path / "missing")


def test_fused_pictures_are_found_by_name(tmp_path):
    (pair,) = read_pair_set(touch(tmp_path / "set", "a_A.png", "a_B.png"))
    folder = touch(tmp_path / "fused", "a.png", "a_cnn.png", "ab.png")
    assert fused_picture(folder, pair).name == "a.png"
    (folder / "a.png").unlink()
    assert fused_picture(folder, pair).name == "a_cnn.png"
    touch(folder, "a-gff.png")
    with pytest.raises(BadInput, match=r"2 fused images of a\. Name one of them a\.png"):
        fused_picture(folder, pair)
    with pytest.raises(BadInput, match="no fused images of a"):
        fused_picture(touch(tmp_path / "empty"), pair)
