"""Serving the page: on this computer alone, with a folder of its own that is gone afterwards."""

import os
import signal
import sys
import threading
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


def serve(limits, host="127.0.0.1", port=7860):
    """Serve the page until Ctrl-C or SIGTERM.

    Parameters
    ----------
    limits : uploads.Limits
    host : str
        Address to listen at.
    port : int

    Raises
    ------
    BadInput
        If the port is not free.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with TemporaryDirectory(prefix="twostream-app-") as folder:
        folder, jobs = Path(folder).resolve(), Jobs()
        os.environ.update(QUIET, GRADIO_TEMP_DIR=str(folder / "uploads"))
        from .page import launch  # imports Gradio, which reads the environment then

        try:
            page = launch(limits, jobs, folder, host, port)
        except OSError as error:
            raise BadInput(f"Cannot listen at {host}:{port}; choose another --port.") from error
        print(f"Open http://{host}:{port} in a browser. Ctrl-C ends it.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
        finally:
            jobs.close()
            page.close(verbose=False)
