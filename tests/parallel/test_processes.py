import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import cv2
import pytest
from noted_work import calls, square
from programs_of_others import write_program
from run_tool import run_program

from twostream.errors import BadInput
from twostream.parallel import workers
from twostream.parallel.programs import find_program
from twostream.training import run_caffe

TESTS = Path(__file__).parents[1]


def outcomes(folder, items, **options):
    with workers(2) as pool:
        done = pool.completed(partial(square, folder=folder, **options), items)
        return {number: (value, error) for number, value, error in done}


def test_every_item_is_worked_on_once_by_two_processes(tmp_path):
    found = outcomes(tmp_path, range(10))
    assert found == {number: (number**2, None) for number in range(10)}
    notes = calls(tmp_path)
    assert sorted(item for done in notes.values() for item in done) == list(range(10))
    assert len(notes) == 2
    assert os.getpid() not in notes


def test_an_error_and_a_killed_process_cost_their_item_only(tmp_path):
    found = outcomes(tmp_path, [1, 99, 2, 13, 4])
    assert "killed" in str(found.pop(1)[1])
    _, error = found.pop(3)
    assert (type(error), str(error)) == (BadInput, "13 brings bad luck.")
    assert "in square" in str(error.__cause__)  # where it was raised
    assert sorted(found.values()) == [(1, None), (4, None), (16, None)]


def test_a_process_killed_while_idle_is_replaced(tmp_path):
    work = partial(square, folder=tmp_path)
    with workers(1) as pool:
        assert list(pool.completed(work, [2])) == [(0, 4, None)]
        (process,) = calls(tmp_path)
        os.kill(process, signal.SIGKILL)
        time.sleep(0.2)
        assert list(pool.completed(work, [3])) == [(0, 9, None)]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
def test_processes_end_with_a_main_process_that_is_killed(tmp_path):
    program = (
        "from functools import partial; from noted_work import square\n"
        "from twostream.parallel import workers\n"
        f"work = partial(square, folder={str(tmp_path)!r}, seconds=60)\n"
        "with workers(2) as pool: list(pool.completed(work, [1, 2]))"
    )
    paths = os.pathsep.join(map(str, (TESTS.parent / "python", TESTS)))
    main = subprocess.Popen([sys.executable, "-c", program], env=dict(os.environ, PYTHONPATH=paths))
    _wait(lambda: len(calls(tmp_path)) == 2)
    main.kill()
    main.wait()
    _wait(lambda: not any(map(_runs, calls(tmp_path))))


def _runs(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_fewer_than_one_process_is_refused():
    with pytest.raises(BadInput, match="at least 1"):
        workers(0)


THREADS = """
import os
import time

import cv2
import numpy as np

from twostream.parallel import processes


def count(fewer=False):
    for _ in range(200):  # a thread that has ended is listed for a while
        found = len(os.listdir("/proc/self/task"))
        if not fewer or found == before:
            break
        time.sleep(0.01)
    return found


before = count()
cv2.setNumThreads(3)
cv2.warpPerspective(np.ones((1000, 1000), np.float32), np.eye(3), (1000, 1000))
busy = count()
with processes._no_opencv_threads():
    forking = count(fewer=True)
print(busy - before, forking - before, cv2.getNumThreads())
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc")
def test_processes_start_without_threads_of_opencv():
    """A process hung at its start, every other time, where OpenCV's threads slept meanwhile."""
    if not re.search(r"Parallel framework:\s+pthreads", cv2.getBuildInformation()):
        pytest.skip("only threads of OpenCV's own end when it is told to take one")
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    done = run_program(sys.executable, "-c", THREADS, env=environment)
    threads, forking, after = map(int, done.stdout.split())
    assert (forking, after) == (0, 3)
    if threads == 0:
        pytest.skip("this OpenCV has no threads of its own")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Folder of Python and one on PATH, without programs."""
    found = tmp_path / "python", tmp_path / "path"
    for folder in found:
        folder.mkdir()
    monkeypatch.setattr(sys, "executable", str(found[0] / "python"))
    monkeypatch.setenv("PATH", str(found[1]))
    return found


def test_a_program_next_to_python_comes_before_one_on_path(folders):
    assert find_program("caffe") is None
    on_path = write_program(folders[1] / "caffe", "exit 0")
    assert find_program("caffe") == on_path
    beside = write_program(folders[0] / "caffe", "exit 0")
    assert find_program("caffe") == beside


def test_caffe_is_here_if_its_program_starts(folders):
    assert not run_caffe.caffe_is_here()
    with pytest.raises(BadInput, match="make caffe"):
        run_caffe.caffe_program()
    write_program(folders[1] / "caffe", "exit 2")  # tools/caffe without a root
    assert not run_caffe.caffe_is_here()
    write_program(folders[1] / "caffe", "exit 0")
    assert run_caffe.caffe_is_here()
