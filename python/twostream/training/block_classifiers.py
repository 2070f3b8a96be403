"""Training of the classifiers of the method `block_classifier`."""

import numpy as np

from ..data.defocus import random_blur
from ..data.object_regions import random_region
from ..data.pairs import make_pair
from ..data.sources import read_image
from ..data.sources.bundled import photographs
from ..errors import BadInput
from ..io.pixels import from_unit, luma, to_unit
from ..methods.block_features import block_features, block_means, contourlet_features

SEED = 2002
PAIRS, BLOCKS = 10, 6
"""Random pairs of each photograph, and random blocks of each pair."""
GAMMA = 1 / 3
"""Gamma of the SVM's kernel: one over the number of features, which have unit deviation."""
SIGMA = 0.5
"""Standard deviation of the Gaussians of the PNN."""
DIGITS = 4
"""Decimals of the numbers in the file."""


def train_classifiers():
    """Train the four classifiers on scikit-image's photographs, without those of the demo.

    Each example is a block of a pair that `data.pairs.make_pair` blurs in a random region, in both
    orders. Its class is the picture in which more of the block is sharp. With each photograph held
    out in turn, the accuracy is 93.8 % (ANN), 94.2 % (SVM), 95.4 % (PNN) and 95.7 % (BFCN). The
    number of hidden units of the ANN and `SIGMA` maximise it. The larger spatial frequency alone
    has an accuracy of 94.8 %.

    The result is numbers and nested lists of numbers, which `block_classifier.trained` reads. Raise
    BadInput if scikit-learn is not installed.
    """
    try:
        from sklearn.neural_network import MLPClassifier
        from sklearn.svm import SVC
    except ImportError as error:
        raise BadInput(
            "Training needs scikit-learn: install the toolkit with its extra, '.[classifiers]'."
        ) from error
    net = MLPClassifier((5,), "tanh", solver="lbfgs", alpha=0.01, max_iter=2000, random_state=SEED)
    scale, examples, is_first = _examples(block_features)
    contourlet_scale, contourlets, _ = _examples(contourlet_features)
    first, second = examples[is_first], examples[~is_first]
    return {
        "scale": _short(scale),
        "ann": _ann_numbers(net.fit(examples, is_first)),
        "svm": _svm_numbers(SVC(gamma=GAMMA).fit(examples, is_first)),
        "pnn": {"first": _short(first), "second": _short(second), "sigma": SIGMA},
        "bfcn": {
            "scale": _short(contourlet_scale, 8),
            **_ann_numbers(net.fit(contourlets, is_first)),
        },
    }


def _examples(measure):
    """Return scale, scaled examples in both orders, and whether the first block is sharper."""
    differences = np.vstack([_differences(photograph, measure) for photograph in photographs()])
    scale = np.sqrt(np.mean(differences**2, axis=0))
    examples = np.vstack([differences, -differences]) / scale
    return scale, examples, np.arange(len(examples)) < len(differences)


def _differences(photograph, measure):
    """Subtract the other block's features from those of the sharper one, N x features."""
    rng = np.random.default_rng([SEED, *photograph.name.encode()])
    clean = from_unit(luma(to_unit(read_image(photograph), 255)), 255, np.uint8)
    return np.vstack([_of_pair(clean, rng, measure) for _ in range(PAIRS)])


def _of_pair(clean, rng, measure):
    region = random_region(clean.shape, rng)
    a, b = make_pair(clean, region, (random_blur(rng), random_blur(rng)))
    differences = measure(a / 255) - measure(b / 255)
    a_is_sharp = block_means(region) < 0.5
    differences = np.where(a_is_sharp[..., None], differences, -differences)
    differences = differences.reshape(-1, differences.shape[2])
    return differences[rng.choice(len(differences), BLOCKS, replace=False)]


def _ann_numbers(net):
    (hidden, output), (hidden_bias, output_bias) = net.coefs_, net.intercepts_
    return {
        "hidden": _short(hidden),
        "hidden_bias": _short(hidden_bias),
        "output": _short(output[:, 0]),
        "output_bias": _short(output_bias[0]),
    }


def _svm_numbers(machine):
    return {
        "vectors": _short(machine.support_vectors_),
        "weights": _short(machine.dual_coef_[0]),
        "bias": _short(machine.intercept_[0]),
        "gamma": GAMMA,
    }


def _short(numbers, digits=DIGITS):
    return np.round(numbers, digits).tolist()
