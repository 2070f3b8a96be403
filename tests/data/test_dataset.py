import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import cv2
import h5py
import numpy as np
import pytest
from real_caffe import run_in_caffe
from run_tool import PROJECT

from twostream.data import dataset, hdf5
from twostream.data.contact_sheet import contact_sheet
from twostream.data.dataset import Amounts
from twostream.data.patches import Recipe, example, patches
from twostream.data.photograph import Photograph
from twostream.data.sources import folder
from twostream.errors import BadInput
from twostream.io.pixels import from_unit
from twostream.nets import generate
from twostream.nets.two_stream import Design

RECIPE = Recipe(patch=12, per_pair=4, seed=7)
AMOUNTS = Amounts(draws=2, val_share=0.25, val_patches=10, shard=24)
FILES = "examples.png manifest.json train_0000.h5 train_0001.h5 train.txt val.txt val_0000.h5"
OTHER_SETTINGS = "holds a dataset made with other settings"


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    root = tmp_path_factory.mktemp("photographs")
    noise = np.random.default_rng(0).integers(0, 256, (8, 6, 8, 3), dtype=np.uint8)
    for n, coarse in enumerate(noise):
        cv2.imwrite(str(root / f"p{n}.png"), cv2.resize(coarse, (48, 40)))
    return folder.photographs(root)


@pytest.fixture(scope="module")
def built(photographs, tmp_path_factory):
    out = tmp_path_factory.mktemp("dataset") / "made" / "here"
    dataset.build(photographs, out, RECIPE, AMOUNTS, progress=False)
    return out


@pytest.fixture
def copy(built, tmp_path):
    """A copy of the dataset that a test may modify."""
    return Path(shutil.copytree(built, tmp_path / "copy"))


def build(photographs, out, recipe=RECIPE, amounts=AMOUNTS):
    return dataset.build(photographs, out, recipe, amounts, progress=False)


def contents(out):
    """Contents of all files except the lists, which contain the folder's name."""
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix != ".txt"}


def rows(path):
    with h5py.File(path, "r") as file:
        return np.stack([file[name][:] for name in hdf5.BLOBS])


def all_patches(out, split):
    """The patches of a split as a sorted list of bytes, each with its three pictures."""
    shards = hdf5.read_list(out / f"{split}.txt")
    stacks = np.concatenate([rows(path) for path in shards], axis=1)
    return sorted(stack.tobytes() for stack in stacks.swapaxes(0, 1))


def incomplete(out):
    """Remove what an interrupted run would not have written."""
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["complete"] = False
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def test_shards_hold_the_patches_of_their_split_shuffled(built, photographs):
    manifest = json.loads((built / "manifest.json").read_text())
    by_name = {photograph.name: photograph for photograph in photographs}
    names = [name for name, _ in manifest["photographs"]["train"]]
    made = [patches(by_name[name], draw, RECIPE) for name in names for draw in range(2)]
    in_order = np.concatenate(made, axis=1).swapaxes(0, 1)
    expected = [stack.tobytes() for stack in in_order]
    assert all_patches(built, "train") == sorted(expected)
    held_out = [by_name[name] for name, _ in manifest["photographs"]["val"]]
    val = all_patches(built, "val")
    assert len({*val}) == len(val)  # the third pair is another draw of the first photograph
    possible = [patches(one, draw, RECIPE) for one in held_out for draw in range(2)]
    possible = np.concatenate(possible, axis=1).swapaxes(0, 1)
    assert {*val} <= {stack.tobytes() for stack in possible}


def test_neighbours_in_a_shard_are_of_different_photographs(built, photographs):
    owner = {}
    for photograph in photographs:
        for draw in range(2):
            for clean in patches(photograph, draw, RECIPE)[2]:
                owner[clean.tobytes()] = photograph.name
    owners = [owner[clean.tobytes()] for clean in rows(built / "train_0000.h5")[2]]
    assert len(set(owners)) >= 4
    assert sum(one == other for one, other in zip(owners, owners[1:])) < 12


