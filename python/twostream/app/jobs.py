"""One job at a time, each in a process of its own, which can be ended at any moment."""

import multiprocessing
import os
import threading
import traceback
from multiprocessing.connection import wait

from tqdm import tqdm

from ..errors import BadInput, sentence

_SPAWN = multiprocessing.get_context("spawn")
"""A fork would take along the server's threads and sockets."""


class Cancelled(Exception):
    """The job was ended before it was done."""


class Jobs:
    """Runs jobs one after another; at most one waits or runs for each owner."""

    def __init__(self):
        self._turn = threading.Lock()
        self._latest = {}

    def run(self, owner, work, *arguments):
        """Run a function in a new process, once those asked for before are done; return its result.

        The work is a function of a module; it, its arguments and its result can be pickled. The
        owner may cancel it. Raise BadInput for any error of the function, as a sentence, and
        Cancelled if `cancel` was called.
        """
        self.cancel(owner)
        job = self._latest[owner] = _Job()
        try:
            with self._turn:
                return job.run(work, arguments)
        finally:
            if self._latest.get(owner) is job:
                del self._latest[owner]

    def cancel(self, owner):
        """End the owner's job, whether it waits or runs; return whether there was one."""
        job = self._latest.get(owner)
        if job:
            job.cancel()
        return bool(job)

    def close(self):
        """End all jobs."""
        for owner in list(self._latest):
            self.cancel(owner)


class _Job:
    def __init__(self):
        self._lock = threading.Lock()
        self._process = None
        self._cancelled = False

    def run(self, work, arguments):
        here, there = _SPAWN.Pipe(duplex=False)
        with here:
            with there:
                self._start(there, work, arguments)
            try:
                result, failure = here.recv()
            except EOFError:  # the process has ended without an answer
                result, failure = None, "The fusion ended by itself, perhaps for lack of memory."
        self._process.join()
        if self._cancelled:
            raise Cancelled
        if failure:
            raise BadInput(failure)
        return result

    def _start(self, there, work, arguments):
        with self._lock:
            if self._cancelled:
                raise Cancelled
            self._process = _SPAWN.Process(
                target=_answer, args=(there, work, arguments), daemon=True
            )
            self._process.start()

    def cancel(self):
        with self._lock:
            self._cancelled = True
            if self._process:
                self._process.kill()


def _answer(connection, work, arguments):
    """Send the result of a function or, in a sentence, why there is none."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tqdm.set_lock(threading.RLock())  # its own one would outlive a process that is killed
    try:
        answer = work(*arguments), None
    except (BadInput, OSError, MemoryError) as error:
        answer = None, sentence(error)
    except Exception as error:
        traceback.print_exc()
        answer = None, f"The fusion failed: {sentence(error)}"
    connection.send(answer)


def _end_with_parent():
    wait([multiprocessing.parent_process().sentinel])
    os._exit(1)
