from pathlib import Path

import pytest

from twostream.errors import BadInput
from twostream.report.html.markdown import blocks, read_page

pytest.importorskip("markdown_it", reason="markdown-it-py is not there (no Debian package)")

PROJECT = Path(__file__).parents[3]
TABLE = """\
| method | MI | word |
| --- | ---: | --- |
| `a` | **0.9 / 1.2** | reproduces |
| b | - / 0.8 |  |
| *fit* | 3 | does not |
"""


def test_numbers_of_the_paper_and_ours_become_two_columns():
    (table,) = blocks(TABLE)
    assert table.head == ["method", "MI paper", "MI here", "word"]
    rows = [[cell.text for cell in row] for row in table.body]
    assert rows == [["a", "0.9", "1.2", "reproduces"], ["b", "-", "0.8", ""]]
    assert [[cell.number for cell in row[1:3]] for row in table.body] == [[0.9, 1.2], [None, 0.8]]
    assert table.numeric == [False, True, True, False]
    assert table.body[0][1].html == "<strong>0.9</strong>"
    (row,) = table.foot  # the row in italics, which is not sorted
    assert [(cell.text, cell.span) for cell in row] == [("fit", 1), ("3", 2), ("does not", 1)]
    assert [cell.verdict for cell in row] == ["", "", "does not"]


def test_the_corner_of_a_table_may_name_both_numbers():
    rows = "| dB, whole / band | x | y |", "| --- | --- | --- |", "| a | exact | 1 / 2 |"
    (table,) = blocks("\n".join([*rows, "| b | 3 / 4 | - |"]))
    assert table.head[1:] == ["x whole", "x band", "y whole", "y band"]
    assert table.numeric == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("<u>1.5</u> **2** *few*", "<u>1.5</u> <strong>2</strong> <em>few</em>"),
        ("`make x` of [a page](http://example.org/x)", "<code>make x</code> of a page"),
        ("<script>", "&lt;script&gt;"),
    ],
)
def test_marks_within_a_line(text, html):
    assert [block.html for block in blocks(text)] == [f"<p>{html}</p>"]


def test_blocks_of_each_kind(tmp_path):
    (tmp_path / "an x.png").write_bytes(b"\x89PNG")
    text = "# A\n<!-- no -->\none\ntwo\n\n- three\n  four\n- five\n"
    text += '\n```\nrun <x>\n\ny\n```\n![Alt "](<an x.png>)\n'
    found = blocks(text, tmp_path)
    assert [block.level for block in found] == [1, 0, 0, 0, 0]
    assert [block.html for block in found] == [
        "A",
        "<p>one\ntwo</p>",
        "<ul>\n<li>three\nfour</li>\n<li>five</li>\n</ul>",
        "<pre><code>run &lt;x&gt;\n\ny\n</code></pre>",
        '<p><img src="data:image/png;base64,iVBORw==" alt="Alt &quot;"></p>',
    ]


def test_a_part_of_a_page_ends_at_the_next_heading_of_its_level(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Page\nx\n## The results\ny\n### More\nz\n## Other\nw\n")
    found = read_page(f"{page}#the-results")
    assert [(block.level, block.text) for block in found] == [
        *((2, "The results"), (0, "y"), (3, "More"), (0, "z"))
    ]
    with pytest.raises(BadInput, match="no heading 'others'"):
        read_page(f"{page}#others")
    page.write_text("![](none.png)")
    for wrong in (page, tmp_path / "none.md"):
        with pytest.raises(BadInput, match="Cannot read the page"):
            read_page(wrong)


def test_the_projects_pages_keep_all_their_words():
    pages = ("results", "reproduction", "reproduction-details", "ablation")
    for name in (f"docs/{page}.md" for page in pages):
        lines = (PROJECT / name).read_text().splitlines()
        found = read_page(PROJECT / name)
        tables = [block for block in found if hasattr(block, "body")]
        rows = sum(len(table.body) + len(table.foot) + 2 for table in tables)
        assert rows == sum(line.startswith("|") for line in lines), name
        for table in tables:
            assert len(table.numeric) == len(table.head)
            assert {sum(cell.span for cell in row) for row in [*table.body, *table.foot]} == {
                len(table.head)
            }
