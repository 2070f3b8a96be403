import re

import pytest
from run_tool import refused, works

from twostream.evaluation.demo import SCENES

pytest.importorskip("markdown_it", reason="markdown-it-py is not there (no Debian package)")


@pytest.fixture
def options(tmp_path, noise):
    names = ("camera_A.png", "camera_B.png", "camera_clean.png")
    pairs = noise("pairs", *names, shape=(48, 64))[0].parent
    folders = ("--evaluation", tmp_path / "evaluation", "--out", tmp_path / "new/report.html")
    return ("--jobs", 1, "--pairs", pairs, *folders)


def test_one_file_with_viewers_tables_and_pages(tmp_path, options):
    page = tmp_path / "page.md"
    page.write_text("# Ours\n\n| m | x |\n| --- | --- |\n| a | 1 / 2 |\n")
    done = works("report", *options, "--methods", "average", "select", "--pages", page)
    assert str(options[-1]) in done.stdout
    text = options[-1].read_text()
    alts = re.findall(r'<img src="data:[^"]+"[^>]*? alt="([^"]+)"', text)
    assert [re.sub(" (where|of the second|with).*", "", alt) for alt in alts[:6]] == [
        "Source A of camera",
        "Source B of camera",
        "camera, fused by Average",
        "camera, fused by Select",
        "camera, sharp all over",
        "Focus map: white",
    ]
    assert "x paper" in text
    # The pair only has the name of one of the paper's.
    assert not re.search(r"Figure \d|Table \d|stand-in|://", text)


def test_the_papers_figures_of_the_demo(options, noise):
    for scene in SCENES:
        noise("pairs", f"{scene.name}_A.png", f"{scene.name}_B.png", shape=(48, 64))
    works("report", *options, "--methods", "average")
    text = options[-1].read_text()
    for part in ("Figure 8", "Figure 2", "Figure 9", "Table 4"):
        assert part in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--methods", "average", "average"), "same name"),
        (("--methods", "averag"), "average"),
        (("--pages", "none.md"), "Cannot read the page none.md"),
    ],
)
def test_what_is_refused(options, arguments, sentence):
    refused(sentence, "report", *options, *arguments)
    assert not options[-1].exists()
