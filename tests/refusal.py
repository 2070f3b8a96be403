"""What bad input ends in."""

import pytest

from twostream.errors import BadInput


def assert_one_sentence(call, path, *words):
    """Require that a call refuses a path in one sentence, with its name (once) and these words."""
    with pytest.raises(BadInput) as error:
        call(path)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert sentence.count(str(path)) == 1
    for word in words:
        assert str(word) in sentence
