"""Entry point of the command ``twostream``, and of ``python -m twostream COMMAND``."""

import contextlib
import os
import re
import signal
import sys

try:
    import resource
except ImportError:  # Windows has no limit of address space
    resource = None

ENOUGH = 2**31
"""Bytes of address space that suffice for every library."""


def start():
    """Run the command line; report an interrupt in one sentence, also during imports."""
    _open_missing()
    little = resource and 0 < resource.getrlimit(resource.RLIMIT_AS)[0] < ENOUGH
    if little:
        _watch_child()
        # Each thread of OpenBLAS takes 32 MB, without which it ends the process.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    interrupts = signal.getsignal(signal.SIGINT)
    if interrupts == signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    try:
        if little:
            import cv2

            cv2.setNumThreads(1)  # TBB ends the process where it cannot start a thread
        from .cli import main

        main(ready=lambda: signal.signal(signal.SIGINT, interrupts))
    except (ImportError, MemoryError) as error:  # such as too little address space for a library
        said = " ".join(str(error).split()) or "Not enough memory"
        print(f"twostream: {said.rstrip('.')}.", file=sys.stderr)
        sys.exit(2)
    except SystemExit as end:
        if end.code != 130:
            raise
        _leave()  # Python itself might end by the signal


def _watch_child():
    """Return in a child process; the parent reports in one sentence if a library ends the child."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(writing, 2)
        return
    os.close(writing)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.kill(child, number))
    with open(reading, "rb") as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code in (1, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGSEGV):
        code, said = 2, b"twostream: Not enough memory: the address space is limited.\n"
    elif code == 2:  # without the lines that libraries add
        said = b"".join(re.findall(rb"^twostream.*\n", said, re.MULTILINE)) or said
    with contextlib.suppress(OSError):
        os.write(2, said)
    os._exit(code if code >= 0 else 128 - code)


def _stop(*_):
    with contextlib.suppress(OSError):
        os.write(2, b"twostream: Interrupted.\n")
    _leave()


def _leave():
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(130)


def _open_missing():
    """Open closed standard streams on the null device, so that no file gets their numbers."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            with contextlib.suppress(OSError):
                os.fstat(number)
                continue
            file = os.open(os.devnull, os.O_RDWR)
            if file != number:
                os.dup2(file, number)
                os.close(file)
            setattr(sys, name, open(number, mode))  # noqa: SIM115


if __name__ == "__main__":
    start()
