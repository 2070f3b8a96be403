"""Time and peak memory of a command, and one sentence if it fails."""

import json
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from ...errors import BadInput

LIMIT = 600
"""Maximum seconds of a program per picture."""

_MEASURED = Path(__file__).with_name("measured.py")
_END = 300
"""Number of last characters of a failed program's output that a message quotes."""
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Usage:
    """Time and peak memory of a command."""

    seconds: float  # from its start to its end
    # CPU seconds of the command and of processes that it waited for. Other work on the machine
    # hardly changes them.
    cpu: float
    # peak resident memory in bytes of the largest process: the command, or one that it started
    # and waited for
    peak: int


def run(command, limit=LIMIT, name=None):
    """Run a command without a shell, and measure it; return its Usage.

    After `limit` seconds it is killed, with all processes of its group. Messages call it `name`, by
    default its file name. Raise BadInput if it cannot be started, ends with another exit code than
    0, is killed, or takes too long; the message quotes the end of its output.
    """
    measured = [sys.executable, "-I", "-S", str(_MEASURED), str(limit), *command]
    with TemporaryFile() as said:
        with subprocess.Popen(
            measured,
            stdin=subprocess.PIPE,  # closes when this process ends
            stdout=subprocess.PIPE,
            stderr=said,
            start_new_session=True,
        ) as process:
            answer = process.stdout.read()
        found = json.loads(answer or '{"error": "it could not be watched"}')
        if "error" in found:
            raise BadInput(f"Cannot run {command[0]}: {found['error']}.")
        trouble = _trouble(found, limit)
        if trouble:
            raise BadInput(f"{name or Path(command[0]).name} {trouble}{_quoted(said)}.")
    return Usage(found["seconds"], found["cpu"], found["peak"])


def _trouble(found, limit):
    if found["late"]:
        return f"had not finished after {limit:g} seconds and was stopped"
    if found["code"] < 0:
        return f"was killed by the signal {signal.Signals(-found['code']).name}"
    return f"ended with exit code {found['code']}" if found["code"] else ""


def _quoted(said):
    """Quote the end of a program's output in one line."""
    said.seek(max(0, said.seek(0, 2) - 4 * _END))
    text = _CONTROL.sub(" ", said.read().decode(errors="replace"))
    text = " ".join(text.split()).rstrip(".")
    return f": {text if len(text) <= _END else '... ' + text[-_END:]}" if text else ""
