"""Nothing installs, or looks up, the package of somebody else that PyPI calls twostream.

Neither is twostream-fusion on PyPI: what is installed is a clone or the file of a wheel.
"""

import re
import shutil
from pathlib import Path

import pytest
from run_tool import PROJECT, run_program

NAME = r"twostream(?:[-_.]fusion)?"
WRONG = re.compile(
    rf"""
    \b(?:pip|pip3|pipx|uv|conda|mamba|poetry)\b [^`;&|\n]* \b(?:install|add|run)\b [^`;&|\n]*
        [\ "'] {NAME} (?= [\s\[=<>~!@,;`"')] | \.?$ )  # by its name from an index
    | \b{NAME} ["']? \[ \w          # with an extra
    | \b{NAME} \s* [=~<>!]=         # with a version
    | \b(?:version|distribution|metadata|requires|files)\(["']twostream["']\)
    | \btwostream-(?:\*|\d)         # files of the distribution
    | ^\s*name\s*[=:]\s*["']?twostream["']?\s*\n\s*version  # in metadata
    """,
    re.M | re.X,
)


FOUND = [
    "pip install twostream",
    "pip install -U 'twostream[app]', with Python 3.10",
    ".venv/bin/python -m pip install --quiet twostream-fusion==0.1.0",
    "`pipx install twostream`",
    "uv add twostream",
    "conda install -c conda-forge twostream.",
    "needs the extra twostream[raw]",
    'dependencies = ["twostream>=0.1"]',
    'metadata.version("twostream")',
    "rm house/twostream-*.whl",
    'name = "twostream"\nversion = "0.1.0"',
]


def test_the_search_finds_that_package():
    """It leaves the right words alone, or the test below would fail."""
    assert all(map(WRONG.search, FOUND))


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
def test_no_text_installs_the_package_of_somebody_else():
    done = run_program("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=PROJECT)
    paths = [PROJECT / name for name in done.stdout.split("\0") if name]
    paths = [path for path in paths if path.is_file() and path != Path(__file__)]
    assert PROJECT / "README.md" in paths
    texts = {str(path): path.read_text(encoding="utf-8", errors="replace") for path in paths}
    assert not {path: found[0] for path, text in texts.items() for found in WRONG.finditer(text)}
