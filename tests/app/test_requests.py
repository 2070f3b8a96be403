"""What the server refuses, what it stores, and what it answers with."""

import base64
import json
import re

import numpy as np
import pytest
from app_server import Server, Visitor, until
from run_tool import refused, works

from twostream.io import images

HOSTILE = [
    *("--report=evil.html", "--engine=torch", "--memory=1MB", "-o", "-rf.png", "../../evil.png"),
    *(
        "/etc/passwd",
        "..",
        ".",
        "a/b.png",
        "a\\b.png",
        "$(touch evil).png",
        "`id`.jpg",
        "a;b|c&d.png",
    ),
    *(
        "<img src=x onerror=alert(1)>.png",
        "frame-0001.png",
        "frame 2",
        "a\nb\r\nSet-Cookie: x=1.png",
    ),
    *("\u202egnp.exe", "x" * 500 + ".png", "nul\0.png", "project.json", "ünï 図.PNG"),
]


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1", 200), ("localhost", 200), ("[::1]", 200), ("192.168.1.7", 200)]
    + [(host, 421) for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil", "")],
)
def test_foreign_hosts_are_refused(server, host, status):
    """A name that an attacker leads here (DNS rebinding) is still the attacker's name."""
    for name in {host, host and f"{host}:{server.port}"}:
        assert server.ask("GET", "/", Host=name)[0] == status


@pytest.mark.parametrize(
    "path", ["/frames?name=a.png", "/look", "/fuse", "/cancel", "/edit", "/bye"]
)
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "", None])
def test_foreign_origins_are_refused(visitor, server, path, origin):
    own = {} if origin is None else {"Origin": origin}
    status, _, said = server.ask("POST", path, b"{}", Cookie=visitor.cookie, **own)
    assert (status, said) == (403, b"This request comes from another page.\n")


def test_sessions_cannot_be_guessed_and_do_not_see_each_other(server, visitor, sources):
    cookie = server.ask("GET", "/")[1]["set-cookie"]
    assert re.fullmatch(r"twostream=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict", cookie)
    visitor.add(["a.png"], sources)
    (frame,) = visitor.state()["frames"]
    assert visitor.get(f"/thumbnails/{frame['number']}")[0] == 200
    assert Visitor(server).get(f"/thumbnails/{frame['number']}")[0] == 404
    status, _, said = server.ask("GET", "/state", Cookie="twostream=guess")
    assert (status, json.loads(said)) == (
        400, {"error": "This session has ended. Load the page again."}
    )  # fmt: skip


def test_every_answer_is_guarded(server, visitor):
    for path in ("/", "/state", "/static/viewer.js", "/static/page.css", "/no"):
        headers = visitor.get(path)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'; script-src 'self'" in headers["content-security-policy"]
    for path in ("/static/../web.py", "/static/%2e%2e%2fweb.py", "/static/page.html"):
        assert visitor.get(path)[0] == 404


def test_hostile_names_are_numbers_on_disk_and_words_elsewhere(server, visitor, sources):
    before = set(server.files.rglob("*"))
    names = [name for name in HOSTILE if name]
    state = visitor.add(names, [sources[n % 3] for n in range(len(names))])
    assert len(state["frames"]) == len(names) > 20
    labels = {frame["label"] for frame in state["frames"]}
    assert {"--report=evil.html", "/etc/passwd", "<img src=x onerror=alert(1)>.png"} <= labels
    assert all(label.isprintable() and len(label) <= 200 for label in labels)
    pairs = [(frame["number"], n < 3) for n, frame in enumerate(state["frames"])]
    options = {"method": "average", "align": "none"}
    assert visitor.post("/edit", json.dumps({"frames": pairs, "options": options}))[0] == 200
    visitor.post("/fuse")
    assert visitor.done()["result"]
    made = {p.name for p in set(server.files.rglob("*")) - before if "frames" in p.parts}
    assert all(re.fullmatch(r"frames|frame-\d{4}(\.png|\.jpg)?", name) for name in made)
    assert "evil" not in server.printed


