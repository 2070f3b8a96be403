import cv2
import numpy as np
import pytest

import twostream as ts
from twostream.errors import BadInput
from twostream.stacking.flow_file import flow_path, read_flows


@pytest.fixture
def stack(rng):
    texture = cv2.resize(rng.random((30, 60, 3)), (240, 120)) * 200 + 20
    frames = []
    for step in (-2, 0, 2):
        frame = texture[:, 20 + step : 180 + step].copy()
        frame[30:80, 60 - 3 * step : 110 - 3 * step] = texture[:50, :50]
        frames.append(np.rint(frame).astype(np.uint8))
    return frames


@pytest.fixture
def result(stack):
    return ts.stack(stack, method="select", weights="fast", align="local", maps=("confidence",))


def test_a_record_repeats_the_local_flow(stack, result, tmp_path):
    result.record.save(tmp_path / "a.json")
    again = ts.replay(tmp_path / "a.json", stack)
    np.testing.assert_array_equal(again.image, result.image)
    for flow, recorded in zip(result.frames.flows, again.frames.flows):
        np.testing.assert_array_equal(flow, recorded)


def test_the_summary_and_the_confidence_map_tell_what_moved(result):
    assert "and by local flow" in result.summary
    assert any("taken from frame 2" in warning for warning in result.warnings)
    assert (result.confidence[result.frames.misfit] == 0).all()
    assert 0 < result.frames.misfit.mean() < 0.5


def damaged(flows, how):
    if how == "truncated":
        return flows.tobytes()[:100]
    flows = {"few": flows[:2], "infinite": np.where(flows == 1, np.inf, flows), "wide": flows}[how]
    return flows.astype(np.float32 if how == "wide" else np.float16)


@pytest.mark.parametrize("how", ["missing", "truncated", "few", "infinite", "wide"])
def test_flows_that_do_not_fit_are_refused(stack, result, tmp_path, how):
    result.record.save(tmp_path / "a.json")
    path = flow_path(tmp_path / "a.json")
    flows = np.load(path)
    path.unlink()
    if how == "truncated":
        path.write_bytes(damaged(flows, how))
    elif how != "missing":
        np.save(path, damaged(flows, how))
    with pytest.raises(BadInput, match="flow"):
        ts.replay(tmp_path / "a.json", stack)


@pytest.mark.parametrize(
    ("shape", "fits"),
    [((1, 1), True), ((7, 10), True), ((8, 10), False), ((7, 11), False), ((0, 1), False)],
)
def test_a_grid_of_flows_has_a_node_more_than_pixels_at_most(tmp_path, shape, fits):
    np.save(tmp_path / "a.flow.npy", np.zeros((2, *shape, 3), np.float16))
    if fits:
        assert [one.shape for one in read_flows(tmp_path / "a.flow.npy", 2, [6, 9])] == [
            (*shape, 3)
        ] * 2
    else:
        with pytest.raises(BadInput, match="does not hold the flows of 2 frames"):
            read_flows(tmp_path / "a.flow.npy", 2, [6, 9])


@pytest.mark.parametrize("reference", [0, 2])
def test_the_reference_frame_can_be_chosen(stack, reference):
    found = ts.stack(stack, method="average", align="local", reference=reference)
    assert found.alignment.reference == reference
    assert found.frames.flows[reference] is None


@pytest.mark.parametrize("reference", [-1, 3, 1.5, True])
def test_a_reference_that_does_not_exist_is_refused(stack, reference):
    with pytest.raises(BadInput, match="frame"):
        ts.stack(stack, method="average", reference=reference)
