import os
import warnings

import pytest

from twostream.io.chatter import listening, no_chatter


@pytest.mark.filterwarnings("default")
def test_it_is_quiet_until_the_last_decoder_is_done(capfd):
    first, second = no_chatter(), no_chatter()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    os.write(2, b"a decoder's own words")
    warnings.warn("a decoder's warning", stacklevel=1)
    second.__exit__(None, None, None)
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_what_decoders_say_is_heard_and_never_waited_for(capfd):
    with listening() as said:
        os.write(2, b"first")
        assert not os.get_blocking(2)
    with listening() as much:
        assert os.write(2, b"x" * 2**20) < 2**20
    assert (said, much[0][:3]) == ([b"first\n"], b"xxx")
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"
