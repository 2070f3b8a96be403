import sys
import threading
from functools import partial

import pytest
from dask_cluster import dask_cluster
from noted_work import calls, square

from twostream.errors import BadInput
from twostream.parallel import cluster, workers


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    with dask_cluster(tmp_path_factory.mktemp("dask")) as (address, processes):
        yield address, {process.pid for process in processes}


def test_both_workers_of_the_cluster_work_and_an_error_is_that_of_its_item_only(dask, tmp_path):
    with workers(dask[0]) as pool:
        done = pool.completed(partial(square, folder=tmp_path), [*range(10), 13])
        found = {number: (value, error) for number, value, error in done}
    _, error = found.pop(10)
    assert found == {number: (number**2, None) for number in range(10)}
    assert set(calls(tmp_path)) == dask[1]
    assert (type(error), str(error)) == (BadInput, "13 brings bad luck.")


def test_relative_paths_are_those_of_this_process(dask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with workers(dask[0]) as pool:
        list(pool.completed(partial(square, folder="."), [3]))
    assert list(calls(tmp_path).values()) == [[3]]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://"])
def test_no_scheduler(address, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    before = set(threading.enumerate())
    with pytest.raises(BadInput, match="No Dask scheduler answers"):
        workers(address)
    assert set(threading.enumerate()) <= before


def test_without_distributed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match=r"needs the Python package distributed\. Run pip install"):
        workers("tcp://127.0.0.1:1")
