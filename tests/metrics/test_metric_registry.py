"""The list of metrics."""

import inspect
import pickle

import cv2
import numpy as np
import pytest

from twostream import metrics
from twostream.errors import BadInput
from twostream.metrics import METRICS, metric


def test_the_papers_columns_are_there_in_its_order():
    columns = {entry.column: entry.name for entry in METRICS.values() if entry.column}
    names = ["entropy", "mutual_information", "qabf", "q", "qw", "qe"]
    assert list(columns.items()) == [*zip(("IE", "MI", "Xydeas", "Q", "Qw", "Qe"), names)]


def test_each_is_named_once_and_complete():
    for name, entry in METRICS.items():
        assert entry.name == name
        assert metric(name) is entry
        assert pickle.loads(pickle.dumps(entry)).name == name
        assert entry.compares_with in ("nothing", "sources", "truth")
        assert entry.low < entry.high
        assert entry.paper
        assert entry.variant


@pytest.mark.parametrize(
    "entry", [m for m in METRICS.values() if m.compares_with != "nothing"], ids=lambda m: m.name
)
def test_the_all_in_focus_picture_scores_better_than_a_wrong_one(entry):
    """The direction that the registry declares is the one that the metric has."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8)
    truth = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 1), None, 0, 255, cv2.NORM_MINMAX)
    blurred = cv2.GaussianBlur(truth, (0, 0), 3)
    pairs = (truth, blurred), (blurred, truth)
    sources = [np.hstack([left[:, :32], right[:, 32:]]) for left, right in pairs]
    right, wrong = entry(truth, sources, truth), entry(truth[:, ::-1].copy(), sources, truth)
    assert right < wrong if entry.lower_is_better else right > wrong


@pytest.mark.parametrize("entry", METRICS.values(), ids=lambda m: m.name)
def test_data_range_is_the_value_of_white(entry, rng):
    """Twelve bits in uint16, and floats of another scale, score as the same levels in uint8."""
    levels = rng.integers(0, 256, (3, 48, 48))
    reference = entry.function(*arguments(entry, levels.astype(np.uint8)))
    for images, white in ((levels.astype(np.uint16), 255), (levels / 51, 5.0)):
        found = entry.function(*arguments(entry, images), data_range=white)
        assert found == pytest.approx(reference, rel=1e-9, abs=1e-9)


def arguments(entry, images):
    """What a metric takes, of three images."""
    if entry.compares_with == "nothing":
        return images[:1]
    return ([*images[:2]], images[2]) if entry.compares_with == "sources" else images[1:]


def test_every_public_metric_is_listed():
    functions = {name for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))}
    assert functions - {"metric"} <= set(METRICS)
    own = {name for name, entry in METRICS.items() if inspect.isfunction(entry.function)}
    assert own <= functions


def test_the_variant_named_is_the_default_or_the_one_chosen():
    rng = np.random.default_rng(5)
    *sources, fused = (rng.integers(0, 9, (24, 24)).astype(np.uint8) for _ in range(3))  # ties
    for base in ("mutual_information", "qabf", "fmi", "n_abf"):
        chosen = getattr(metrics, base)(sources, fused, variant=METRICS[base].variant)
        assert chosen == METRICS[base](fused, sources)
    assert metrics.qw(sources, fused, window="block8") == METRICS["qw_block8"](fused, sources)
    values = [entry(fused, sources) for name, entry in METRICS.items() if name.startswith("qabf")]
    assert len(set(values)) == 4


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("qab", r"no metric named 'qab'; did you mean .*\bqabf\b"),
        ("PSNR", r"no metric named 'PSNR'; did you mean .*\bpsnr\b"),
        ("mutual-information", r"; did you mean .*\bmutual_information\b"),
        ("sharpness!", r"no metric named 'sharpness!'; there are entropy, .*"),
    ],
)
def test_unknown_name_suggests_similar_ones_or_lists_all(name, sentence):
    with pytest.raises(BadInput, match=sentence):
        metric(name)


def test_unknown_variant_lists_all():
    image = np.zeros((24, 24), np.uint8)
    sentence = r"no (variant|window) of .* named 'best'; there are \w+, "
    for function in (metrics.qabf, metrics.mutual_information, metrics.qe):
        with pytest.raises(BadInput, match=sentence):
            function([image, image], image, "best")
    with pytest.raises(BadInput, match=r"^psnr compares with the truth, which is not known\.$"):
        METRICS["psnr"](image, [image, image])
