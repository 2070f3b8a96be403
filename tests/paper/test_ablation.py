import csv
import os
from pathlib import Path

import numpy as np
import pytest
from real_torch import require_torch
from run_tool import PROJECT, refused, run_here, works

from paper.ablation import plot
from paper.ablation import trainings as ablation
from paper.ablation.findings import MARKS, markdown, psnr_at, verdict
from twostream.caffe_files.prototxt import read_solver
from twostream.data import hdf5
from twostream.errors import BadInput
from twostream.nets import generate
from twostream.nets.two_stream import Design
from twostream.report.training_log import TrainingLog, ValPoint

DESIGNS = {
    "ablation/two_stream": Design(filters=2, kernel=3),
    "ablation/depth_3": Design(filters=2, kernel=3, depth=3),
}
STUDY = ("--studies", "depth", "--engine", "torch", "--test-iter", "4", "--seeds", "2018", "2020")
RUN = ("paper.ablation.__main__", *STUDY)


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


def points():
    with open("out/ablation/figure_5.csv") as file:
        rows = list(csv.DictReader(file))
    names = ("two_stream", "two_stream_seed_2020", "depth_3")
    return {name: [r for r in rows if name in r.values()] for name in names}


def test_all_trainings_of_a_study_are_run_and_resumed(project):
    require_torch()
    Path("page.md").write_text("Before\n" + "\nearlier table\n".join(MARKS) + "\nafter\n")
    first = works(*RUN, "--iterations", "10", "--page", "page.md").stdout
    for part in ("depth_3: ", "10 iterations", "| more layers do not help |"):
        assert part in first
    text = Path("page.md").read_text()
    assert "| more layers do not help |" in text
    assert "earlier table" not in text
    assert (text[:7], text[-7:]) == ("Before\n", "\nafter\n")
    assert Path("out/ablation/figure_5.png").stat().st_size > 10_000
    before = points()
    assert all(before.values())
    assert before["two_stream"][1]["loss"] != before["two_stream_seed_2020"][1]["loss"]
    works(*RUN, "--iterations", "10")
    assert points() == before  # nothing was left to train
    assert "20 iterations" in works(*RUN, "--iterations", "20").stdout
    logs = {path.name for path in Path("out/ablation/depth_3").glob("*.log")}
    assert logs == {"from_0000000.log", "from_0000010.log"}


def test_what_cannot_be_trained_is_one_sentence(project):
    require_torch()
    refused("There is no study 'width'", *RUN, "--studies", "width")
    refused("takes at least 10 iterations, not 5", *RUN, "--iterations", "5")
    os.remove("data/train.h5")
    failed = run_here(*RUN, "--iterations", "10")
    assert failed.returncode == 2
    assert "The training two_stream ended with code 2" in failed.stderr
    assert "data/train.h5 is missing" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("option", [("--precision", "bf16"), ("--channels-last",)])
def test_options_of_the_torch_engine_are_passed_on(project, option):
    """Real Caffe lacks them, so the training refuses them."""
    done = run_here(*RUN, "--iterations", "10", *option, "--engine", "caffe")
    assert done.returncode == 2
    assert "--precision, --channels-last and --compile need --engine torch" in done.stderr


def test_every_training_has_a_solver_file():
    designs = [found.design for found in ablation.trainings(ablation.STUDIES)]
    assert len(designs) == len(set(designs)) == 9
    for design in designs:
        assert read_solver(PROJECT / ablation.solver_file(design)).net


def test_only_the_default_design_is_trained_with_further_seeds():
    found = ablation.trainings(["filters", "depth"], (5, 6, 7))
    seeds = {"filters_32": 5, "two_stream": 5, "filters_128": 5, "depth_3": 5}
    further = {"two_stream_seed_6": 6, "two_stream_seed_7": 7}
    assert {training.name: training.seed for training in found} == {**seeds, **further}
    assert len(ablation.trainings(["patch"], (5, 6))) == 3
    logs = {training: training.name for training in found}
    studies = ablation.logs_of_studies(["depth"], logs)
    assert studies["depth"]["2-1-2"] == ["two_stream", *further]
    with pytest.raises(BadInput, match="must differ"):
        ablation.trainings(["depth"], (5, 5))


