"""Jobs, one at a time, in a process group of their own that can be killed at any moment."""

import multiprocessing
import os
import signal
import subprocess
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module

from tqdm import tqdm

from ..errors import BadInput, sentence

_SPAWN = multiprocessing.get_context("spawn")
"""A fork would inherit the server's threads and sockets."""
WATCH = 'read end; kill -9 "-$0" 2> /dev/null'
"""Shell command that kills a process group when the server closes its end of a pipe, or dies."""


class Cancelled(Exception):
    """The job was ended before it was done."""


class Jobs:
    """A queue of jobs. A process for the next job waits, with these modules imported.

    The process runs one job after the other, until one is cancelled or ends it.
    """

    def __init__(self, *modules):
        self._modules, self._queue, self._spare = modules, ThreadPoolExecutor(1), None
        self._queue.submit(self._prepare)

    def start(self, work, *arguments):
        """Queue a call of a function of a module; return its Job.

        The function is called with `progress=`, see `progress.Bar`. Function, arguments and result
        can be pickled.
        """
        job = Job()
        job.future = self._queue.submit(self._run, job, work, arguments)
        return job

    def close(self):
        """End the process that waits for a job; jobs are cancelled by who started them."""
        self._queue.submit(lambda: self._spare and self._spare.end())
        self._queue.shutdown()

    def _prepare(self):
        self._spare = self._spare or _Process(self._modules)

    def _run(self, job, work, arguments):
        self._prepare()
        process, self._spare = self._spare, None
        try:
            return job.answer(process, work, arguments)
        finally:
            self._spare = process if process.lives else None
            with suppress(RuntimeError):  # the server ends
                self._queue.submit(self._prepare)


class Job:
    """A job: its progress and, in `future`, its result or its failure as BadInput."""

    def __init__(self):
        self.future, self.progress = None, None  # progress: step, work done, total work
        self._lock, self._process, self._cancelled = threading.Lock(), None, False

    def cancel(self):
        """End the job, whether it waits or runs: `future` raises Cancelled."""
        with self._lock:
            self._cancelled = True
            if self._process:
                self._process.kill()

    def answer(self, process, work, arguments):
        """Let a process do the work, and return its result; the process ends if that fails."""
        with self._lock:
            if not self._cancelled:
                self._process = process
        try:
            if not self._cancelled:
                process.pipe.send((work, arguments))
            while not self._cancelled and "progress" in (found := process.pipe.recv()):
                self.progress = found["progress"]
        except (EOFError, OSError):  # the process has ended without an answer
            found = {"failure": "The fusion ended by itself, perhaps for lack of memory."}
            process.end()
        finally:
            with self._lock:
                self._process = None
                if self._cancelled:
                    process.end()
        if self._cancelled:
            raise Cancelled
        if found.get("failure"):
            raise BadInput(found["failure"])
        return found["result"]


class _Process:
    def __init__(self, modules):
        self.lives = True
        self.pipe, there = _SPAWN.Pipe()
        with there:
            self._process = _SPAWN.Process(target=_serve, args=(there, modules), daemon=True)
            self._process.start()

    def kill(self):
        """Kill the whole group, and the process in case it has not made the group yet."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def end(self):
        if not self.lives:
            return
        self.lives = False
        self.kill()
        self._process.join()
        self._process.close()


def _serve(pipe, modules):
    """Wait for calls of functions; send each result, or an error as a sentence."""
    os.setpgid(0, 0)
    server = multiprocessing.parent_process().sentinel
    group = str(os.getpid())
    watch = ["/bin/sh", "-c", WATCH, group]
    subprocess.Popen(watch, stdin=server, start_new_session=True)  # not of the group it kills
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tqdm.set_lock(threading.RLock())  # its own one would outlive a process that is killed
    for name in modules:
        import_module(name)
    with suppress(EOFError):
        while True:
            work, arguments = pipe.recv()
            pipe.send(_answer(work, arguments, _teller(pipe)))


def _answer(work, arguments, progress):
    try:
        return {"result": work(*arguments, progress=progress)}
    except (BadInput, OSError, MemoryError) as error:
        return {"failure": sentence(error)}
    except Exception as error:
        traceback.print_exc()
        return {"failure": f"The fusion failed: {sentence(error)}"}


def _teller(pipe):
    lock = threading.Lock()

    def tell(*progress):
        with lock:
            pipe.send({"progress": progress})

    return tell