def test_dataset_is_shards_lists_sheet_and_a_manifest_of_their_origin(built, photographs):
    assert sorted(os.listdir(built)) == sorted(FILES.split())
    assert hdf5.read_list(built / "train.txt") == [str(built / f"train_000{n}.h5") for n in (0, 1)]
    assert hdf5.check_list(built / "train.txt") == 6 * 2 * 4
    assert hdf5.check_list(built / "val.txt") == 12  # 10, rounded up to whole pairs
    assert rows(built / "train_0000.h5").shape == (3, 24, 1, 12, 12)
    manifest = json.loads((built / "manifest.json").read_text())
    assert manifest["complete"] is True
    assert manifest["patches"] == {"train": 48, "val": 12}
    settings = {**vars(RECIPE), **vars(AMOUNTS)}
    settings["recipe"] = settings.pop("name")
    assert manifest["settings"] == settings
    train, val = (dict(manifest["photographs"][split]) for split in ("train", "val"))
    assert (len(train), len(val)) == (6, 2)
    paths = {**train, **val}
    assert paths == {photograph.name: photograph.path for photograph in photographs}


def test_examples_show_pairs_above_their_clean_pictures(built, photographs):
    """As in the paper's Fig. 4, one column per photograph."""
    sheet = cv2.cvtColor(cv2.imread(str(built / "examples.png")), cv2.COLOR_BGR2RGB)
    for column, photograph in zip(np.hsplit(sheet, len(photographs)), photographs):
        for shown, image in zip(np.vsplit(column, 3), example(photograph, 0, RECIPE)[:3]):
            image = from_unit(image, 255, np.uint8)
            np.testing.assert_array_equal(shown, contact_sheet([[image]]))


def test_same_settings_give_the_same_bytes_on_any_number_of_cores(
    built, photographs, tmp_path, monkeypatch
):
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    build(photographs, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(built)
    assert (tmp_path / "again" / "val.txt").read_text() == f"{tmp_path}/again/val_0000.h5\n"


def test_finished_dataset_is_not_made_again_and_unfinished_one_is_resumed(copy, built, photographs):
    times = {path: path.stat().st_mtime_ns for path in copy.iterdir()}
    assert build(photographs, copy)["patches"] == {"train": 48, "val": 12}
    assert {path: path.stat().st_mtime_ns for path in copy.iterdir()} == times
    for name in ("train_0001.h5", "val.txt", "examples.png"):
        (copy / name).unlink()
    incomplete(copy)
    build(photographs, copy)
    assert contents(copy) == contents(built)
    assert hdf5.read_list(copy / "val.txt") == [str(copy / "val_0000.h5")]
    assert (copy / "train_0000.h5").stat().st_mtime_ns == times[copy / "train_0000.h5"]


@pytest.mark.parametrize(
    ("count", "recipe", "amounts"),
    [
        (8, replace(RECIPE, seed=8), AMOUNTS),
        (8, replace(RECIPE, name="paper"), AMOUNTS),
        (8, RECIPE, replace(AMOUNTS, draws=3)),
        (7, RECIPE, AMOUNTS),
    ],
)
def test_folder_of_other_settings_is_refused(copy, photographs, count, recipe, amounts):
    before = contents(copy)
    with pytest.raises(BadInput, match=f"copy {OTHER_SETTINGS}. Choose another"):
        build(photographs[:count], copy, recipe, amounts)
    assert contents(copy) == before


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("manifest.json", '["of", "another", "program"]', OTHER_SETTINGS),
        ("manifest.json", '{"name": "of a web site"}', OTHER_SETTINGS),
        (
            "manifest.json",
            '{"complete": tr',
            r"manifest\.json is damaged. Remove the folder, or choose",
        ),
        ("thesis.txt", "mine", "is not empty and does not hold a dataset. Choose another folder"),
    ],
)
def test_folder_of_other_content_is_refused_and_left_alone(
    photographs, tmp_path, file, text, sentence
):
    (tmp_path / file).write_text(text)
    with pytest.raises(BadInput, match=sentence):
        build(photographs, tmp_path)
    assert os.listdir(tmp_path) == [file]
    assert (tmp_path / file).read_text() == text


def test_what_cannot_be_begun_is_refused(photographs, tmp_path):
    """In Caffe's shard lists a name ends at the first space."""
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(BadInput, match=r"^Cannot make the folder .*file"):
            build(photographs, out)
    with pytest.raises(BadInput, match=r"with a space in its name: .*my data"):
        build(photographs, tmp_path / "my data")
    with pytest.raises(BadInput, match="needs two photographs"):
        build(photographs[:1], tmp_path / "out")
    assert os.listdir(tmp_path) == ["file"]


def full_disk(monkeypatch, free):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))


NEEDED = (48 + 12) * 3 * 12 * 12 * 4


