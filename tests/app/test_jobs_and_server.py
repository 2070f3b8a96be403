import os
import socket
import subprocess
import sys
import threading
import time

import pytest
from real_caffe import PROJECT

from twostream.app.jobs import Cancelled, Jobs
from twostream.errors import BadInput


def fail(error):
    raise error


def note_and_wait(path):
    path.write_text(str(os.getpid()))
    time.sleep(600)


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class Started:
    """A job in a thread, and how it ended."""

    def __init__(self, jobs, owner, work, *arguments):
        self.ended = None
        self._asked = jobs, owner, work, arguments
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        jobs, owner, work, arguments = self._asked
        try:
            self.ended = jobs.run(owner, work, *arguments)
        except Exception as error:
            self.ended = error

    def end(self):
        self._thread.join(60)
        return self.ended


def waited_for(path):
    for _ in range(600):
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.1)
    raise AssertionError(f"{path} is not written")


def test_a_job_has_a_process_of_its_own():
    jobs = Jobs()
    assert jobs.run("a", os.getpid) != os.getpid()
    assert not jobs.cancel("a")


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ((fail, BadInput("Not this.")), "Not this."),
        ((fail, ZeroDivisionError("by zero")), "The fusion failed: ZeroDivisionError: by zero"),
        ((os._exit, 3), "The fusion ended by itself, perhaps for lack of memory."),
    ],
)
def test_what_goes_wrong_is_a_sentence(work, said):
    with pytest.raises(BadInput, match=said):
        Jobs().run("a", *work)


def test_cancel_ends_the_process_and_the_next_job_runs(tmp_path):
    jobs, noted = Jobs(), tmp_path / "process"
    running = Started(jobs, "a", note_and_wait, noted)
    process = waited_for(noted)
    waiting = Started(jobs, "b", os.getpid)
    assert not jobs.cancel("somebody else")
    assert is_running(process)
    assert waiting.ended is None
    assert jobs.cancel("a")
    assert isinstance(running.end(), Cancelled)
    assert not is_running(process)
    assert isinstance(waiting.end(), int)


def test_a_job_is_cancelled_before_its_turn(tmp_path):
    jobs, noted = Jobs(), tmp_path / "process"
    running = Started(jobs, "a", note_and_wait, noted)
    waited_for(noted)
    waiting = Started(jobs, "b", note_and_wait, tmp_path / "never")
    while not jobs.cancel("b"):
        time.sleep(0.05)
    jobs.close()
    assert isinstance(running.end(), Cancelled)
    assert isinstance(waiting.end(), Cancelled)
    assert not (tmp_path / "never").exists()


SLOW = """
import http.server, sys, threading, time, types
class Page:
    def close(self, verbose): pass
def launch(limits, jobs, folder, host, port):
    def listen():
        time.sleep(1)
        http.server.HTTPServer((host, port), http.server.SimpleHTTPRequestHandler).serve_forever()
    threading.Thread(target=listen, daemon=True).start()
    return Page()
sys.modules["twostream.app.page"] = types.SimpleNamespace(launch=launch)
from twostream.app.server import serve
serve(None, port=int(sys.argv[1]))
"""


def test_the_address_is_printed_once_the_server_answers():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-c", SLOW, str(port)]
    path = os.pathsep.join([str(PROJECT / "python"), os.environ.get("PYTHONPATH", "")])
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, env=dict(os.environ, PYTHONPATH=path), **pipes) as process:
        try:
            said = process.stdout.readline()
            socket.create_connection(("127.0.0.1", port), 10).close()
        finally:
            process.kill()
    assert said == f"Open http://127.0.0.1:{port} in a browser. Ctrl-C ends it.\n"
