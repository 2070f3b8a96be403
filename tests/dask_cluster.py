"""A Dask scheduler with two workers, each a process of its own."""

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PATHS = os.pathsep.join(map(str, (TESTS.parent / "python", TESTS)))


@contextmanager
def dask_cluster(folder):
    """Yield the address of the scheduler and the processes (Popen) of its two workers."""
    distributed = pytest.importorskip("distributed")
    found = folder / "scheduler.json"
    with ExitStack() as running:
        local = ("--host", "127.0.0.1")
        here = ("--port", "0", "--scheduler-file", found, "--no-dashboard")
        scheduler = running.enter_context(_started(folder, "scheduler", *local, *here))
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--scheduler-file", found)
        made = (_started(folder, "worker", *local, *alone) for _ in range(2))
        workers = list(map(running.enter_context, made))
        with distributed.Client(scheduler_file=str(found), timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        assert scheduler.poll() is None
        yield address, workers


@contextmanager
def _started(folder, program, *arguments):
    command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *map(str, arguments)]
    environment = dict(os.environ, PYTHONPATH=PATHS, OMP_NUM_THREADS="1")
    with (folder / "dask.log").open("a") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
