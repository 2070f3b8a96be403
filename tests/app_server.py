"""`make app` or `twostream app` in a process, and requests to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest
from real_caffe import PROJECT

# Read by each Python that the server starts: it notes whom it asks of the network.
WATCH = """
import sys
def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.connect"):
        at = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
        host = at[0] if isinstance(at, tuple) else at
        if host not in (None, "127.0.0.1", "::1", "localhost"):
            print("ASKED", host, flush=True)
sys.addaudithook(note)
"""


def until(condition, seconds=60):
    ends = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.1)
    return found


class Server:
    """The command in a process: where it serves, what it prints, where its files are."""

    def __init__(self, folder, *words, command=("-m", "twostream", "app")):
        if not (find_spec("starlette") and find_spec("uvicorn")):
            pytest.skip("starlette and uvicorn are not installed")
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.url, self.files = f"http://127.0.0.1:{self.port}", folder / "tmp"
        self._log = folder / "log"
        self.files.mkdir()
        (folder / "sitecustomize.py").write_text(WATCH)
        path = os.pathsep.join([str(folder), str(PROJECT / "python")])
        call = [sys.executable, *command, f"--port={self.port}", *words]
        if command == "make":
            call = ["make", "--silent", "app", f"PYTHON={sys.executable}", f"PORT={self.port}"]
        with open(self._log, "w") as log:
            self.process = subprocess.Popen(
                call,
                cwd=PROJECT,
                env=dict(os.environ, TMPDIR=str(self.files), PYTHONPATH=path),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "Open http" in self.printed or self.process.poll() is not None)
        assert self.process.poll() is None, self.printed

    @property
    def printed(self):
        return self._log.read_text()

    def end(self, sign=signal.SIGTERM):
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")  # none if it has ended before
        with suppress(ProcessLookupError, FileNotFoundError):
            made = children.read_text().split() if "make" in str(self.process.args[0]) else [pid]
            for child in made:
                os.kill(int(child), sign)
        return self.process.wait(60)

    def ask(self, method, path, body=None, **headers):
        """Send a request, and return status, headers and body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        found = answer.status, dict(answer.headers), answer.read()
        connection.close()
        return found


class Visitor:
    """A page: its cookie, and requests as a browser sends them."""

    def __init__(self, server):
        self.server = server
        self.cookie = server.ask("GET", "/")[1]["set-cookie"].split(";")[0]

    def get(self, path):
        return self.server.ask("GET", path, Cookie=self.cookie)

    def post(self, path, body=None):
        headers = {"Cookie": self.cookie, "Origin": self.server.url}
        status, _, found = self.server.ask("POST", path, body, **headers)
        return status, json.loads(found)

    def state(self):
        return json.loads(self.get("/state")[2])

    def done(self):
        """Return the state once no job runs."""
        return until(lambda: not (found := self.state())["progress"] and found)

    def add(self, names, paths):
        for name, path in zip(names, paths):
            assert self.post(f"/frames?name={quote(name)}", Path(path).read_bytes())[0] == 200
        assert self.post("/look")[0] == 200
        return self.done()
