import os

import pytest

from twostream.engines import threads
from twostream.fusion.tiled_net import TiledNet
from twostream.nets.pretrained import files_of
from twostream.parallel import workers


@pytest.fixture(autouse=True)
def no_limit(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(threads, "_limit", None)


def counted(_):
    return threads.thread_count()


def test_a_process_of_several_takes_its_share_of_the_cores():
    with workers(os.cpu_count(), start=threads.limit_threads) as pool:
        assert [value for _, value, _ in pool.completed(counted, [0, 1])] == [1, 1]
    assert threads.thread_limit() is None


def test_the_users_number_comes_before_the_limit(monkeypatch):
    threads.limit_threads(3)
    assert threads.thread_count() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "5,2")
    assert threads.thread_count() == threads.thread_limit() == 5


def test_a_net_takes_the_number_that_it_is_given():
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    net = TiledNet(*files_of("fast"), engine="onnx", threads=7)
    assert net.concurrency == 7
    threads.limit_threads(3)
    assert TiledNet(*files_of("fast"), engine="onnx").concurrency == 3
