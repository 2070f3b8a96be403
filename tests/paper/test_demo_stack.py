import cv2
import numpy as np

from paper.demo_stack import PLANES, demo_stack
from twostream.data.photograph import Photograph
from twostream.data.sources import read_image
from twostream.metrics import psnr_rgb


def sharpness(picture, part):
    return cv2.Laplacian(picture[part].astype(float), cv2.CV_64F).std()


def test_the_focus_goes_from_the_far_end_of_the_table_to_the_cup():
    frames, clean = demo_stack()
    assert len(frames) == PLANES
    photograph = read_image(Photograph("coffee", "skimage:coffee"))
    assert psnr_rgb(photograph, clean) > 30  # the cup's outline is not exact
    np.testing.assert_allclose(clean[:, 450:], photograph[:, 450:].astype(int), atol=1)
    far, cup = np.s_[:60, 440:], np.s_[120:180, 220:340]
    by_frame = {
        "far": [sharpness(f, far) for f in frames],
        "cup": [sharpness(f, cup) for f in frames],
    }
    assert np.argmax(by_frame["far"]) == 0
    assert np.argmax(by_frame["cup"]) == PLANES - 1
    for part, n in ((far, 0), (cup, -1)):
        np.testing.assert_allclose(sharpness(frames[n], part), sharpness(clean, part), rtol=0.02)
