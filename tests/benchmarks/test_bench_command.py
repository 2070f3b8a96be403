import json

import pytest
from run_tool import run_here

from benchmarks import net_rate, program_cases, program_table
from benchmarks.program_cases import Case


def test_too_few_iterations_are_one_sentence():
    done = run_here("benchmarks.__main__", "--iterations", 1)
    assert done.returncode == 2
    assert (
        done.stderr == "python -m benchmarks: A timing takes at least 2 iterations and 1 patch.\n"
    )


def test_one_part_is_printed_and_written(tmp_path, monkeypatch):
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    monkeypatch.setattr(net_rate, "net_rates", lambda: {"fast": [0.5, 3e9, 12e9]})
    done = run_here("benchmarks.__main__", "--only", "net", "--out", tmp_path / "bench")
    assert done.returncode == 0, done.stderr
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
    done = run_here("benchmarks.__main__", "--only", "programs", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    for text in (done.stdout, (tmp_path / "programs.md").read_text()):
        assert "Left out: other. It is not installed." in text
        assert "Failed on demo: mine. It ended with exit code 1." in text
    assert json.loads((tmp_path / "programs.json").read_text())["values"]["rows"][0]["error"]
