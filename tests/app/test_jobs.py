"""Jobs: a process group each, which ends when it is cancelled or the server dies."""

import os
import signal
import subprocess
import sys
import time

import pytest
from app_server import until
from real_caffe import PROJECT

from twostream.app.jobs import Cancelled, Jobs
from twostream.errors import BadInput


def own_group(progress):
    return os.getpgid(0), os.getpid()


def fail(error, progress):
    raise error


def leave(progress):
    os._exit(3)


def tell(progress):
    for done in range(3):
        progress("fuse", done, 2)
    time.sleep(600)


def note_and_block(path, progress):
    """Start a process as well, and hold the interpreter in one long call of C."""
    child = subprocess.Popen(["sleep", "600"])
    path.write_text(f"{os.getpid()} {child.pid}")
    sum(range(10**12))


def is_running(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def noted(path):
    return [int(word) for word in until(lambda: path.exists() and path.read_text()).split()]


@pytest.fixture
def jobs():
    made = Jobs()
    yield made
    made.close()


def test_a_job_has_a_process_group_of_its_own(jobs):
    group, process = jobs.start(own_group).future.result(60)
    assert group == process != os.getpgid(0)


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ((fail, BadInput("Not this.")), "Not this."),
        ((fail, ZeroDivisionError("by zero")), "The fusion failed: ZeroDivisionError: by zero"),
        ((leave,), "The fusion ended by itself, perhaps for lack of memory."),
    ],
)
def test_what_goes_wrong_is_a_sentence(jobs, work, said):
    with pytest.raises(BadInput, match=said):
        jobs.start(*work).future.result(60)


def test_cancel_kills_the_group_at_once_and_the_next_job_runs(jobs, tmp_path):
    running = jobs.start(note_and_block, tmp_path / "note")
    waiting, never = jobs.start(own_group), jobs.start(note_and_block, tmp_path / "never")
    processes = noted(tmp_path / "note")
    assert all(map(is_running, processes))
    for job in (never, running):
        job.cancel()
    with pytest.raises(Cancelled):
        running.future.result(5)
    until(lambda: not any(map(is_running, processes)), 5)
    assert waiting.future.result(60)
    with pytest.raises(Cancelled):
        never.future.result(60)
    assert not (tmp_path / "never").exists()


def test_progress_is_that_of_the_work(jobs):
    job = jobs.start(tell)
    until(lambda: job.progress == ("fuse", 2, 2))
    job.cancel()


SERVER = """
import sys, time
from pathlib import Path
from test_jobs import Jobs, note_and_block
if __name__ == "__main__":
    Jobs().start(note_and_block, Path(sys.argv[1]))
    time.sleep(600)
"""


def test_a_job_in_a_long_call_of_c_dies_with_its_server(tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    folders = [PROJECT / "python", PROJECT / "tests", PROJECT / "tests/app"]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, folders)))
    words = [sys.executable, str(tmp_path / "server.py"), str(tmp_path / "note")]
    with subprocess.Popen(words, env=environment) as server:
        processes = noted(tmp_path / "note")
        server.send_signal(signal.SIGKILL)
    until(lambda: not any(map(is_running, processes)), 10)
