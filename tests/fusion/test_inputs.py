"""Arrays that are frames."""

import numpy as np
import pytest

from twostream import BadInput
from twostream.fusion.inputs import as_array


@pytest.mark.parametrize("channels", [2, 4])
def test_alpha_is_refused_unless_it_is_asked_for(channels):
    image = np.zeros((3, 5, channels), np.uint8)
    assert as_array(image, alpha=True).shape == (3, 5, channels)
    with pytest.raises(BadInput, match="without alpha"):
        as_array(image)
