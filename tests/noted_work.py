"""Work for other processes, which need a module that they can import."""

import os
import time
from pathlib import Path

from twostream.errors import BadInput


def square(item, folder, seconds=0.01):
    """Note the call and return a square; 13 cannot be squared, 99 kills its process."""
    with (Path(folder) / f"calls_{os.getpid()}").open("a") as notes:
        notes.write(f"{item}\n")
    time.sleep(seconds)
    if item == 13:
        raise BadInput("13 brings bad luck.")
    if item == 99:
        os.kill(os.getpid(), 9)
    return item * item


def calls(folder):
    """Items that `square` was called with, by process."""
    notes = Path(folder).glob("calls_*")
    return {int(path.name[6:]): list(map(int, path.read_text().split())) for path in notes}
