"""Time, memory and failures of commands, with small Python programs in their place."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from twostream.errors import BadInput
from twostream.evaluation.programs.run import run


def python(code, *arguments):
    return [sys.executable, "-S", "-c", code, *map(str, arguments)]


def test_the_memory_is_the_programs_own_and_of_what_it_starts():
    ballast = bytearray(b"1") * 200_000_000  # of this process, which starts it
    small = run(python("pass"))
    large = run(python("b'1' * 100_000_000"))
    assert small.peak < 60_000_000 < len(ballast)
    assert large.peak - small.peak == pytest.approx(100_000_000, rel=0.1)
    child = f"import subprocess; subprocess.run({python('b' + repr('1') + ' * 100_000_000')!r})"
    assert run(python(child)).peak > 100_000_000


def test_time_of_a_process_that_waits_and_of_one_that_works():
    waiting = run(python("import time; time.sleep(0.3)"))
    working = run(python("import time\nwhile time.process_time() < 0.3: pass"))
    assert waiting.seconds >= 0.3 > waiting.cpu
    assert working.cpu >= 0.3


LONG = "import sys; print('x' * 1000); sys.exit('\\x1b[31mNo such\\n  option.\\x1b[0m')"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (python(LONG), r"ended with exit code 1: \.\.\. x+ No such option\.$"),
        (python("raise SystemExit(3)"), r"ended with exit code 3\.$"),
        (python("import os; os.kill(os.getpid(), 9)"), r"was killed by the signal SIGKILL\.$"),
        (["/absent/program"], r"Cannot run /absent/program: No such file or directory\.$"),
    ],
)
def test_failures_are_told_in_a_sentence(command, sentence):
    with pytest.raises(BadInput, match=sentence):
        run(command)


SLEEP = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"


def test_a_hanging_program_is_stopped_with_what_it_started(tmp_path):
    note = tmp_path / "pid"
    code = f"import subprocess, sys; subprocess.run({python(SLEEP)!r} + sys.argv[1:])"
    with pytest.raises(BadInput, match="had not finished after 2 seconds and was stopped"):
        run(python(code, note), limit=2)
    assert gone(int(note.read_text()))


def test_an_interrupt_stops_the_program(tmp_path):
    note = tmp_path / "pid"
    main = f"from twostream.evaluation.programs.run import run; run({python(SLEEP, note)!r})"
    process = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", main])
    while not (note.exists() and note.read_text()):
        time.sleep(0.02)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    assert gone(int(note.read_text()))


def gone(pid):
    """Whether a process ends within seconds; one that nobody has waited for counts as ended."""
    for _ in range(500):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False
