"""The CPU image, built and run by buildah on a base image made from Debian's packages."""

import os
import re

import pytest
from real_caffe import write_tiny_solver
from real_image import assert_fuses_as_onnx, container
from skimage import data

pytestmark = [pytest.mark.docker, pytest.mark.caffe]


@pytest.fixture(scope="module")
def inside(tmp_path_factory):
    with container("cpu", "bullseye", tmp_path_factory.mktemp("broken")) as inside:
        yield inside


def test_the_user_is_not_root_but_may_write(inside, tmp_path):
    assert inside(tmp_path, "id", "-un").strip() == "fusion"
    inside(tmp_path, "sh", "-c", "mkdir out && touch out/here /pictures/here")
    assert (tmp_path / "here").exists()


def test_caffe_and_the_toolkit_are_there(inside, tmp_path):
    assert "caffe version 1.0.0" in inside(tmp_path, "caffe", "--version")
    code = "import caffe, twostream; print(twostream.__file__)"
    shown = inside(tmp_path, "python3", "-c", code, start="/pictures")
    assert shown.strip() == "/opt/twostream/python/twostream/__init__.py"


def test_caffe_trains(inside, tmp_path):
    write_tiny_solver(tmp_path, iterations=2)
    log = inside(tmp_path, "caffe", "train", "-solver", "solver.prototxt", start="/pictures")
    assert "Iteration 2, loss = " in log
    assert (tmp_path / "tiny_iter_2.caffemodel").stat().st_size > 0


@pytest.mark.parametrize("picture", ["camera", "astronaut"])
def test_pycaffe_in_the_image_fuses_as_onnx_on_the_host(inside, tmp_path, picture):
    assert_fuses_as_onnx(inside, tmp_path, getattr(data, picture)()[100:228, 150:310])


def test_make_demo(inside, tmp_path):
    shown = inside(tmp_path, "sh", "-c", "make demo && cp -r out/demo /pictures")
    rows = re.findall(r"^(\w+) +([\d.]+) +([\d.]+) +([\d.]+)$", shown, re.MULTILINE)
    assert rows, shown
    assert all(float(select) > float(average) for _, average, _, select in rows)
    assert {f"{name}_fused.png" for name, *_ in rows} <= set(os.listdir(tmp_path / "demo"))
