"""Projects, which outlive the server, and records on the page."""

import json
import shutil
from zipfile import ZipFile

import cv2
import numpy as np
import pytest
from app_server import Server, Visitor
from run_tool import refused, works

from twostream.app.opening import open_project
from twostream.errors import BadInput
from twostream.io import images

STROKE = {"radius": 9, "softness": 0.3, "points": [[70, 10], [75.5, 40]]}


@pytest.fixture(scope="module")
def project(sources, tmp_path_factory):
    """Folder of a project with a retouched result, and that result."""
    folder = tmp_path_factory.mktemp("made")
    server = Server(folder, folder / "project")
    visitor = Visitor(server)
    numbers = [one["number"] for one in visitor.add("abc", sources)["frames"]]
    visitor.post("/edit", json.dumps({"options": {"keep_frame": True}}))
    visitor.post("/fuse")
    visitor.done()
    for frame in numbers[2], numbers[0]:
        visitor.post("/retouch", json.dumps({"add": {**STROKE, "frame": frame}}))
    visitor.post("/retouch", b'{"undo": true}')
    found = downloaded(visitor)
    assert server.end() == 0
    return folder / "project", found


def downloaded(visitor):
    assert visitor.post("/save/.png") == (200, {})
    found = visitor.get("/download/.png")[2]
    return cv2.imdecode(np.frombuffer(found, np.uint8), cv2.IMREAD_UNCHANGED)


def test_a_project_is_as_it_was_after_a_restart(project, tmp_path):
    folder, image = project
    server = Server(tmp_path, folder)
    visitor = Visitor(server)
    state = visitor.state()
    assert state["strokes"][1:] == [1, 1]
    assert state["options"]["keep_frame"]
    np.testing.assert_array_equal(downloaded(visitor), image)
    level = f"/levels/{state['result']['number']}/frame-1/0-0-0"
    assert visitor.get(level)[0] == 200
    visitor.post("/bye")
    assert Visitor(server).state()["strokes"] == state["strokes"]
    assert server.end() == 0
    assert (folder / "project.json").exists()


def test_a_record_of_the_command_is_opened_and_retouched(sources, project, tmp_path):
    record = tmp_path / "r.json"
    works("fuse", *sources, "-o", tmp_path / "out.png", "--record", record, "--keep-frame", "-q")
    refused("outside its folder", "app", record)
    server = Server(tmp_path, record, "--trust-record")
    visitor = Visitor(server)
    state = visitor.done()
    assert state["result"]["lines"][0].startswith("As recorded in r.json: 3 frames of 90x60")
    np.testing.assert_array_equal(downloaded(visitor), images.read(tmp_path / "out.png"))
    stroke = {**STROKE, "frame": state["frames"][2]["number"]}
    visitor.post("/retouch", json.dumps({"add": stroke}))
    np.testing.assert_array_equal(downloaded(visitor), project[1])
    visitor.post("/edit", json.dumps({"options": {"method": "average"}}))
    visitor.post("/preview")
    assert visitor.done()["preview"]
    assert server.end() == 0


def test_a_record_with_a_dark_frame_and_a_flat_field(sources, tmp_path):
    rng = np.random.default_rng(0)
    images.write(tmp_path / "dark.tif", rng.integers(0, 200, (60, 90)).astype(np.uint16))
    light = np.tile(np.linspace(0.4, 1, 90), (60, 1))
    images.write(tmp_path / "flat.tif", (50000 * light).astype(np.uint16))
    paths = [tmp_path / source.name for source in sources]
    for source, path in zip(sources, paths):
        images.write(path, (images.read(source) * light).astype(np.uint16))
    corrections = ["--dark", tmp_path / "dark.tif", "--flat", tmp_path / "flat.tif"]
    record, out, fused = tmp_path / "r.json", tmp_path / "out.png", ["-q", "-o"]
    works("fuse", *paths, *corrections, "--record", record, *fused, out)
    server = Server(tmp_path, record)
    visitor = Visitor(server)
    state = visitor.done()
    np.testing.assert_array_equal(downloaded(visitor), images.read(out))
    stroke = {**STROKE, "frame": state["frames"][2]["number"]}
    visitor.post("/retouch", json.dumps({"add": stroke}))
    retouched = downloaded(visitor)
    assert visitor.post("/save/record") == (200, {})
    (tmp_path / "r.zip").write_bytes(visitor.get("/download/record")[2])
    with ZipFile(tmp_path / "r.zip") as archive:
        archive.extractall(tmp_path)
    works("replay", tmp_path / "0_record.json", *paths, *fused, tmp_path / "again.png")
    np.testing.assert_array_equal(retouched, images.read(tmp_path / "again.png"))
    assert (retouched != images.read(out)).any()
    frames = [[one["number"], n > 0] for n, one in enumerate(state["frames"])]
    visitor.post("/edit", json.dumps({"frames": frames}))
    visitor.post("/preview")
    assert visitor.done()["preview"]
    visitor.post("/fuse")
    assert visitor.done()["result"]
    works("fuse", *paths[1:], *corrections, "--retouch", record, *fused, out)
    visitor.post("/retouch", b'{"undo": true}')
    np.testing.assert_array_equal(downloaded(visitor), images.read(out))
    assert server.end() == 0


def test_a_folder_of_something_else_is_refused(sources, tmp_path):
    pytest.importorskip("starlette", reason="starlette is not installed")
    refused("holds no project.json", "app", sources[0].parent)
    refused("holds no project.json", "app", sources[0])
    refused("does not exist", "app", tmp_path / "none.json")


RESULT = {"number": -1, "frames": [99, 98], "maps": ["../x"], "width": "9", "more": 1, "lines": [3]}
WRONG = [
    *({"kind": "x"}, {"more": 1}, {"frames": 3}, {"frames": [{}]}, {"last": "9"}, {"crop": [1]}),
    *({"options": {"method": "evil"}}, {"options": {"weights": "/dev/zero"}}, {"options": []}),
    *({"strokes": [{**STROKE, "frame": 99}]}, {"strokes": [3]}, {"undone": 7}),
]


def test_what_is_no_project_is_refused(project, tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(project[0], folder)
    found = json.loads((folder / "project.json").read_text())
    frame = found["frames"][0]
    bad = [{**found, **change} for change in WRONG]
    bad += [{**found, "result": {**found["result"], name: RESULT[name]}} for name in RESULT]
    for change in ({"number": -1}, {"path": "a\0b"}, {"path": "../../x.png"}, {"width": 2.5}):
        bad.append({**found, "frames": [{**frame, **change}, *found["frames"][1:]]})
    far = {**STROKE, "frame": frame["number"], "points": [[91, 1]]}
    texts = [json.dumps(one) for one in (*bad, {**found, "strokes": [far]}, [], 3)]
    for text in (*texts, json.dumps(found).replace('"last":', '"last": 1, "last":')):
        (folder / "project.json").write_text(text)
        with pytest.raises(BadInput) as error:
            open_project(folder)
        assert str(folder / "project.json") in str(error.value)
    (folder / "project.json").write_text(json.dumps(found))
    assert len(open_project(folder).frames) == 3
    (folder / "results/secret.png").symlink_to(tmp_path / "x.png")
    with pytest.raises(BadInput, match=r"results/secret.png, which is outside its folder"):
        open_project(folder)
    assert open_project(folder, trust=True).frames
