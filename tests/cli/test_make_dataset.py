import json

import cv2
import h5py
import numpy as np
import pytest
from run_tool import refused, run_here, run_tool

from twostream.data import hdf5
from twostream.evaluation import demo

SMALL = ("--patch=12", "--patches=2", "--draws=1", "--val-patches=2")


def call(*arguments):
    """Run the tool in this process; give its exit code and the last lines that it printed."""
    done = run_here("dataset", *arguments)
    return done.returncode, done.stdout, done.stderr.splitlines()[-1:]  # after the progress bar


@pytest.fixture
def images(noise):
    return noise("JPEGImages", "p0.png", "p1.png", "p2.png", shape=(20, 30, 3))[0].parent


def manifest_of(out):
    return json.loads((out / "manifest.json").read_text())


def test_default_source_is_scikit_images_photographs(tmp_path):
    """The whole command, as a process of its own."""
    small = ["--patches=2", "--draws=1", "--val-patches=2", "--val-share=0.7"]
    done = run_tool("dataset", "--out", tmp_path / "out", *small)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path}/out: 4 patches for training, 2 for validation.\n"
    train = manifest_of(tmp_path / "out")["photographs"]["train"]
    assert [path for _, path in train] == [f"skimage:{name}" for name, _ in train]
    assert not {name for name, _ in train} & {scene.name for scene in demo.SCENES}
    with h5py.File(tmp_path / "out" / "train_0000.h5", "r") as file:
        assert file["clean"].shape == (4, 1, 50, 50)


def test_settings_reach_the_dataset(images, tmp_path):
    settings = ("--channels=4", "--val-share=0.4", "--shard=3", "--seed=5", "--relative")
    code, out, _ = call("--images", images, "--out", tmp_path / "out", *SMALL, *settings)
    assert (code, out) == (0, f"{tmp_path}/out: 4 patches for training, 2 for validation.\n")
    given = {"patch": 12, "per_pair": 2, "channels": 4, "seed": 5, "relative": True, "draws": 1}
    given.update(val_share=0.4, val_patches=2, shard=3, recipe="paper", planes="rgb+gray")
    assert manifest_of(tmp_path / "out")["settings"] == given
    assert hdf5.check_list(tmp_path / "out" / "train.txt") == 4
    assert len(hdf5.read_list(tmp_path / "out" / "train.txt")) == 2
    with h5py.File(tmp_path / "out" / "train_0000.h5", "r") as file:
        assert file["weight"].shape == file["clean"].shape


@pytest.mark.parametrize(("flags", "folder"), [([], "two_stream"), (["--recipe=robust"], "robust")])
def test_each_recipe_has_the_folder_that_its_nets_read(
    images, tmp_path, monkeypatch, flags, folder
):
    monkeypatch.chdir(tmp_path)
    code, out, errors = call("--images", images, *SMALL, *flags)
    assert code == 0, errors
    assert out.startswith(f"data/{folder}: ")
    recipe = "robust" if flags else "paper"
    assert manifest_of(tmp_path / "data" / folder)["settings"]["recipe"] == recipe


@pytest.mark.parametrize(
    ("recipe", "blobs"), [("cnn", ["data_a", "data_b", "label"]), ("srcnn", ["clean", "data"])]
)
def test_baselines_have_recipes_of_their_own(tmp_path, noise, recipe, blobs):
    noise("images", "a.png", "b.png", "c.png", shape=(90, 120))
    out, source = tmp_path / "out", ("--images", tmp_path / "images", "--draws=1", "--patches=2")
    code, said, _ = call("--recipe", recipe, "--out", out, *source)
    assert code == 0
    assert said.startswith(f"{out}: ")
    with h5py.File(out / "val_0000.h5", "r") as file:
        assert sorted(file) == blobs
    assert hdf5.check_list(out / "train.txt", blobs) > 2


@pytest.mark.parametrize("option", ["--patch=20", "--channels=3", "--planes=gray", "--relative"])
def test_patches_of_baselines_have_their_own_kind(tmp_path, option):
    expected = "--patch, --channels, --planes and --relative are not for the recipe cnn."
    refused(expected, "dataset", "--recipe=cnn", option, "--out", tmp_path / "out")


def voc(root):
    (root / "Annotations").mkdir()
    for photograph in (root / "JPEGImages").iterdir():
        photograph.rename(photograph.with_suffix(".jpg"))
    return ["--voc", root]