def test_a_solver_is_written_for_so_many_iterations(project):
    depth_3 = ablation.Training("depth_3", 7, "depth_3")
    path = ablation.write_solver(depth_3, ablation.Run(59, 20, 0.5, 3), project / "out")
    solver = read_solver(path)
    assert (solver.max_iter, solver.test_interval, solver.snapshot) == (50, 5, 5)
    assert (solver.base_lr, list(solver.test_iter)) == (0.5, [3])
    assert solver.random_seed == 27  # a resumed training goes on with other patches
    assert ablation.last_snapshot(project / "out") == (None, 0)
    with pytest.raises(BadInput, match="at least 10"):
        ablation.write_solver(depth_3, ablation.Run(9), project / "out")


def log(seconds, *decibels):
    """Log of validations 100 iterations apart, of patches of 100 numbers."""
    points = [ValPoint(100 * n, seconds * n, 10 ** (2 - d / 10)) for n, d in enumerate(decibels)]
    return TrainingLog([], points, (1, 10, 10))


ORDERS = {
    "yes": [(30, 28, 26)],
    "no": [(26, 28, 30)],
    "in part": [(28, 30, 26), (30, 29.5, 26)],
    "inconclusive": [(30, 29.5, 29), (29, 29.5, 30), (30, 29.5)],
}


@pytest.mark.parametrize("word", ORDERS)
def test_an_order_counts_where_it_exceeds_the_spread(word):
    assert [verdict(decibels, 1.0) for decibels in ORDERS[word]] == [word] * len(ORDERS[word])
    if word in ("yes", "no"):  # what need not be better may be equal
        assert verdict((30, 30.5 if word == "yes" else 31.5), 1.0, strict=False) == word


def test_psnr_between_validations_is_interpolated():
    found = log(10, 20, 30)
    assert psnr_at(found, 50, "iterations") == pytest.approx(25)
    assert psnr_at(found, 2.5, "seconds") == pytest.approx(22.5)


def test_findings_at_equal_iterations_and_at_equal_seconds():
    """The deeper net is better after 100 iterations, and worse in the time of the shallow one."""
    depth = {"2-1-2": [log(10, 20, 30), log(10, 20, 29.5)], "3-1-3": [log(40, 20, 32)]}
    assert (
        "| more layers do not help "
        "| no (100 iterations: 2-1-2 30.00 dB, 3-1-3 32.00 dB) "
        "| yes (10 seconds: 2-1-2 30.00 dB, 3-1-3 23.00 dB) |"
    ) in markdown({"depth": depth}).splitlines()


STUDIES = {
    "kernel": {"3x3": [log(7, 10, 20)], "5x5": [log(7, 10, 30), log(7, 10, 20)]},
    "depth": {"2-1-2": [log(7, 10, 30)]},
}


def test_each_study_is_drawn_over_iterations_and_seconds():
    """A band shows how far seeds are apart."""
    rows = plot.draw(STUDIES).axes
    assert len(rows) == 2 * len(STUDIES)
    iterations, seconds = rows[:2]
    assert [line.get_label() for line in iterations.lines] == ["3x3", "5x5"]
    assert iterations.lines[1].get_xdata().tolist() == [0, 100]
    assert seconds.lines[1].get_xdata().tolist() == [0, 7]
    assert iterations.lines[1].get_ydata().tolist() == pytest.approx([10, 30])
    (band,) = iterations.collections
    (low, left), (high, right) = band.get_datalim(iterations.transData).get_points()[:, ::-1]
    assert (left, right) == (0, 100)
    assert (low, high) == pytest.approx((10, 30))
    assert len(seconds.collections) == 1


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(BadInput):
        plot.write(tmp_path / "figure.xyz", STUDIES)
    assert not list(tmp_path.iterdir())
