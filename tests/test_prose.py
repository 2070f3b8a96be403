"""Texts that people read: short sentences, the field's words, and help that says what to do."""

import ast
import importlib
import io
import re
import tokenize

import pytest
from run_tool import PROJECT

from twostream.cli import COMMANDS

PATTERNS = (
    *("python/twostream/**/*.py", "paper/**/*.py", "benchmarks/**/*.py", "tools/**/*"),
    *("python/**/*.html", "python/**/*.js", "packaging/**/*.lua", "packaging/**/*.ijm"),
    *("*.md", "docs/*.md", "weights/*.md", ".github/*.md"),
    *("Makefile", "*.toml", "*.yml", "docker/**/*", "packaging/check", "solver/**/*.prototxt"),
)
FILES = sorted(
    str(path.relative_to(PROJECT))
    for pattern in PATTERNS
    for path in PROJECT.glob(pattern)
    if path.is_file() and path.suffix not in (".pyc", ".json", ".txt")
)
LONG = {
    "import glob, shutil, sys": "a program in Python",
    "#version 300 es": "a program for the GPU",
}
"""Start of a sentence -> why it may be long."""
WRONG = re.compile(
    r"\b(anew|thrice|besides?|(lies?|lay) (on|as)|way back|of which|rivals?|at home in|most of all"
    r"|to be (told|seen|had)|opinions?|most waiting|looked at|let go|kept off|by means of|at hand"
    r"|multiplications (a|per) pixel|all the same|so many (seconds|frames|pixels)"
    r"|what (it|they|each)\b[^.]{0,60}\bwhat|where (it|they)\b[^.]{0,60}\bwhere)\b",
    re.I,
)
"""Words and chains that readers must translate; in names, _ counts as a space."""
VERBS = re.compile(
    r"(accept|add|also|answer|apply|ask|begin|blur|choose|combine|compare|compute|convert|cut"
    r"|divide|end|fuse|give|group|ignore|keep|leave|let|limit|list|listen|make|match|measure"
    r"|multiply|name|open|plot|prefer|print|read|refuse|register|replace|resume|run|score"
    r"|serve|set|share|show|soften|start|stop|subtract|time|train|use|watch|write) "
)


def sentences(text):
    """Split a text into sentences, with code as one word and without links and tags."""
    for code in (r"^ *```.*?^ *```", r"\A---$.*?^---$", r"<!--.*?-->", r"\$\$.*?\$\$"):
        text = re.sub(code, "\n\n", text, flags=re.M | re.S)
    text = re.sub(r"``.*?``|`[^`]*`", "CODE", text, flags=re.S)
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)|</?\w[^>]*>", r"\1", text)
    ends = r"\n\s*\n|\n(?=\s*(?:[-*>#]|\d+\.|!!!)\s)|^.* : .*$|^\s*[-=]{3,}$|^ *>>> .*|\|"
    for block in re.split(ends, text, flags=re.M):
        yield from re.split(r"(?<=[.!?])[)\"'*]*\s+", " ".join(block.split()))


def length(sentence):
    """Count the words, without the default that a help text names."""
    words = re.sub(r"\(default:[^)]*\)", "", sentence).split()
    return sum(bool(re.search(r"\w", word)) for word in words)


def texts(name):
    """Yield the texts of a file, each with the largest number of words in a sentence."""
    text = (PROJECT / name).read_text()
    if name.endswith(".py"):
        yield from _strings(ast.parse(text))
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        found = [(*t.start, t.string[1:]) for t in tokens if t.type == tokenize.COMMENT]
        yield from ((30, one) for one in _joined(found))
    elif name.endswith(".md"):
        yield 30, text
    elif name.endswith(".html"):
        text = re.sub(r"\{%.*?%\}", "\n\n", re.sub(r"\{\{.*?\}\}", "CODE", text))
        yield 25, re.sub(r"</?(?!kbd|strong|em)\w[^>]*>", "\n\n", text)
    elif name.endswith((".js", ".ijm", ".lua")):
        for said in re.findall(r"\"([^\"\n]*)\"|`([^`\n]*)`|(#version[^`]*)", text):
            yield 25, "".join(said)
        for said in re.findall(r"/\*(.*?)\*/|(?:^|\s)(?://|--) (.*)", text):
            yield 30, "".join(said)
    else:
        found = ((n, re.search(r"(?:^|\s)#+( .*)", s)) for n, s in enumerate(text.splitlines()))
        yield from ((30, one) for one in _joined((n, f.start(), f[1]) for n, f in found if f))


def _strings(tree):
    docs = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {part for node in joined for part in node.values}
    for node in joined:
        said = (part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
        yield 25, "".join(said)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            yield 30 if node in docs else 25, node.value


def _joined(comments):
    """Join comments below each other, as row, column and text; commands in them are indented."""
    last, joined = None, []
    for row, column, text in comments:
        if last != (row - 1, column):
            joined.append("")
        joined[-1] += "\n\n" if text.startswith("   ") else text + "\n"
        last = row, column
    return joined


def long_sentences(name):
    """List the long sentences of a file."""
    found = ((most, one) for most, text in texts(name) for one in sentences(text))
    return [one for most, one in found if length(one) > most and not one.startswith(tuple(LONG))]


def wrong_words(name):
    """List the words of `WRONG` in a file, with their surroundings."""
    text = re.sub(r"\]\([^)]*\)", "]", (PROJECT / name).read_text())
    text = " ".join(text.replace("_", " ").split())
    return [text[max(one.start() - 40, 0) : one.end() + 40] for one in WRONG.finditer(text)]


@pytest.mark.parametrize("faults", [long_sentences, wrong_words])
def test_texts_are_plain(faults):
    assert {name: found for name in FILES for found in [faults(name)] if found} == {}


def parsers():
    """Make the parsers of all commands, also those of paper and benchmarks."""
    for name in COMMANDS:
        yield importlib.import_module(f"twostream.cli.{name.replace('-', '_')}").arguments()
    for path in (*PROJECT.glob("paper/**/*.py"), *PROJECT.glob("benchmarks/*.py")):
        if "\ndef arguments():" in path.read_text():
            name = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
            yield importlib.import_module(name).arguments()


def test_help_begins_with_a_verb():
    pytest.importorskip(
        "onnx", reason="the root of real Caffe has no onnx, which export-onnx needs"
    )
    helps = {action.help for parser in parsers() for action in parser._actions}
    helps = {*helps, *COMMANDS.values()} - {"show this help message and exit"}
    assert [one for one in helps if not VERBS.match(one or "")] == []
