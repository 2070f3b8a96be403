"""Photographs bundled with scikit-image, for training without any download.

What: twelve photographs without annotations, seven in colour and five in gray, from 384 x 303
to 1000 x 872 pixels. Seven are for training, the five of the demo are not. Drawings and text are
left out. So are soft pictures, which further blur hardly changes (the moon, the retina, the
motion-blurred clock), and the right view of the motorcycle, because the left one is used.

Layout: the folder ``data`` of the installed package ``skimage``. The files are read from
there, not by scikit-image's functions, which may download.

How to get it: installed with scikit-image; versions 0.18 and 0.26 have the same files.

Licence: most are in the public domain or CC0; `CREDITS` quotes scikit-image's documentation for
each.
"""

from pathlib import Path

import skimage

from ...errors import BadInput
from ..photograph import Photograph

CREDITS = {
    "astronaut.png": "Eileen Collins, NASA Great Images; public domain",
    "brick.png": "CC0Textures, Bricks25; CC0",
    "camera.png": "Lav Varshney; CC0",
    "chelsea.png": "Stefan van der Walt; CC0",
    "coffee.png": "Rachel Michetti, courtesy of Pikolo Espresso Bar; CC0",
    "coins.png": "Brooklyn Museum Collection; no known copyright restrictions",
    "grass.png": "linolafett on DeviantArt, Grass 01; CC0",
    "gravel.png": "CC0Textures, Gravel04; CC0",
    "hubble_deep_field.jpg": "NASA, HubbleSite; public domain",
    "ihc.png": "Center for Microscopy And Molecular Imaging; no known copyright restrictions",
    "motorcycle_left.png": "Middlebury 2014 stereo benchmark (Scharstein et al., GCPR 2014); "
    "no licence stated",
    "rocket.jpg": "SpaceX, launch of DSCOVR; public domain",
}

DEMO = {"astronaut", "camera", "chelsea", "coffee", "coins"}
"""Photographs of the demo, held out from training."""


def photographs(with_demo=False):
    """List the bundled photographs, sorted by name; those of the demo are not for training."""
    names = sorted({Path(file).stem for file in CREDITS} - (set() if with_demo else DEMO))
    return [Photograph(name=name, path=f"skimage:{name}") for name in names]


def bundled_file(name):
    """Find the file of a bundled photograph, such as ``astronaut``, in scikit-image's folder."""
    for file in CREDITS:
        if Path(file).stem == name:
            return Path(skimage.__file__).parent / "data" / file
    raise BadInput(f"scikit-image has no photograph {name} to train on.")
