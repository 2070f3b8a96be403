"""Classification of blocks by neural networks, a support vector machine or a PNN."""

import json
from functools import cache, partial

import cv2
import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import logsumexp

from ..names import lookup
from . import BLOCK_CLASSIFIERS
from .block_features import BLOCK, block_features, contourlet_features
from .per_channel import luma_guided

MAJORITY = 3
"""Side, in blocks, of the window whose majority decides."""


@luma_guided
def fuse(pictures, lumas, classifier="ann"):
    """Fuse images block by block: a classifier decides which block is sharper.

    S. Li, J. T. Kwok, Y. Wang, "Multifocus image fusion using artificial neural networks", Pattern
    Recognition Letters 23(8), 2002. Both pictures are cut into blocks of 32 x 32 pixels, whose
    visibility, spatial frequency and edges are measured (`block_features`). A classifier takes
    the differences of the three measures and decides which block is copied. A block whose
    neighbours mostly come from the other picture is then copied from that picture.

    ``ann`` is a network with one hidden layer, ``svm`` a support vector machine with Gaussian
    kernel, and ``pnn`` the probabilistic neural network of D. F. Specht, Neural Networks 3(1),
    1990: a sum of Gaussians around the training examples of each class. ``bfcn`` is a network like
    ``ann`` for five features of the blocks' contourlets (`contourlet_features`), after C. M. Sheela
    Rani, P. S. V. Srinivasa Rao, V. VijayaKumar, Signal & Image Processing 3(4), 2012. That paper
    fuses satellite images, and only its abstract was available. So blocks, network and majority are
    those of ``ann``. The toolkit ships the weights of all four; `paper.train_blocks` trained them
    on scikit-image's photographs that are not in the demo.

    Boundaries of focus become staircases with steps of 32 pixels, and a block that one
    crosses is only partly sharp.

    Parameters
    ----------
    classifier : str
        ``ann``, ``svm``, ``pnn`` or ``bfcn``.

    Raises
    ------
    BadInput
        If there is no such classifier.

    Notes
    -----
    More than two pictures are fused one after another, so their order can matter. The decision is
    made on the luma and used for all channels.
    """
    decide = lookup(classifier, CLASSIFIERS, "classifier of blocks")
    measure, scale = MEASURED.get(classifier, block_features), scale_of(classifier)
    picture, features = pictures[0], measure(lumas[0])
    for other, luma in zip(pictures[1:], lumas[1:]):
        others = measure(luma)
        first = decide((features - others) / scale).astype(np.float64)
        first = cv2.blur(first, (MAJORITY, MAJORITY), borderType=cv2.BORDER_REFLECT) > 0.5
        features = np.where(first[..., None], features, others)
        picture = np.where(_pixels(first, luma.shape)[..., None], picture, other)
    return picture


@cache
def trained():
    """Read the numbers of the classifiers, as arrays."""
    return _arrays(json.loads(BLOCK_CLASSIFIERS.read_text()))


def _arrays(numbers):
    if isinstance(numbers, dict):
        return {name: _arrays(value) for name, value in numbers.items()}
    return np.array(numbers)


def scale_of(classifier):
    """Return the root mean square of each feature's differences in the training examples."""
    numbers = trained()
    return numbers[classifier].get("scale", numbers["scale"])


def _ann(differences, name="ann"):
    net = trained()[name]
    hidden = np.tanh(differences @ net["hidden"] + net["hidden_bias"])
    return hidden @ net["output"] + net["output_bias"] > 0


def _svm(differences):
    machine = trained()["svm"]
    kernel = np.exp(-machine["gamma"] * _square_distances(differences, machine["vectors"]))
    return kernel @ machine["weights"] + machine["bias"] > 0


def _pnn(differences):
    net = trained()["pnn"]
    first, second = (
        logsumexp(-_square_distances(differences, net[name]) / (2 * net["sigma"] ** 2), axis=-1)
        for name in ("first", "second")
    )
    return first > second


CLASSIFIERS = {"ann": _ann, "svm": _svm, "pnn": _pnn, "bfcn": partial(_ann, name="bfcn")}
"""Name -> function of scaled differences, ... x 3 (of ``bfcn`` 5), to whether the first block is
sharper."""
MEASURED = {"bfcn": contourlet_features}
"""Classifier -> function of a luma to the features of its blocks, where not `block_features`."""


def _square_distances(differences, vectors):
    found = cdist(differences.reshape(-1, 3), vectors, "sqeuclidean")
    return found.reshape(*differences.shape[:-1], len(vectors))


def _pixels(blocks, shape):
    """Repeat the decision on each block for its pixels."""
    return blocks.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)[: shape[0], : shape[1]]