def coco(root):
    listed = [{"id": n, "file_name": f"p{n}.png"} for n in range(3)]
    (root / "instances.json").write_text(json.dumps({"images": listed, "annotations": []}))
    return ["--coco", root / "JPEGImages", root / "instances.json"]


def imagenet_det(root):
    (root / "Annotations").mkdir()
    box = "<bndbox><xmin>5</xmin><ymin>5</ymin><xmax>15</xmax><ymax>15</ymax></bndbox>"
    (root / "Annotations" / "p1.xml").write_text(f"<annotation><object>{box}</object></annotation>")
    return ["--imagenet-det", root / "JPEGImages", root / "Annotations"]


def masks(root):
    (root / "masks").mkdir()
    mask = np.zeros((20, 30), np.uint8)
    mask[5:15, 5:15] = 255
    cv2.imwrite(str(root / "masks" / "p1.png"), mask)
    return ["--images", root / "JPEGImages", "--masks", root / "masks"]


@pytest.mark.parametrize("source", [voc, coco, imagenet_det, masks])
def test_each_source_can_be_named(images, tmp_path, source):
    code, _, errors = call(*source(tmp_path), "--out", tmp_path / "out", *SMALL)
    assert code == 0, errors
    parts = manifest_of(tmp_path / "out")["photographs"]
    names = [name for name, _ in parts["train"] + parts["val"]]
    assert sorted(names) == ["p0", "p1", "p2"]


def mask_of_the_wrong_size(root):
    arguments = masks(root)
    for n in range(3):
        cv2.imwrite(str(root / "masks" / f"p{n}.png"), np.full((19, 30), 255, np.uint8))
    return arguments


def damaged_photograph(root):
    for path in (root / "JPEGImages").iterdir():
        path.write_bytes(path.read_bytes()[:30])
    return ["--images", root / "JPEGImages"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (lambda root: ["--images", root], "holds no image"),
        (lambda root: ["--images", root / "absent"], "There is no folder"),
        (mask_of_the_wrong_size, "is 30x19 pixels, its photograph 30x20."),
        (lambda root: ["--masks", root], "--masks needs --images."),
        (lambda root: ["--images", root, "--voc", root], "Give one source: --images, --voc,"),
        (lambda root: ["--channels=3", "--planes=gray"], "--planes is for patches of one channel."),
        (damaged_photograph, "cannot be read as an image."),
        (
            lambda root: ["--images", root / "JPEGImages", "--out", __file__],
            "Cannot make the folder",
        ),
        (lambda root: ["--images", root / "JPEGImages", "--patch=21"], "is smaller than a patch"),
        (lambda root: ["--patch=0"], "Numbers must be at least 1"),
        (lambda root: ["--val-share=1"], "--val-share between 0 and 1."),
        (lambda root: ["--shard=-4"], "Numbers must be at least 1"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(images, tmp_path, arguments, sentence):
    out = ["--out", tmp_path / "out"]
    code, printed, (error,) = call(*SMALL, *out, *arguments(tmp_path))
    assert (code, printed, error[-1]) == (2, "", ".")
    assert sentence in error
    assert not [path for path in tmp_path.rglob("*") if "partial" in path.name]


def test_second_call_of_other_settings_is_refused(images, tmp_path):
    arguments = ["--images", images, "--out", tmp_path / "out", *SMALL]
    assert [call(*arguments)[0] for _ in "ab"] == [0, 0]
    said = "holds a dataset made with other settings. Choose another folder."
    refused(said, "dataset", *arguments, "--seed=1")


def test_leaves_need_no_photograph(tmp_path):
    small = ("--draws=1", "--patches=1", "--val-patches=1", "--val-share=0.997", "--seed=7")
    made = [tmp_path / name for name in "ab"]
    for out in made:
        assert call("--recipe=leaves", "--out", out, *small)[0] == 0
    shards = [(out / "train_0000.h5").read_bytes() for out in made]
    assert shards[0] == shards[1]
    assert manifest_of(made[0])["patches"]["train"] == 3
    assert manifest_of(made[0])["photographs"]["val"][0][1].startswith("leaves:7 ")


def test_leaves_take_no_source(images, tmp_path):
    code, _, said = call("--recipe=leaves", "--images", images, "--out", tmp_path / "out")
    assert (code, len(said)) == (2, 1)
    assert "--recipe thin_lens" in said[0]
