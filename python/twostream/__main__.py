"""Entry point of the command ``twostream``, and of ``python -m twostream COMMAND``."""

import contextlib
import os
import resource
import signal
import sys


def start():
    """Run the command line; an interrupt is one sentence also while Python imports modules."""
    _open_missing()
    space = resource.getrlimit(resource.RLIMIT_AS)[0]
    if 0 < space < 700e6:  # pycaffe ends in a segmentation fault there
        print(f"twostream: {space / 1e6:.0f} MB of address space; 700 are needed.", file=sys.stderr)
        sys.exit(2)
    little = 0 < space < 2**31
    if little:
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
