"""README.md and other pages: their commands work, their links and tables are whole.

Every line of a block ```sh is run, each once, in the pages' order, in one copy of the project. A
block with a title, ```sh title="needs Docker", is not run; only its options are checked.
"""

import importlib
import os
import re
import shlex
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from real_caffe import require_caffe
from run_tool import PROJECT, run_program

from twostream.cli import COMMANDS

OTHERS = [PROJECT / f"{name}.md" for name in ("CONTRIBUTING", "CHANGELOG", "SECURITY")]
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md")), *OTHERS]
NEEDS = "Docker", "Docker and a GPU", "a GPU", "several GPUs", "a cluster", "photographs"
TITLES = {
    *(f"needs {what}" for what in (*NEEDS, "other programs", "a file of a microscope")),
    "takes days",
    "serves until Ctrl-C",
}
"""Reasons why a block is not run."""
ELSEWHERE = {
    "make test": "runs this very test",
    "make lint": "is a part of make test",
    ".venv/bin/python -m pytest tests/metrics/test_metric_registry.py": "is a part of make test",
}
"""Command -> why it is not run here."""
SHORTER = {"max_iter": 2, "test_iter": 1, "display": 1}
"""The training of the README would take weeks: the copy's solver makes two iterations."""
FEWER = {"DRAWS": "1", "METHODS": "average guided_filter select"}
"""Settings of the Makefile that leave out what is tested elsewhere."""
OUT = "demo/demo.jpg", "coins.tif", "coffee.html", "report/report.html", "by_caffe.png"
TABLES = "out/evaluate/tables.md", "out/evaluate_mine/tables.md", "data/two_stream/examples.png"
TRAINED = "snapshots/two_stream_iter_2.caffemodel"
MADE = ("fused.png", *(f"out/{name}" for name in OUT), *TABLES, TRAINED)


def blocks(language):
    """Title ("" if none) and text of each fenced block of a language, in the pages' order."""
    found = []
    for page in PAGES:
        pattern = rf'^```{language}(?: title="([^"\n]*)")?\n(.*?)^```$'
        found += re.findall(pattern, page.read_text(), re.M | re.S)
    return found


def commands(text):
    """Lines of a block without comments, continued ones joined."""
    lines = re.sub(r" +# .*", "", text.replace("\\\n", " ")).splitlines()
    return [line for line in lines if line]


def to_run():
    """Commands that are run here, each once."""
    lines = [line for title, text in blocks("sh") if not title for line in commands(text)]
    here = dict.fromkeys(line for line in lines if line not in ELSEWHERE)
    by_torch = re.compile("--engine torch|out/training.log")  # the second is what the first writes
    return [line for line in here if find_spec("torch") or not by_torch.search(line)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    if Path(sys.prefix) != PROJECT / ".venv":
        pytest.skip("the pages' commands are run by the Python of .venv")
    require_caffe()
    folder = tmp_path_factory.mktemp("readme") / "clone"
    listing = run_program("git", "ls-files", "-co", "--exclude-standard", cwd=PROJECT)
    for name in listing.stdout.splitlines():
        if (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    for name in (".venv", ".caffe"):
        if (PROJECT / name).exists():
            (folder / name).symlink_to(PROJECT / name)
    solver = folder / "solver/two_stream_cpu.prototxt"
    text = solver.read_text()
    for name, number in SHORTER.items():
        text = re.sub(rf"{name}: \d+", f"{name}: {number}", text)
    solver.write_text(text)
    return folder


@pytest.mark.caffe
def test_every_command_works(copy):
    lines = to_run()
    assert len(lines) >= 20
    environment = dict(os.environ, **FEWER)
    environment["PATH"] = f"{PROJECT / '.venv/bin'}{os.pathsep}{environment['PATH']}"
    python = "\n".join(text for _, text in blocks("python"))
    for command in (*(("bash", "-c", line) for line in lines), (sys.executable, "-c", python)):
        done = run_program(*command, cwd=copy, env=environment)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    for name in MADE:
        assert (copy / name).stat().st_size > 0, name


def test_what_is_not_run_is_known():
    assert {title for title, _ in blocks("sh") if title} <= TITLES
    lines = [line for _, text in blocks("sh") for line in commands(text)]
    assert set(ELSEWHERE) <= set(lines)


CALL = r"(?:\btwostream ([a-z][\w-]*)|-m ((?:paper|benchmarks)[\w.]*))(.*)"


def calls():
    """Calls of the toolkit's commands, in blocks and in the text: module and arguments."""
    texts = [line for _, text in blocks("sh") for line in commands(text)]
    texts += re.findall(r"`([^`\n]+)`", "\n".join(page.read_text() for page in PAGES))
    for text in texts:
        found = re.search(CALL, text)
        if found and "NAME" not in found[0]:
            name, module, rest = found.groups()
            arguments = shlex.split(re.sub(r"(2?>|\)).*", "", rest))
            assert module or name in COMMANDS, text
            yield module or f"twostream.cli.{name.replace('-', '_')}", arguments


def test_options_are_those_of_the_commands():
    found = list(calls())
    assert len(found) > 30
    for name, arguments in found:
        is_package = find_spec(name).submodule_search_locations
        command = importlib.import_module(f"{name}.__main__" if is_package else name).arguments()
        if arguments and "--help" not in arguments:
            command.parse_args(arguments)  # exits if an option is unknown


def test_the_readme_begins_with_its_two_commands_and_their_times():
    first = re.search(r"^```sh\n(.*?)^```$", PAGES[0].read_text(), re.M | re.S)[1]
    assert commands(first) == ["make demo", "make test"]
    assert re.findall(r": about \d+ (seconds|minutes)", first) == ["seconds", "minutes"]


def test_commands_have_one_spelling():
    others = [*PROJECT.glob("solver/*.prototxt"), *PROJECT.glob("docker/*/Dockerfile")]
    texts = {path: path.read_text() for path in (*PAGES, PROJECT / "weights/README.md", *others)}
    wrong = r"tools/\w+\.py|python3? -m twostream(?! \"\$@)"
    assert not {path: found[0] for path, text in texts.items() if (found := re.search(wrong, text))}


def test_make_has_the_targets():
    text = (PROJECT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)", text, re.M)[1].split())
    settings = set(re.findall(r"^(\w+) \?=", text, re.M))
    pages = "\n".join(page.read_text() for page in PAGES)
    found = re.findall(r"(?:^|`)make ([a-z-]+)([^`\n]*)", pages, re.M)
    assert len(found) > 20
    for target, given in found:
        assert target in targets, target
        assert set(re.findall(r"([A-Z]+)=", given)) <= settings, given


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere_and_tables_are_whole(page):
    text = page.read_text()
    check_tables(text)
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", text):
        linked = page.parent / target if target else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), anchor
    folders = "benchmarks|docker|paper|prototxt|python|solver|tests|tools|weights"
    for name in re.findall(rf"`((?:{folders})/[\w./]+)`", text):
        assert "NAME" in name or (PROJECT / name).exists(), name


def anchors(page):
    """Anchors that GitHub and MkDocs make of a page's headings."""
    headings = re.findall(r"^#+ (.*)", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def check_tables(text):
    """Rows of a table must have as many cells as its head."""
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        cells = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(cells) == 1, table
