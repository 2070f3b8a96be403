"""What runs on a Dask cluster gives what it gives on this machine; pairs: `test_batch`."""

import time
from threading import Thread

import cv2
import numpy as np
import pytest
from dask_cluster import dask_cluster
from run_tool import run_here, works

SIZE = ("--patch", 12, "--patches", 4, "--draws", 8, "--val-patches", 8, "--shard", 24)


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    with dask_cluster(tmp_path_factory.mktemp("dask")) as cluster:
        yield cluster


def test_evaluate(dask, tmp_path, noise, monkeypatch):
    names = ("x_A", "x_B", "x_clean", "y_A", "y_B", "z_A")
    folder = noise("pairs", *(f"{name}.png" for name in names))[0].parent
    call = ("evaluate", "--pairs", folder, "--methods", "average", "dwt")
    here = run_here(*call, "--jobs", 1, "--out", tmp_path / "here")
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", dask[0])
    there = run_here(*call, "--out", tmp_path / "there")
    assert (here.returncode, here.stderr) == (there.returncode, there.stderr)
    for name in ("results.csv", "results.json"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_dataset_whose_worker_is_killed_on_the_way(dask, tmp_path, rng):
    address, workers = dask
    (tmp_path / "photographs").mkdir()
    for n in range(8):
        coarse = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        cv2.imwrite(str(tmp_path / f"photographs/p{n}.png"), cv2.resize(coarse, (48, 40)))
    call = ("dataset", "--images", tmp_path / "photographs", *SIZE)
    works(*call, "--jobs", 1, "--out", tmp_path / "here")
    there = tmp_path / "there"
    killer = Thread(target=_kill, args=(workers[0], there / "train_0000.h5"))
    killer.start()
    works(*call, "--scheduler", address, "--out", there)
    killer.join()
    assert workers[0].poll() is not None
    assert workers[1].poll() is None
    shards = sorted(path.name for path in (tmp_path / "here").glob("*.h5"))
    assert len(shards) >= 5
    for name in shards:
        assert (there / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def _kill(worker, shard):
    """Kill a worker as soon as the first shard is there."""
    end = time.monotonic() + 120
    while not shard.exists() and time.monotonic() < end:
        time.sleep(0.005)
    worker.kill()
