"""What the server makes of frames: previews, drawn frames, retouched results."""

import json
from dataclasses import asdict
from zipfile import ZipFile

import cv2
import numpy as np
from app_server import until
from made_stack import made_stack
from run_tool import works

import twostream as ts
from twostream.io import images


def test_strokes_are_stored_and_applied_as_by_the_command(visitor, sources, tmp_path):
    names = ["x0.png", "x1.png", "x2.png"]
    state = visitor.add(names, sources)
    numbers = [frame["number"] for frame in state["frames"]]
    assert "Press Fuse first" in visitor.post("/retouch", b'{"undo": true}')[1]["error"]
    visitor.post("/fuse")
    visitor.done()
    stroke = {"frame": numbers[2], "radius": 9, "softness": 0.3, "points": [[70, 10], [75.5, 40]]}
    other = {**stroke, "frame": numbers[0], "points": [[12, 20]]}
    changes = [{"add": stroke}, {"add": other}, {"undo": True}, {"redo": True}, {"redo": True}]
    for change in changes:
        assert visitor.post("/retouch", json.dumps(change)) == (200, {})
    assert visitor.state()["strokes"][1:] == [2, 0]
    for bad in ({**stroke, "frame": 99}, {**stroke, "points": []}, {**stroke, "radius": -1}, 3):
        status, said = visitor.post("/retouch", json.dumps({"add": bad}))
        assert (status, "cannot be used" in said["error"]) == (400, True)

    def downloaded(what):
        assert visitor.post(f"/save/{what}") == (200, {})
        (tmp_path / what).write_bytes(visitor.get(f"/download/{what}")[2])
        return tmp_path / what

    with ZipFile(downloaded("record")) as archive:
        archive.extractall(tmp_path)
    record = tmp_path / "x0_record.json"
    maps = "--focus-map", tmp_path / "focus.png", "--depth-map", tmp_path / "depth.png"
    outputs = *maps, "--mesh", tmp_path / "mesh.ply", "--quiet"
    works("fuse", *sources, "-o", tmp_path / "out.png", "--retouch", record, *outputs)
    works("replay", record, *sources, "-o", tmp_path / "again.png", "--quiet")
    out = images.read(tmp_path / "out.png")
    np.testing.assert_array_equal(images.read(downloaded(".png")), out)
    np.testing.assert_array_equal(images.read(tmp_path / "again.png"), out)
    np.testing.assert_array_equal(
        images.read(downloaded("focus")), images.read(tmp_path / "focus.png")
    )
    for what, name in (("depth", "depth.png"), ("mesh", "mesh.ply")):
        expected = (tmp_path / name).read_bytes()
        assert downloaded(what).read_bytes() == expected
    np.testing.assert_array_equal(out[20:30, 72], images.read(sources[2])[20:30, 72])
    assert images.read(tmp_path / "focus.png")[25, 72] == 2

    pairs = [[number, n > 0] for n, number in enumerate(numbers)]
    visitor.post("/edit", json.dumps({"frames": pairs}))
    visitor.post("/fuse")
    visitor.done()
    strokes = json.loads(visitor.get("/strokes")[2])["strokes"]
    assert [one["frame"] for one in strokes] == [1]  # that of frame 0 waits for it


def test_strokes_take_frames_of_matched_exposure(visitor, sources, tmp_path):
    fall = np.linspace(0.6, 1, 90)  # of the light across the frame
    paths = [tmp_path / "0.png", tmp_path / "1.png"]
    for path, source, light in zip(paths, sources, (1, fall)):
        images.write(path, (images.read(source) * light).astype(np.uint16))
    numbers = [one["number"] for one in visitor.add("ab", paths)["frames"]]
    visitor.post("/edit", json.dumps({"options": {"method": "average"}}))
    visitor.post("/fuse")
    assert "exposure of" in visitor.done()["result"]["lines"][0]
    stroke = ts.Stroke(1, 20, 0.5, [[30, 30], [60, 30]])
    visitor.post("/retouch", json.dumps({"add": {**asdict(stroke), "frame": numbers[1]}}))
    assert visitor.post("/save/.png") == (200, {})
    (tmp_path / "found.png").write_bytes(visitor.get("/download/.png")[2])
    expected = ts.stack(paths, method="average", strokes=(stroke,)).image
    found = images.read(tmp_path / "found.png").astype(int)
    assert np.abs(found - expected).max() <= 1  # the page rounds twice


def test_a_preview_keeps_alpha(visitor, server, sources, tmp_path):
    for n, path in enumerate(sources[:2]):
        colour = np.repeat(images.read(path)[..., None], 3, axis=2)
        alpha = np.full((60, 90, 1), 40000 + n, np.uint16)
        images.write(tmp_path / f"{n}.png", np.dstack([colour, alpha]))
    visitor.add("ab", [tmp_path / "0.png", tmp_path / "1.png"])
    number = until(visitor.state)["preview"]["number"]
    made = server.files.glob(f"*/*/results/{number}/fused.tif")
    made = max(made, key=lambda path: path.stat().st_mtime_ns)  # there are other sessions
    assert set(np.unique(images.read(made, alpha=True)[..., 3])) <= {40000, 40001}


def test_a_frame_is_drawn_without_empty_edges(visitor, tmp_path):
    paths = [tmp_path / f"{n}.png" for n in range(4)]
    for path, frame in zip(paths, made_stack(4, size=3).frames):
        images.write(path, frame)
    visitor.add("abcd", paths)
    visitor.post("/edit", json.dumps({"options": {"keep_frame": True}}))
    visitor.post("/fuse")
    number = visitor.done()["result"]["number"]
    found = visitor.get(f"/levels/{number}/frame-3/0-0-0")[2]
    drawn = cv2.imdecode(np.frombuffer(found, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    frames = ts.stack(paths, keep_frame=True).frames
    empty = np.abs(frames.own(3).astype(int) - frames[3]).max(axis=2) > 30
    assert empty.sum() > 100
    assert np.abs(drawn.astype(int) - frames[3])[empty].mean() < 15
