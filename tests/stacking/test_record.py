import json
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twostream import BadInput
from twostream.stacking.record import Record, RecordedFrame, read_record

SOURCE = RecordedFrame("a.png", None, "0" * 64, np.eye(3).tolist(), [1.0, 1.0, 1.0])
HOW = "0.1", "select", "onnx", {"weights": "fast"}, {"a": "0"}
RECORD = Record(*HOW, [30, 40], [0, 0, 30, 40], "f.png", [SOURCE] * 2)


def test_a_record_is_read_as_it_was_written(tmp_path):
    RECORD.save(tmp_path / "r.json")
    assert read_record(tmp_path / "r.json") == RECORD
    with pytest.raises(BadInput, match="does not exist"):
        read_record(tmp_path / "none.json")


WRONG = {
    "kind": ["twostream record 2"],
    **{"engine": [3], "decision": [1], "version": [1], "more": [1], "weights": [{"a": 1}]},
    "options": [[], {"weights": "a\0b"}],
    "size": [[30], [30, 40.5]],
    "crop": [[0, 0, 31, 40], [0, 0, 0, 40], [-1, 0, 30, 40]],
    "focus_map": [3, "\ud800"],
    "sources": [[], [{}, {}], "ab"],
}


@pytest.mark.parametrize(("entry", "value"), [(k, v) for k in WRONG for v in WRONG[k]])
def test_what_is_no_record_is_refused(tmp_path, entry, value):
    RECORD.save(tmp_path / "r.json")
    found = json.loads((tmp_path / "r.json").read_text())
    refused(tmp_path / "r.json", json.dumps({**found, entry: value}))


TRANSFORMS = [
    *(np.full((3, 3), value).tolist() for value in (0, 1, 1e308, float("nan"), float("inf"))),
    *(np.diag(sides).tolist() for sides in ([1, 1, 0], [1, 1e-9, 1], [-1, 1, 1], [99, 99, 1])),
    [[1, 1, 0], [1, 1.0001, 0], [0, 0, 1]],
    [[1, 0, 1e5], [0, 1, 0], [0, 0, 1]],
    [[1, 0, 0], [0, 1, 0], [-0.1, 0, 1]],  # the horizon is within the frame
]


@pytest.mark.parametrize("sides", [[1e9, 1e9, 1e9], [0.7, 1.3, 1], [-1, -1, 1]])
def test_transforms_that_a_registration_may_find(tmp_path, sides):
    source = replace(SOURCE, transform=np.diag(np.array(sides, float)).tolist())
    replace(RECORD, sources=[SOURCE, source]).save(tmp_path / "r.json")
    assert read_record(tmp_path / "r.json").sources[1] == source


@pytest.mark.parametrize(
    "change",
    [
        {"page": -1},
        {"transform": [[1, 0], [0, 1]]},
        *({"transform": one} for one in TRANSFORMS),
        *({"gains": [one, 1, 1]} for one in (0, -1, 1e-9, 1e9, 1e308, float("nan"), float("inf"))),
        {"gains": [1, 1]},
        {"gains": ["x", 1, 1]},
        {"gains": None},
        {"path": 3},
    ],
)
def test_what_is_no_source_is_refused(tmp_path, change):
    RECORD.save(tmp_path / "r.json")
    found = json.loads((tmp_path / "r.json").read_text())
    found["sources"][1].update(change)
    refused(tmp_path / "r.json", json.dumps(found))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "[" * 100000, '{"kind": 3}', "\0"])
def test_what_is_no_json_is_refused(tmp_path, text):
    refused(tmp_path / "r.json", text)


@pytest.mark.parametrize("entry", ["version", "sha256"])
def test_an_entry_that_is_there_twice_is_refused(tmp_path, entry):
    RECORD.save(tmp_path / "r.json")
    text = (tmp_path / "r.json").read_text()
    refused(tmp_path / "r.json", text.replace(f'"{entry}":', f'"{entry}": "x", "{entry}":', 1))


def test_what_would_take_long_is_refused(tmp_path):
    refused(tmp_path / "r.json", "9" * 10**7)
    refused(tmp_path / "r.json", " " * 2**25)


def refused(path, text):
    path.write_text(text)
    with pytest.raises(BadInput) as error:
        read_record(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
ENTRIES = ("version", "method", "engine", "options", "weights", "size", "crop", "focus_map")
OF_A_SOURCE = ("path", "page", "sha256", "transform", "gains")


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.sampled_from((*ENTRIES, "sources", *OF_A_SOURCE)), JSON)
def test_any_entry_is_read_or_refused(tmp_path_factory, entry, value):
    path = tmp_path_factory.getbasetemp() / "any.json"
    RECORD.save(path)
    found = json.loads(path.read_text())
    (found["sources"][1] if entry in OF_A_SOURCE else found)[entry] = value
    path.write_text(json.dumps(found))
    with suppress(BadInput):
        assert read_record(path).method == value or entry != "method"
