"""What ``twostream fuse --save-steps`` writes."""

import numpy as np
import pytest
from ramp_stack import ramp_stack
from run_tool import refused, works

from twostream.fusion import select
from twostream.io import images

NETS = ("--weights", "fast")


def written(folder, count, shape, dtype):
    """Write a stack into a folder; return the endings of its files."""
    factor = {np.uint8: 1, np.uint16: 200, np.float32: 1 / 255}[dtype]
    suffix = ".tif" if dtype == np.float32 else ".png"
    folder.mkdir()
    for number, frame in enumerate(ramp_stack(count, shape[:2])[0]):
        image = np.dstack([frame[..., 0].astype(dtype) * dtype(factor)] * 3)
        images.write(folder / f"{number:02}{suffix}", image[..., 0] if len(shape) == 2 else image)
    return suffix


@pytest.mark.parametrize(
    ("count", "shape", "dtype"),
    [
        (2, (70, 81), np.uint8),
        (3, (70, 160, 3), np.uint16),
        (6, (33, 150, 3), np.float32),
        (11, (40, 150, 3), np.uint8),
    ],
)
def test_the_steps_lead_to_the_result(tmp_path, monkeypatch, count, shape, dtype):
    monkeypatch.setattr(select, "TILE", 64)
    frames, out, steps = tmp_path / "frames", tmp_path / "steps", {}
    suffix = written(frames, count, shape, dtype)
    fused, again, numbers = (tmp_path / f"{name}{suffix}" for name in ("a", "b", "map"))
    works("fuse", frames, "-o", fused, *NETS)
    works("fuse", frames, "-o", again, *NETS, "--save-steps", out, "--focus-map", numbers)
    assert fused.read_bytes() == again.read_bytes()
    paths = sorted(out.iterdir())
    assert [int(path.stem[:2]) for path in paths] == [*range(1, len(paths) + 1)]
    for path in paths:
        steps[path.stem[3:]] = images.read(path)
    assert {step.dtype for step in steps.values()} == {np.dtype(np.uint8)}
    names = list(steps)
    assert len(names) == min(count, 8) + 3 * min(count - 1, 7) + 5
    assert [names[0], names[min(count, 8) - 1]] == ["frame_1", f"frame_{count}"]
    chosen = images.read(numbers)
    first_of_second = int(names[-6].split("_")[-1].split("-")[0]) - 1
    np.testing.assert_array_equal(steps[names[-6]] > 0, chosen < first_of_second)
    result, copied = steps["result"].astype(int), steps["copied"]
    for number in (0, count - 1):
        here = chosen == number
        np.testing.assert_array_equal(copied[here], steps[f"frame_{number + 1}"][here])
    if dtype == np.uint8:
        np.testing.assert_array_equal(result, images.read(fused))
    untouched = steps["boundary"] == 0
    assert not steps["estimate"][untouched].any()
    assert np.abs(result - copied)[untouched].max() <= 1
    assert 0 < np.mean(untouched) < 1


def test_scores_of_frames_in_either_order_agree(tmp_path):
    """Whichever is brighter, white means the frames that are named first."""
    frames = [frame[..., 0].astype(np.uint8) for frame in ramp_stack(2, (64, 80))[0]]
    found = []
    for order in ((0, 1), (1, 0)):
        paths = [tmp_path / f"{''.join(map(str, order))}_{n}.png" for n in order]
        for path, number in zip(paths, order):
            images.write(path, frames[number])
        out = tmp_path / f"steps_{order[0]}"
        works("fuse", *paths, "-o", tmp_path / "o.png", *NETS, "--save-steps", out)
        found.append(
            [images.read(out / name) for name in ("03_focus_score_1_2.png", "05_decision_1_2.png")]
        )
    (scores, decision), (swapped, opposite) = found
    assert np.abs(scores.astype(int) + swapped - 254).max() <= 1
    np.testing.assert_array_equal(decision, ~opposite)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--save-steps frames", "The folder frames is not empty."),
        ("--save-steps frames/00.png", "would overwrite the input"),
        ("--save-steps file", "file is not a folder"),
        ("--save-steps link", "link is not a folder"),
        ("--save-steps none/steps", "there is no folder none"),
        ("--save-steps steps --method dwt", "--save-steps needs a method that chooses pixels"),
        ("--save-steps steps --aligned steps", "is in the folder of --save-steps"),
        ("--save-steps empty -o empty/01_frame_1.png", "is in the folder of --save-steps"),
        ("--save-steps o.png -o o.png", "Two outputs have the same path"),
        ("--save-steps steps --channel 0", "--save-steps cannot be written with --channel"),
    ],
)
def test_a_folder_that_cannot_be_used(tmp_path, monkeypatch, options, sentence):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "frames", 2, (40, 50), np.uint8)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("precious")
    (tmp_path / "link").symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))
    refused(sentence, "fuse", "frames", *options.split())
    assert sorted(tmp_path.rglob("*")) == before
