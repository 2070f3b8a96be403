import json

import pytest
from real_torch import require_torch
from run_tool import refused, works

from benchmarks import net_rate, program_cases, program_table
from benchmarks.metric_speed import NAMES, metric_speeds
from benchmarks.program_cases import Case
from benchmarks.training_speed import multiply_accumulates, training_speeds
from twostream.caffe_files import blobs
from twostream.nets.two_stream import Design, deploy


def test_every_metric_of_the_paper_is_timed():
    found = {name: (seconds, ratio) for name, seconds, ratio in metric_speeds(repeats=1)}
    assert set(found) == {*NAMES, "all six"}
    assert all(seconds > 0 for seconds, _ in found.values())
    assert all(found[name][1] > 0 for name in NAMES)


def test_trainings_and_products_are_timed():
    require_torch()
    from benchmarks.matmul_rate import matmul_rate

    names, design = ["PyTorch, float32", "PyTorch, channels last"], Design(filters=2, kernel=3)
    found = dict(training_speeds(names, design, iterations=2, batch=4))
    assert list(found) == ["reading", *names]
    assert all(speed > 0 for speed in found.values())
    assert 1e8 < matmul_rate(side=256, repeats=3) < 1e15


def test_multiplications():
    # Two streams of 5x5 layers 1 to 64 and 64 to 64, 128 to 64 of 1x1, then 64 to 64 and 64 to 1.
    layers = 2 * (25 * 64 + 25 * 64 * 64) + 128 * 64 + 25 * 64 * 64 + 25 * 64
    assert multiply_accumulates(Design()) == 2500 * (3 * layers - 2 * 25 * 64)
    net = deploy(Design(filters=2, kernel=3))
    for layer in net.layer:
        if layer.type == "Input":
            layer.input_param.shape[0].dim[2:] = [10, 20]
    # Two streams of 3x3 layers 1 to 2 and 2 to 2, 4 to 2 of 1x1, then 2 to 2 and 2 to 1.
    assert blobs.multiply_accumulates(net) == 200 * (2 * 9 * (2 + 4) + 8 + 9 * (4 + 2))


def test_rates_of_a_net_and_of_products():
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    ((name, (seconds, *rates)),) = net_rate.net_rates(["fast"]).items()
    assert name == "fast"
    assert 0 < seconds < 60
    assert all(1e7 < rate < 1e13 for rate in rates)


def test_too_few_iterations_are_one_sentence():
    said = "python -m benchmarks: A timing takes at least 2 iterations and 1 patch.\n"
    assert refused(said, "benchmarks.__main__", "--iterations", 1).stderr == said


def test_one_part_is_printed_and_written(tmp_path, monkeypatch):
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    monkeypatch.setattr(net_rate, "net_rates", lambda: {"fast": [0.5, 3e9, 12e9]})
    done = works("benchmarks.__main__", "--only", "net", "--out", tmp_path / "bench")
    row = "| fast | 0.500 | 3.0 | 12.0 | 25 |"
    assert row in done.stdout
    assert sorted(path.name for path in (tmp_path / "bench").iterdir()) == ["net.json", "net.md"]
    assert row in (tmp_path / "bench/net.md").read_text()
    found = json.loads((tmp_path / "bench/net.json").read_text())
    assert found["values"] == {"fast": [0.5, 3.0, 12.0, 25.0]}
    assert found["machine"]["cores"] >= 1


def test_programs_that_are_missing_or_fail_are_named(tmp_path, monkeypatch):
    row = program_table.Row("mine", "demo", error="It ended with exit code 1.")
    contest = program_table.Contest([], {"other": "It is not installed."})
    monkeypatch.setattr(program_table, "contest", lambda limit: contest)
    monkeypatch.setattr(program_table, "compared", lambda programs, cases: [row])
    monkeypatch.setattr(program_cases, "cases", lambda folder: [Case("demo", "Pairs", ())])
    done = works("benchmarks.__main__", "--only", "programs", "--out", tmp_path)
    for text in (done.stdout, (tmp_path / "programs.md").read_text()):
        assert "Left out: other. It is not installed." in text
        assert "Failed on demo: mine. It ended with exit code 1." in text
    assert json.loads((tmp_path / "programs.json").read_text())["values"]["rows"][0]["error"]