def test_too_little_disk_space_is_refused_before_the_work(photographs, tmp_path, monkeypatch):
    full_disk(monkeypatch, NEEDED - 1)
    with pytest.raises(BadInput, match=r"^The dataset needs 0\.0 GB, but .*out has 0\.0 GB free"):
        build(photographs, tmp_path / "out")
    assert os.listdir(tmp_path / "out") == ["manifest.json"]
    full_disk(monkeypatch, NEEDED)
    build(photographs, tmp_path / "out")  # the same folder, once there is space
    (tmp_path / "out" / "val_0000.h5").unlink()  # resumed, it needs space for the rest only
    incomplete(tmp_path / "out")
    full_disk(monkeypatch, NEEDED // 5 - 1)
    with pytest.raises(BadInput, match="needs"):
        build(photographs, tmp_path / "out")
    full_disk(monkeypatch, NEEDED // 5)
    build(photographs, tmp_path / "out")


def test_shards_are_kept_below_caffes_largest_blob(photographs, tmp_path, monkeypatch):
    monkeypatch.setattr(hdf5, "MAX_BLOB", 12 * 12 * 9)
    build(photographs, tmp_path / "out")
    shards = hdf5.read_list(tmp_path / "out" / "train.txt")
    assert [rows(path).shape[1] for path in shards] == [8] * 6


def test_unusable_photograph_names_itself_and_leaves_no_half_shard(photographs, tmp_path):
    cv2.imwrite(str(tmp_path / "tiny.png"), np.zeros((11, 40, 3), np.uint8))
    bad = [*photographs[:3], Photograph("tiny", str(tmp_path / "tiny.png"))]
    with pytest.raises(BadInput, match=r"tiny\.png is smaller than a patch of 12 pixels"):
        build(bad, tmp_path / "out", amounts=replace(AMOUNTS, val_share=0.5))
    assert not [path for path in (tmp_path / "out").iterdir() if "partial" in path.name]


def make_dataset(images, out):
    """A child process with its own process group, as in a terminal, slow enough to interrupt."""
    settings = ["--patch=12", "--patches=4", "--draws=100", "--val-patches=8", "--shard=40"]
    return subprocess.Popen(
        [sys.executable, "-m", "twostream", "dataset", "--images", images, "--out", out, *settings],
        env=dict(os.environ, PYTHONPATH=str(PROJECT / "python")),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Shells make background processes ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_interrupted_run_resumes_to_the_same_bytes(photographs, tmp_path):
    images, out = Path(photographs[0].path).parent, tmp_path / "out"
    child = make_dataset(images, out)
    while not (out / "train_0002.h5").exists():
        assert child.poll() is None, "ended before it could be interrupted"
        time.sleep(0.002)
    os.killpg(child.pid, signal.SIGINT)
    says = f"twostream dataset: Interrupted; the same command resumes {out}.\n"
    assert (child.communicate(timeout=60)[1], child.returncode) == (says, 130)
    left = os.listdir(out)
    assert not [name for name in left if "partial" in name]
    assert {"manifest.json", "train_0002.h5"} <= {*left}
    assert not {"train.txt", "val.txt", "examples.png"} & {*left}
    again = make_dataset(images, out)
    assert (again.communicate(timeout=60)[1], again.returncode) == ("", 0)
    recipe = Recipe(name="paper", patch=12, per_pair=4)
    amounts = Amounts(draws=100, val_patches=8, shard=40)
    build(photographs, tmp_path / "whole", recipe, amounts)
    assert contents(out) == contents(tmp_path / "whole")


@pytest.mark.caffe
def test_real_caffe_reads_the_shards(built, tmp_path):
    """The TEST phase reads the rows in file order, bit for bit."""
    train_val, _ = generate.write(tmp_path, Design(filters=4, kernel=3), built, 12, batch=5)
    run_in_caffe(
        "import caffe, numpy, sys\n"
        "net = caffe.Net(sys.argv[1], caffe.TEST)\n"
        "for batch in range(3):\n"
        "    net.forward()\n"
        "    blobs = [net.blobs[name].data for name in ('data_a', 'data_b', 'clean')]\n"
        "    numpy.save(f'{sys.argv[2]}/{batch}.npy', blobs)\n",
        train_val,
        tmp_path,
    )
    batches = np.concatenate([np.load(tmp_path / f"{n}.npy") for n in range(3)], axis=1)
    shard = rows(built / "val_0000.h5")
    np.testing.assert_array_equal(batches[:, :12], shard)
    np.testing.assert_array_equal(batches[:, 12:], shard[:, :3])  # and round again
