"""Serving the page: on this computer alone, with a folder of its own that is gone afterwards."""

import os
import signal
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import BadInput
from .jobs import Jobs

QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
}
"""Environment in which Gradio and what it imports ask nothing of the network."""
PATIENCE = 60
"""Seconds in which the server must answer."""


def serve(limits, host="127.0.0.1", port=7860):
    """Serve the page until Ctrl-C or SIGTERM; raise BadInput if the port is not free."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with TemporaryDirectory(prefix="twostream-app-") as folder:
        folder, jobs = Path(folder).resolve(), Jobs()
        os.environ.update(QUIET, GRADIO_TEMP_DIR=str(folder / "uploads"))
        from .page import launch  # imports Gradio, which reads the environment then

        here = "127.0.0.1" if host == "0.0.0.0" else host
        try:
            page = launch(limits, jobs, folder, host, port)
            _wait_for_answer(here, port)
        except OSError as error:
            raise BadInput(f"Cannot listen at {host}:{port}; choose another --port.") from error
        print(f"Open http://{here}:{port} in a browser. Ctrl-C ends it.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
        finally:
            jobs.close()
            page.close(verbose=False)


def _wait_for_answer(host, port):
    """Ask the server for its page until it answers; raise OSError if it does not."""
    ends = time.monotonic() + PATIENCE
    while True:
        connection = HTTPConnection(host, port, timeout=PATIENCE)
        try:
            connection.request("HEAD", "/")
            return connection.getresponse()
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
