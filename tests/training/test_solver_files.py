import re
from pathlib import Path

import pytest

from twostream.caffe_files.prototxt import read_net, read_solver
from twostream.caffe_files.schema import SolverParameter
from twostream.data.dataset import Amounts

PROJECT = Path(__file__).parents[2]
FILES = sorted((PROJECT / "solver").rglob("*.prototxt"))


def solver(name):
    return read_solver(PROJECT / "solver" / f"{name}.prototxt")


def test_paper_has_its_settings():
    """Section 3.3.1's rate, Adam as in section 2.4, one GPU."""
    paper = solver("two_stream")
    assert paper.type == "Adam"
    assert paper.base_lr == pytest.approx(1e-5)
    assert paper.momentum == pytest.approx(0.9)
    assert paper.momentum2 == pytest.approx(0.999)
    assert paper.delta == pytest.approx(1e-8)
    assert paper.lr_policy == "fixed"
    assert paper.max_iter == 10 * 10**5
    assert paper.solver_mode == SolverParameter.GPU
    assert paper.HasField("solver_mode")
    assert paper.weight_decay == 0
    assert paper.net == "prototxt/two_stream/train_val.prototxt"


def test_paper_validates_and_keeps_its_last_iteration():
    paper = solver("two_stream")
    assert paper.max_iter % paper.test_interval == 0
    assert paper.max_iter % paper.snapshot == 0


def test_cpu_twin_differs_in_the_mode_only():
    paper, twin = solver("two_stream"), solver("two_stream_cpu")
    assert twin.solver_mode == SolverParameter.CPU
    twin.solver_mode = SolverParameter.GPU
    assert twin == paper


def test_cpu_twin_has_the_same_comments():
    def settings(name):
        lines = (PROJECT / "solver" / f"{name}.prototxt").read_text().splitlines()
        return [line for line in lines if not line.startswith(("#", "solver_mode"))]

    assert settings("two_stream_cpu") == settings("two_stream")


@pytest.mark.parametrize("name", ["two_stream", "two_stream_cpu"])
def test_every_setting_of_the_paper_is_commented(name):
    lines = (PROJECT / "solver" / f"{name}.prototxt").read_text().splitlines()
    settings = [line for line in lines if line and not line.startswith("#")]
    assert len(settings) >= 12
    for line in settings:
        assert re.fullmatch(r"\w+: \S+ +# \S.+", line), line


@pytest.mark.parametrize("path", sorted((PROJECT / "solver" / "ablation").iterdir()))
def test_ablation_differs_from_the_paper_in_the_net_only(path):
    paper, variant = solver("two_stream"), read_solver(path)
    assert variant.net == f"prototxt/ablation/{path.stem}/train_val.prototxt"
    variant.net, variant.snapshot_prefix = paper.net, paper.snapshot_prefix
    assert variant == paper


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_solver_files_are_usable_from_the_projects_root(path):
    found = read_solver(path)
    assert read_net(PROJECT / found.net).layer
    assert found.type == "Adam"
    assert found.momentum == pytest.approx(0.9)  # Caffe's default would be 0
    assert found.HasField("solver_mode")
    assert found.snapshot_prefix.startswith("snapshots/")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_validation_sees_every_patch_once(path):
    """All validation patches of its dataset."""
    found = read_solver(path)
    (data,) = [
        layer
        for layer in read_net(PROJECT / found.net).layer
        if layer.type == "HDF5Data" and not layer.hdf5_data_param.shuffle
    ]
    folder = data.hdf5_data_param.source.rpartition("/")[0]
    patches = 2000 if folder.startswith("data/physical") else Amounts().val_patches
    assert found.test_iter[0] * data.hdf5_data_param.batch_size == patches


def dataset_of(path):
    """Folder of the patches that a solver's net reads."""
    return read_net(PROJECT / read_solver(path).net).layer[0].hdf5_data_param.source.split("/")[1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_comment_names_the_command_that_makes_the_dataset(path):
    """A name of three words, NET_RECIPE_cpu, says the recipe too."""
    comment = path.read_text().partition("net:")[0]
    folder = dataset_of(path)
    if folder.startswith("gray"):
        assert "`make ablation`" in comment
        assert f"data/{folder} " in comment
        return
    recipe = "paper" if folder == "two_stream" else folder.removesuffix("_rgb")
    named = re.findall(r"make dataset RECIPE=(\w+)|twostream dataset --recipe (\w+)", comment)
    if path.stem in ("two_stream", "two_stream_cpu"):
        assert not named
        assert "after `make dataset`" in comment  # its default recipe is the paper's
    else:
        assert {"".join(found) for found in named} == {recipe}
        assert recipe in path.stem.split("_")


def test_every_file_has_a_prefix_of_its_own():
    """Except for the CPU and GPU versions, of which one is used."""
    prefixes = [read_solver(path).snapshot_prefix for path in FILES]
    assert len(set(prefixes)) == len(FILES) - 1
