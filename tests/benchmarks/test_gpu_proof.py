"""`benchmarks.prove_gpu` with small sizes. Without a GPU, the runs on it are skipped."""

import json

import pytest
from programs_of_others import write_program
from real_caffe import require_caffe
from real_torch import require_torch
from run_tool import refused, works

from benchmarks import gpu_proof
from benchmarks.device_memory import DeviceMemory

SMALL = ("--steps", "5", "--batch", "2", "--filters", "2", "--sizes", "64x48", "--gpu-sizes")


@pytest.mark.caffe
def test_cpu_runs_are_filled_and_gpu_runs_say_why_not(tmp_path, monkeypatch):
    require_caffe()
    require_torch()
    runs = (("caffe", False), ("torch", False), ("torch", True))
    monkeypatch.setattr(gpu_proof, "RUNS", runs)
    shown = works("benchmarks.prove_gpu", *SMALL, "-o", tmp_path / "proof.json")
    caffe, torch, gpu = json.loads((tmp_path / "proof.json").read_text())["runs"]
    for row in (caffe, torch):
        assert len(row["losses"]) >= 5
        assert row["patches_a_second"] > 0
        assert row["fusion_seconds"]["64x48"] > 0
        assert 0 < row["share_of_matrix_products"] < 1
    assert caffe["losses"][0] != caffe["losses"][-1]
    assert (caffe["deploy_difference"], caffe["loss_difference"]) == (0, 0)
    assert 0 < torch["deploy_difference"] < 1e-5
    assert torch["loss_difference"] < 1e-3
    assert "GPU 0" in gpu.get("skipped", gpu["device"])
    assert f"torch GPU 0   skipped: {gpu['skipped']}" in shown.stdout or "losses" in gpu


def test_the_reason_of_a_failed_run_is_caffes_or_the_last_line():
    fatal = "error == cudaSuccess (100 vs. 0)  no CUDA-capable device is detected"
    fault = f"F20261125 04:00:00.2 7 common.cpp:152] Check failed: {fatal}"
    glog = f"I1125 04:00:00.1 7 caffe.cpp:1] up\n{fault}\n*** Check failure stack trace: ***\n"
    assert gpu_proof._reason(glog) == fatal
    absent = "There is no GPU 3; there are 2, from 0."
    assert gpu_proof._reason(f"a warning\n{absent}\n") == absent


def test_memory_is_the_largest_growth_that_nvidia_smi_shows(tmp_path, monkeypatch):
    used = tmp_path / "used"
    used.write_text("100")
    write_program(tmp_path / "nvidia-smi", f'[ "$1" = --id=1 ] && cat {used}')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with DeviceMemory(1) as memory:
        used.write_text("850")
        while not memory.peak:
            pass
        used.write_text("120")
    assert memory.peak == 750
    with DeviceMemory(None) as memory:
        pass
    assert memory.peak is None  # of the CPU none is shown


def test_a_training_takes_a_few_steps():
    said = ": A training takes at least 5 steps and 1 patch per batch.\n"
    refused(said, "benchmarks.prove_gpu", "--steps", "2")
