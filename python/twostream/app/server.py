"""Serving the page, by default to this computer alone."""

import signal
import socket
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import BadInput
from .opening import open_project, sources_of
from .project import Project
from .sessions import Sessions

EVERYWHERE = ("0.0.0.0", "::", "")
GRACE = 2
"""Seconds in which answers must finish when the server ends."""
LOCAL = ("127.0.0.1", "localhost", "::1")


def serve(limits, host="127.0.0.1", port=7860, names=(), password=None, opened=None, trust=False):
    """Serve the page until Ctrl-C or SIGTERM; raise BadInput if the port is not free.

    `opened` is a record or a project folder. If it is trusted, it may name files elsewhere.
    """
    import uvicorn

    from .web import application

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again
    with TemporaryDirectory(prefix="twostream-app-") as folder, _listening(host, port) as listener:
        sessions = Sessions(Path(folder).resolve(), limits, *_opened(opened, folder, trust))
        app = application(sessions, [host, *names], password)
        config = uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        server = uvicorn.Server(config)
        here = "127.0.0.1" if host in EVERYWHERE else host
        print(f"Open http://{here}:{port} in a browser. Ctrl-C ends it.", flush=True)
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            print()


def _opened(path, folder, trust):
    """Return the opened project and its record, or nothing."""
    if path is None:
        return ()
    if path.suffix.lower() != ".json":
        return (open_project(path, trust),)
    sources_of(path, trust)
    return Project(Path(folder).resolve() / "record"), (path, trust)


@contextmanager
def _listening(host, port):
    """Yield a socket that listens already when the address is printed."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise BadInput(f"Cannot listen at {host}:{port}; choose another --port.") from error
    with listener:
        yield listener
