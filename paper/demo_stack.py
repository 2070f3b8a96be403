"""A stack of one scene, from a bundled photograph and the truth sets' model of depth.

The table of the photograph `coffee` is a tilted plane, and the cup on it is nearest. Behind the cup
the table is filled in from its surroundings, because it is visible when the cup is out of focus.
"""

import cv2
import numpy as np

from twostream.data.photograph import Photograph
from twostream.data.sources import read_image
from twostream.io.pixels import from_unit
from twostream.io.srgb import to_light, to_pixels

from .truth.depth import Thing, views
from .truth.matte import matte

PHOTOGRAPH = "coffee"
RIM = (288, 112), (116, 96)
"""Centre and half axes of the cup's rim, an ellipse: x, y."""
BODY = (172, 112, 180, 180, 196, 235, 197, 290, 215, 306, 245, 302, 262, 283, 300, 286, 335, 275)
BODY += (372, 230, 396, 170, 404, 112)
"""Outline of the cup below the middle of its rim, with the handle: x, y, x, y and so on."""
TABLE = (0.0, 0.8)
"""Depths of the table at the top and the bottom of the picture; the cup's is 1."""
PLANES, STRENGTH = 6, 10


def demo_stack(planes=PLANES, strength=STRENGTH):
    """Render the stack.

    Parameters
    ----------
    planes : int
        Number of frames.
    strength : float
        Pixels of blur, in radius, from one end of the depths to the other.

    Returns
    -------
    frames : list of numpy.ndarray
        H x W x 3, uint8: focused far to near.
    clean : numpy.ndarray
        The same with all in focus.
    """
    photograph = read_image(Photograph(PHOTOGRAPH, f"skimage:{PHOTOGRAPH}"))
    cup = np.zeros(photograph.shape[:2], np.uint8)
    cv2.fillPoly(cup, [np.array(BODY).reshape(-1, 2)], 1)
    cv2.ellipse(cup, *RIM, 0, 0, 360, 1, -1)
    behind = cv2.inpaint(photograph, cv2.dilate(cup, np.ones((9, 9))), 5, cv2.INPAINT_TELEA)
    a = matte(cup > 0)
    thing = Thing(to_light(photograph / 255) * a[..., None], a, 1.0)
    ground = np.linspace(*TABLE, len(cup))[:, None] * np.ones(cup.shape)
    made = views(to_light(behind / 255), ground, [thing], planes, strength)
    *frames, clean = (from_unit(to_pixels(view), 255, np.uint8) for view in made)
    return frames, clean
