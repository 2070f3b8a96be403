"""What decoders print themselves, kept off stderr, where only our own sentences belong."""

import contextlib
import logging
import os
import sys
import threading
import warnings

DEBUG = "TWOSTREAM_DEBUG"
"""Environment variable that lets decoders print, for somebody who looks for a fault."""

_lock = threading.Lock()
_inside = []  # the real stderr, once for every thread that decodes
logging.getLogger("tifffile").addHandler(logging.NullHandler())


@contextlib.contextmanager
def no_chatter():
    """Send to nowhere what libpng, libjpeg, libtiff and OpenCV print to stderr, and warnings.

    They write to the file descriptor itself, so it is replaced. All threads share it: the first
    that enters replaces it, the last that leaves puts it back.
    """
    if os.environ.get(DEBUG):
        yield
        return
    with _lock:
        _replace()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        with _lock:
            _put_back()


def _replace():
    if _inside:
        _inside.append(_inside[0])
        return
    with contextlib.suppress(OSError, ValueError, AttributeError):  # stderr may be closed
        sys.stderr.flush()
    try:
        _inside.append(os.dup(2))
    except OSError:
        _inside.append(None)
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _put_back():
    real = _inside.pop()
    if not _inside and real is not None:
        os.dup2(real, 2)
        os.close(real)
