"""The images of Caffe on CUDA, built for one architecture and run on a computer without a GPU."""

import os
import re

import pytest
from real_caffe import IN_CAFFE, require_caffe
from real_image import assert_fuses_as_onnx, container
from run_tool import run_program
from skimage import data

from benchmarks.short_training import write_training
from twostream.nets.two_stream import Design
from twostream.report import training_log

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.caffe]

LIBRARIES = {
    "11.8": {"libcublas.so.11", "libcublasLt.so.11", "libcurand.so.10", "libcudart.so.11.0"},
    "13": {"libcublas.so.13", "libcublasLt.so.13", "libcurand.so.10", "libcudart.so.13"},
}
NO_GPU = r"\((100|35) vs\. 0\)"
"""CUDA's codes for no device, and for no driver or one that is too old."""
ITERATIONS = 50
SAME_KERNEL = {"OPENBLAS_CORETYPE": "Nehalem", "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module", params=sorted(LIBRARIES))
def cuda(request):
    return request.param


@pytest.fixture(scope="module")
def inside(tmp_path_factory, cuda):
    settings = (f"CUDA={cuda}", "ARCHITECTURES=80", "JOBS=2")
    arguments = [word for setting in settings for word in ("--build-arg", setting)]
    where = ("caffe-cuda", "bookworm", tmp_path_factory.mktemp("broken"))
    with container(*where, *arguments, tag=f"caffe-cuda-{cuda}") as inside:
        yield inside


@pytest.fixture
def solver(tmp_path, monkeypatch, rng):
    """Write a training with a seed, whose paths are relative to its folder."""
    monkeypatch.chdir(tmp_path)
    patches = rng.random((3, 40, 1, 20, 20), dtype="float32")
    write_training(".", patches, Design(filters=8), 4, ITERATIONS)
    path = tmp_path / "solver.prototxt"
    path.write_text(path.read_text().replace("snapshot_after_train: false", "random_seed: 1"))
    return path


@pytest.mark.parametrize("user", [None, "4321"])
def test_any_user_but_root_may_write(inside, tmp_path, user):
    shown = inside(tmp_path, "sh", "-c", "id -u; mkdir -p /pictures/new out", user=user)
    assert shown.strip() == (user or "1000")
    assert (tmp_path / "new").exists()


def test_caffe_is_linked_with_cuda(inside, tmp_path, cuda):
    assert "caffe version 1.0.0" in inside(tmp_path, "caffe", "--version")
    shown = inside(tmp_path, "sh", "-c", 'ldd "$(command -v caffe)"')
    assert LIBRARIES[cuda] | {"libblas.so.3"} <= set(shown.split())
    assert "not found" not in shown


def test_it_has_code_for_the_architecture(inside, tmp_path):
    shown = inside(tmp_path, "cat", "/usr/local/share/caffe/cuobjdump.txt")
    assert set(re.findall(r"\bsm_(\d+)", shown)) == {"80"}
    assert "ELF file" in shown
    assert "PTX file" in shown


def test_on_the_cpu_it_trains_as_the_reference_to_the_last_bit(inside, tmp_path, solver):
    require_caffe()
    train = ["caffe", "train", "-solver", solver.name]
    settings = [f"{name}={value}" for name, value in SAME_KERNEL.items()]
    said = {"cuda": inside(tmp_path, "env", *settings, *train, start="/pictures")}
    weights = f"snapshot_iter_{ITERATIONS}.caffemodel"
    (tmp_path / weights).rename(tmp_path / "cuda.caffemodel")
    environment = dict(os.environ, GLOG_minloglevel="0", **SAME_KERNEL)
    said["reference"] = run_program(IN_CAFFE, *train, env=environment).stderr
    losses = {}
    for name, text in said.items():
        (tmp_path / name).write_text(text)
        losses[name] = [point.loss for point in training_log.read([tmp_path / name]).train]
        print(name, *losses[name])
    assert len(losses["cuda"]) > ITERATIONS - 1
    assert losses["cuda"] == losses["reference"]
    assert (tmp_path / "cuda.caffemodel").read_bytes() == (tmp_path / weights).read_bytes()


def test_without_a_gpu_cuda_says_so(inside, tmp_path, solver):
    solver.write_text(solver.read_text().replace("solver_mode: CPU", "solver_mode: GPU"))
    train = ("caffe", "train", "-solver", solver.name)
    for command in (("caffe", "device_query", "-gpu", "0"), train):
        shown = inside(tmp_path, *command, start="/pictures", fails=True)
        assert re.search(NO_GPU, shown), shown
        assert "CPU-only" not in shown


def test_pycaffe_in_the_image_fuses_as_onnx_on_the_host(inside, tmp_path):
    assert_fuses_as_onnx(inside, tmp_path, data.camera()[100:228, 150:310])


def test_the_toolkit_makes_a_dataset_and_the_demo_is_scored_by_pycaffe(inside, tmp_path):
    inside(tmp_path, "make", "dataset", "DRAWS=1", "OUT=/pictures/set", user="4321")
    assert (tmp_path / "set" / "examples.png").stat().st_size > 0
    inside(tmp_path, "make", "demo")
    evaluate = ["twostream", "evaluate", "--pairs", "out/demo", "--engine", "caffe"]
    inside(tmp_path, *evaluate, "--methods", "select", "--out", "/pictures/scores")
    assert "| select |" in (tmp_path / "scores" / "tables.md").read_text()


def test_its_size_is_shown(inside, tmp_path):
    du = "du --summarize --block-size=1M --one-file-system /usr /opt"
    shown = inside(tmp_path, "sh", "-c", du)
    print(shown)
    assert 900 < sum(int(line.split()[0]) for line in shown.splitlines()) < 3000
