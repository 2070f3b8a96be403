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
    assert (paper.type, paper.lr_policy, paper.weight_decay) == ("Adam", "fixed", 0)
    found = paper.base_lr, paper.momentum, paper.momentum2, paper.delta
    assert found == pytest.approx((1e-5, 0.9, 0.999, 1e-8))
    assert paper.max_iter == 10 * 10**5
    assert paper.max_iter % paper.test_interval == paper.max_iter % paper.snapshot == 0
    assert paper.solver_mode == SolverParameter.GPU
    assert paper.net == "prototxt/two_stream/train_val.prototxt"


def test_every_setting_of_the_paper_and_its_cpu_twin_is_commented():
    lines = {}
    for name in ("two_stream", "two_stream_cpu"):
        text = (PROJECT / "solver" / f"{name}.prototxt").read_text()
        lines[name] = [line for line in text.splitlines() if line and line[0] != "#"]
        assert len(lines[name]) >= 12
        for line in lines[name]:
            assert re.fullmatch(r"\w+: \S+ +# \S.+", line), line
    paper, twin = ({x for x in found if "solver_mode" not in x} for found in lines.values())
    assert paper == twin
    assert solver("two_stream_cpu").solver_mode == SolverParameter.CPU


@pytest.mark.parametrize("path", sorted((PROJECT / "solver" / "ablation").iterdir()))
def test_ablation_differs_from_the_paper_in_the_net_only(path):
    paper, variant = solver("two_stream"), read_solver(path)
    assert variant.net == f"prototxt/ablation/{path.stem}/train_val.prototxt"
    variant.net, variant.snapshot_prefix = paper.net, paper.snapshot_prefix
    assert variant == paper


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_solver_files_are_usable_from_the_projects_root(path):
    """Validation sees every patch of its dataset once."""
    found = read_solver(path)
    assert (found.type, found.momentum) == ("Adam", pytest.approx(0.9))  # Caffe's default is 0
    assert found.HasField("solver_mode")
    assert found.snapshot_prefix.startswith("snapshots/")
    data = [layer for layer in read_net(PROJECT / found.net).layer if layer.type == "HDF5Data"]
    (data,) = (layer.hdf5_data_param for layer in data if not layer.hdf5_data_param.shuffle)
    patches = 2000 if data.source.startswith("data/physical") else Amounts().val_patches
    assert found.test_iter[0] * data.batch_size == patches


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_comment_names_the_command_that_makes_the_dataset(path):
    """A name of three words, NET_RECIPE_cpu, says the recipe too."""
    comment = path.read_text().partition("net:")[0]
    folder = read_net(PROJECT / read_solver(path).net).layer[0].hdf5_data_param.source.split("/")[1]
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
        assert recipe in {"".join(found) for found in named}
        assert recipe in path.stem.split("_")


def test_every_file_has_a_prefix_of_its_own():
    """Except for the CPU and GPU versions, of which one is used."""
    prefixes = [read_solver(path).snapshot_prefix for path in FILES]
    assert len(set(prefixes)) == len(FILES) - 1
