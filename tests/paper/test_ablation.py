import csv
import os
from pathlib import Path

import numpy as np
import pytest
from real_torch import require_torch
from run_tool import PROJECT, run_here

from paper.ablation import trainings as ablation
from paper.ablation.findings import MARKS
from twostream.caffe_files.prototxt import read_solver
from twostream.data import hdf5
from twostream.errors import BadInput
from twostream.nets import generate
from twostream.nets.two_stream import Design

DESIGNS = {
    "ablation/two_stream": Design(filters=2, kernel=3),
    "ablation/depth_3": Design(filters=2, kernel=3, depth=3),
}


@pytest.fixture
def project(tmp_path, monkeypatch, rng):
    """Current folder with tiny nets in place of those of the study `depth`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT / "python"))  # of the trainings, its children
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    os.mkdir("data")
    for split in ("train", "val"):
        hdf5.write_shard(f"data/{split}.h5", rng.random((3, 64, 1, 8, 8), dtype=np.float32))
        hdf5.write_list(f"data/{split}.txt", [f"data/{split}.h5"])
    for name, design in DESIGNS.items():
        generate.write(f"prototxt/{name}", design, "data", 8, batch=4)
        solver = Path("solver", f"{name}.prototxt")
        solver.parent.mkdir(parents=True, exist_ok=True)
        solver.write_text((PROJECT / solver).read_text())
    return tmp_path


def run(*arguments):
    flags = ["--studies", "depth", "--engine", "torch", "--test-iter", "4", *arguments]
    return run_here("paper.ablation.__main__", *flags)


def points():
    with open("out/ablation/figure_5.csv") as file:
        rows = list(csv.DictReader(file))
    names = ("two_stream", "two_stream_seed_2019", "depth_3")
    return {name: [r for r in rows if name in r.values()] for name in names}


def test_all_trainings_of_a_study_are_run_and_resumed(project):
    require_torch()
    first = run("--iterations", "10")
    assert first.returncode == 0, first.stderr
    assert "depth_3: " in first.stdout
    assert "10 iterations" in first.stdout
    assert Path("out/ablation/figure_5.png").stat().st_size > 10_000
    before = points()
    assert all(before.values())
    assert before["two_stream"][1]["loss"] != before["two_stream_seed_2019"][1]["loss"]
    assert "| more layers do not help |" in first.stdout

    again = run("--iterations", "10")
    assert again.returncode == 0, again.stderr
    assert points() == before  # nothing was left to train

    longer = run("--iterations", "20")
    assert longer.returncode == 0, longer.stderr
    assert "20 iterations" in longer.stdout
    logs = {path.name for path in Path("out/ablation/depth_3").glob("*.log")}
    assert logs == {"from_0000000.log", "from_0000010.log"}


def test_what_cannot_be_trained_is_one_sentence(project):
    require_torch()
    assert "There is no study 'width'" in run("--studies", "width").stderr
    assert "takes at least 10 iterations, not 5" in run("--iterations", "5").stderr
    os.remove("data/train.h5")
    failed = run("--iterations", "10")
    assert failed.returncode == 2
    assert "The training two_stream ended with code 2" in failed.stderr
    assert "data/train.h5 is missing" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("option", [("--precision", "bf16"), ("--channels-last",)])
def test_options_of_the_torch_engine_are_passed_on(project, option):
    """Real Caffe lacks them, so the training refuses them."""
    done = run("--iterations", "10", *option, "--engine", "caffe")
    assert done.returncode == 2
    assert "--precision, --channels-last and --compile need --engine torch" in done.stderr


def test_the_findings_are_written_into_a_page(project):
    require_torch()
    page = Path("page.md")
    page.write_text("Before\n" + "\nearlier table\n".join(MARKS) + "\nafter\n")
    done = run("--iterations", "10", "--seeds", "3", "--page", str(page))
    assert done.returncode == 0, done.stderr
    text = page.read_text()
    assert "| more layers do not help |" in text
    assert "earlier table" not in text
    assert text.startswith("Before\n")
    assert text.endswith("after\n")


def test_every_training_has_a_solver_file():
    designs = [found.design for found in ablation.trainings(ablation.STUDIES)]
    assert len(designs) == len(set(designs)) == 9
    for design in designs:
        assert read_solver(PROJECT / ablation.solver_file(design)).net


def test_only_the_default_design_is_trained_with_further_seeds():
    found = ablation.trainings(["filters", "depth"], (5, 6, 7))
    assert [(training.name, training.seed) for training in found] == [
        ("filters_32", 5),
        ("two_stream", 5),
        ("filters_128", 5),
        ("depth_3", 5),
        ("two_stream_seed_6", 6),
        ("two_stream_seed_7", 7),
    ]
    assert len(ablation.trainings(["patch"], (5, 6))) == 3
    logs = {training: training.name for training in found}
    studies = ablation.logs_of_studies(["depth"], logs)
    assert studies["depth"]["2-1-2"] == ["two_stream", "two_stream_seed_6", "two_stream_seed_7"]
    with pytest.raises(BadInput, match="must differ"):
        ablation.trainings(["depth"], (5, 5))


def test_a_solver_is_written_for_so_many_iterations(project):
    depth_3 = ablation.Training("depth_3", 7, "depth_3")
    path = ablation.write_solver(depth_3, 59, project / "out", 20, rate=0.5, test_iter=3)
    solver = read_solver(path)
    assert (solver.max_iter, solver.test_interval, solver.snapshot) == (50, 5, 5)
    assert (solver.base_lr, list(solver.test_iter)) == (0.5, [3])
    assert solver.random_seed == 27  # a resumed training goes on with other patches
    assert ablation.last_snapshot(project / "out") == (None, 0)
    with pytest.raises(BadInput, match="at least 10"):
        ablation.write_solver(depth_3, 9, project / "out")
