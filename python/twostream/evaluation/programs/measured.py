"""Run a command and print its time and peak memory as JSON.

This runs in a process of its own. Linux counts the memory of the forking process towards the peak
memory of a program, and that of a benchmark would be hundreds of megabytes.

Usage: python measured.py SECONDS COMMAND ...

The command and all that it starts are killed after SECONDS seconds, and when this process's
standard input ends, as it does with the caller. The output of the command goes to stderr.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system counts a peak."""


def main(limit, *command):
    """Run the command; print its seconds, CPU seconds, peak bytes, exit code, whether late."""
    began = time.perf_counter()
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
        )
    except OSError as error:
        print(json.dumps({"error": error.strerror}))
        return
    late = threading.Event()
    timer = threading.Timer(float(limit), lambda: (late.set(), _kill(process)))
    for thread in (timer, threading.Thread(target=_kill_at_end_of_input, args=(process,))):
        thread.daemon = True
        thread.start()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    timer.cancel()
    _kill(process)  # processes that it left running
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    cpu = used.ru_utime + used.ru_stime
    found = {"seconds": seconds, "cpu": cpu, "peak": used.ru_maxrss * UNIT, "code": code}
    print(json.dumps({**found, "late": late.is_set()}), flush=True)
    os._exit(0)  # without waiting for the thread that reads


def _kill_at_end_of_input(process):
    os.read(0, 1)
    _kill(process)


def _kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
