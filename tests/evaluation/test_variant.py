import pickle
import re

import numpy as np
import pytest

from twostream import BadInput
from twostream.evaluation.pair_set import Pair
from twostream.evaluation.scores import picture_path
from twostream.evaluation.variant import ROWS, chosen_method
from twostream.methods import METHODS
from twostream.nets.pretrained import files_of


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("two_stream:weights=paper", "two_stream-weights=paper", "Two-stream (paper's recipe)"),
        ("select:weights=fast", "select-weights=fast", "Select (fast)"),
        ("ratio_pyramid:rule=toolbox", "ratio_pyramid-rule=toolbox", "RP (toolbox's rule)"),
        ("dwt:levels=3,wavelet=db1", "dwt-levels=3,wavelet=db1", "DWT (levels 3, wavelet db1)"),
    ],
)
def test_name_and_label(text, name, label):
    found = chosen_method(text)
    assert (found.name, found.label) == (name, label)
    assert pickle.loads(pickle.dumps(found)) == found


def test_rows_are_the_methods_in_order_and_variants_beside_theirs():
    found = [chosen_method(row) for row in ROWS]
    assert [row for row in found if row in METHODS.values()] == list(METHODS.values())
    assert len({row.label for row in found}) == len(ROWS) > len(METHODS)
    labels = [row.label for row in found]
    assert labels.index("RP (toolbox's rule)") == labels.index("RP") + 1


def test_an_engine_is_no_part_of_name_and_label():
    found = chosen_method("select", "caffe:0")
    assert (found.name, found.label) == ("select", "Select")
    assert found.weights == METHODS["select"].weights
    assert pickle.loads(pickle.dumps(found)) == found
    fast = chosen_method("select:weights=fast", "caffe")
    assert fast.name == chosen_method("select:weights=fast").name
    assert fast.weights[:2] == files_of("fast")  # the files that scores depend on
    assert {*files_of("decision")} < {*fast.weights}
    assert chosen_method("select:tile=64").weights == METHODS["select"].weights
    assert chosen_method("dwt:levels=2").weights == ()
    assert chosen_method("dwt", "caffe") is chosen_method("dwt") is METHODS["dwt"]
    assert chosen_method("cnn:engine=torch", "caffe").engine is None


def test_an_engine_reaches_the_method(rng):
    pair = rng.integers(0, 256, (2, 20, 30)).astype(np.uint8)
    with pytest.raises(BadInput, match="There is no engine 'coffee'"):
        chosen_method("select:weights=fast", "coffee").fuse(pair)


def test_a_file_of_weights_gives_a_name_that_every_file_system_takes(tmp_path):
    path = tmp_path / "mine at: 1.caffemodel"
    path.touch()
    found = chosen_method(f"select:weights={path}")
    assert re.fullmatch(r"select-weights=[\w.-]*mine-at-1\.caffemodel", found.name)
    assert found.label == "Select (mine at: 1)"
    folder = picture_path(tmp_path, found, Pair("x", ())).parent
    assert folder.parent == tmp_path / "fused"


def test_pictures_are_fused_with_the_options(rng):
    pair = rng.integers(0, 256, (2, 40, 50)).astype(np.uint8)
    found = chosen_method("dwt:levels=2").fuse(pair)
    np.testing.assert_array_equal(found, METHODS["dwt"].fuse(pair, levels=2))
    assert (found != METHODS["dwt"].fuse(pair)).any()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("selekt:weights=fast", "no method named 'selekt'; did you mean select"),
        ("dwt:weights=fast", "The method dwt has no option 'weights'; its options: levels, "),
        ("average:levels=2", "The method average has no option 'levels'; its options: none."),
        ("select:weights", "The option weights of select has no value: write weights=VALUE."),
        ("select:", "The method select has no option ''"),
        ("select:weights=papr", "There is no file papr, which the option weights names."),
        ("select:tile=wide", "The option tile is a number, not 'wide'."),
        ("select:progress=no", "The option progress cannot be chosen here."),
    ],
)
def test_refused_in_a_sentence(text, sentence):
    with pytest.raises(BadInput, match=f"^[^\n]*{re.escape(sentence)}"):
        chosen_method(text)
