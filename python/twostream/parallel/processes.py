"""Processes of this machine that work on items.

The process pool of the standard library gives up all items when one process is killed, for example
by Linux when memory runs out. Its processes outlive a main process that is killed. These do not.
"""

import os
import signal
import traceback
from contextlib import contextmanager
from multiprocessing import Pipe, Process, connection, parent_process
from threading import Thread

import cv2

from ..errors import BadInput


class Processes:
    """Processes of this machine, one per core by default, started when they are first needed.

    They share the cores for the threads of the libraries. `start` is called in each process when it
    starts, with the number of threads that it may take.
    """

    def __init__(self, jobs=None, start=None):
        cores = os.cpu_count() or 1
        self._jobs = jobs or cores
        self._start, self._threads = start, max(1, cores // self._jobs)
        self._idle, self._busy = [], {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for worker in (*self._idle, *self._busy):
            worker.end()

    def completed(self, work, items):
        """Work on items, in the order given; `work` takes an item, and both can be pickled.

        Yields
        ------
        number : int
            Place of an item.
        value : object
            Result of ``work(item)``, or None.
        error : Exception or None
            Error that it raised; BadInput if its process was killed.
        """
        waiting = list(enumerate(items))[::-1]
        while waiting or self._busy:
            while waiting and len(self._busy) < self._jobs:
                number, item = waiting.pop()
                self._busy[self._started(work, item)] = number
            for worker in connection.wait(list(self._busy)):
                number = self._busy.pop(worker)
                yield (number, *self._outcome(worker))

    def _started(self, work, item):
        if self._idle:
            worker = self._idle.pop()
            try:
                worker.begin(work, item)
                return worker
            except OSError:  # it was killed while it had nothing to do
                worker.end()
        worker = _Worker(self._threads, self._start)
        worker.begin(work, item)
        return worker

    def _outcome(self, worker):
        try:
            value, error, text = worker.connection.recv()
        except (EOFError, OSError):
            worker.end()
            return None, BadInput("Its process was killed; perhaps the memory ran out.")
        self._idle.append(worker)
        if error:
            error.__cause__ = _Remote(text)
        return value, error


class _Remote(Exception):
    """The traceback of an error in another process."""


@contextmanager
def _no_opencv_threads():
    """End OpenCV's threads for a while; a fork would wait for them, but does not inherit them."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)


class _Worker:
    """One process and the connection to it."""

    def __init__(self, threads, start):
        self.connection, theirs = Pipe()
        self._process = Process(target=_serve, args=(theirs, threads, start), daemon=True)
        with _no_opencv_threads():
            self._process.start()
        theirs.close()  # so that reading ends when the process ends

    def fileno(self):
        return self.connection.fileno()

    def begin(self, work, item):
        self.connection.send((work, item))

    def end(self):
        self._process.kill()  # SIGTERM may have a handler of the main process
        self._process.join()
        self.connection.close()


def _serve(pipe, threads, start):
    """Process items from a pipe until this or the main process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the main process handles it
    Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(threads)
    if start:
        start(threads)
    while True:
        work, item = pipe.recv()
        try:
            answer = work(item), None, ""
        except Exception as error:
            answer = None, error, traceback.format_exc()
        pipe.send(answer)


def _end_with_parent():
    parent_process().join()
    os._exit(1)