def test_a_result_is_that_of_the_command_and_is_only_stored(visitor, sources, tmp_path):
    visitor.add(["a.png", "b.png"], sources[:2])
    assert visitor.state()["preview"]["maps"][0]["key"] == "focus"
    visitor.post("/fuse")
    state = visitor.done()
    assert "2 frames of 90x60 (gray uint16)" in state["result"]["lines"][0]
    assert visitor.post("/save/.png") == (200, {})
    status, headers, found = visitor.get("/download/.png")
    assert status == 200
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"] == 'attachment; filename="a_fused.png"'
    out, record = tmp_path / "out.png", tmp_path / "r.json"
    maps = ["--depth-map", tmp_path / "d.png", "--confidence-map", tmp_path / "c.png"]
    maps += ["--mesh", tmp_path / "m.ply"]
    works("fuse", *sources[:2], "-o", out, "--record", record, *maps, "--quiet")
    (tmp_path / "found.png").write_bytes(found)
    np.testing.assert_array_equal(images.read(tmp_path / "found.png"), images.read(out))
    files = {"depth": "d.png", "confidence": "c.png", "focus": "r.focus.png", "mesh": "m.ply"}
    for what, path in files.items():
        assert visitor.post(f"/save/{what}") == (200, {})
        assert visitor.get(f"/download/{what}")[2] == (tmp_path / path).read_bytes(), what
    assert visitor.post("/save/.html")[0] == 400
    for what in (".html", "..", "project.json", "%2e%2e%2fproject.json"):
        assert visitor.get(f"/download/{what}")[0] == 404


def test_uploads_are_bounded_and_end_with_their_session(tmp_path):
    server = Server(tmp_path, "--max-megabytes=2", "--max-total-megabytes=5", "--max-pictures=3")
    files = server.files

    def answers(*megabytes):
        visitor = Visitor(server)
        return visitor, [visitor.post("/frames?name=a", bytes(int(1e6 * n))) for n in megabytes]

    first, said = answers(1.2, 1.2, 0.1, 0.1, 0.1)
    assert [status for status, _ in said] == [200, 400, 200, 200, 400]
    assert said[1][1]["error"].startswith("The files have more than the limit of 2 MB together")
    assert said[4][1]["error"].startswith("There are 4 frames, more than the limit of 3")
    second, said = answers(1.9)
    third, said = answers(1.9)
    assert said[0][1]["error"].startswith("The server holds as many files as it may.")
    assert sum(path.stat().st_size for path in files.rglob("frame-*")) == 1_200_000 + 2_100_000
    for visitor in (first, second, third):
        visitor.post("/bye")
    until(lambda: not list(files.glob("*/*")), 60)
    assert server.end() == 0


BAD_EDITS = [b"", b"[]", b"no", b'{"frames": [[99, true]]}', b'{"frames": 3}', b"[" * 10**6]
BAD_EDITS += [
    json.dumps({"options": options}).encode()
    for options in ({"method": "evil"}, {"weights": "/dev/zero"}, {"align": ["none"]}, {"maps": 1})
]


@pytest.mark.parametrize("body", BAD_EDITS)
def test_a_bad_edit_is_a_sentence(visitor, body):
    status, found = visitor.post("/edit", body)
    assert (status, bool(found["error"])) == (
        400,
        "{" in body.decode() or not body or body[:1] in b"[n",
    )


def test_a_password_is_asked_for(tmp_path):
    server = Server(tmp_path, "--password", "grün")
    try:
        assert server.ask("GET", "/")[0] == 401
        for word, status in (("grün", 200), ("gelb", 401), ("", 401)):
            given = base64.b64encode(f"me:{word}".encode()).decode()
            assert server.ask("GET", "/", Authorization=f"Basic {given}")[0] == status
        assert server.ask("GET", "/", Authorization="Basic ?")[0] == 401
    finally:
        server.end()


def test_other_computers_need_a_password_or_none_by_name():
    for host in ("0.0.0.0", "::", "192.168.1.7"):
        refused("Give --password, or --no-password", "app", "--host", host)


def test_everybody_may_use_it_after_a_warning(tmp_path):
    server = Server(tmp_path, "--host", "0.0.0.0", "--no-password")
    assert "Warning: other computers can reach the page at 0.0.0.0" in server.printed
    assert server.ask("GET", "/")[0] == 200
    assert server.end() == 0
