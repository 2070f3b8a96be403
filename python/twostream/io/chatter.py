"""Silence the messages that decoders print to stderr."""

import contextlib
import logging
import os
import sys
import threading
import warnings

DEBUG = "TWOSTREAM_DEBUG"
"""Environment variable that lets decoders print, for debugging."""

logging.getLogger("tifffile").addHandler(logging.NullHandler())
_lock = threading.Lock()
_listener = threading.Lock()
_threads = 0  # number of threads that decode now
_undo = contextlib.ExitStack()


@contextlib.contextmanager
def no_chatter():
    """Discard warnings, and messages of libpng, libjpeg, libtiff and OpenCV on stderr.

    They write to the file descriptor itself, so it is replaced. All threads share it: the first
    that enters replaces it, the last that leaves puts it back.
    """
    if os.environ.get(DEBUG):
        yield
        return
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter():
    global _threads
    with _lock:
        _threads += 1
        if _threads == 1:
            _undo.enter_context(warnings.catch_warnings())
            _undo.enter_context(_no_stderr())
            warnings.simplefilter("ignore")


def _leave():
    global _threads
    with _lock:
        _threads -= 1
        if not _threads:
            _undo.close()


@contextlib.contextmanager
def _no_stderr():
    try:
        sys.stderr.flush()
        real = os.dup(2)
    except (OSError, ValueError, AttributeError):  # it is closed
        yield
        return
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(real, 2)
        os.close(real)


@contextlib.contextmanager
def listening():
    """Collect messages of decoders on stderr: yield a list that holds them at the end, in bytes.

    One thread listens at a time, others decode meanwhile. The list stays empty without stderr.
    """
    said = []
    with _listener:
        try:
            real = os.dup(2)
        except OSError:  # it is closed
            yield said
            return
        hear, speak = os.pipe()
        if hasattr(os, "set_blocking"):
            os.set_blocking(speak, False)  # output beyond the pipe's capacity is lost
        os.dup2(speak, 2)
        try:
            yield said
        finally:
            os.dup2(real, 2)
            with contextlib.suppress(BlockingIOError):
                os.write(speak, b"\n")  # reading does not wait then
            said.append(os.read(hear, 2**16))
            for pipe in (real, hear, speak):
                os.close(pipe)
    if os.environ.get(DEBUG):
        os.write(2, said[0])
