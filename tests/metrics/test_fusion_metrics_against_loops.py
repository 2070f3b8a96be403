"""Metrics that other toolkits have, against their public codes' steps as plain loops."""

import cmath
import math

import numpy as np
import pytest

from twostream.metrics import METRICS, ag, fmi, gmsd, n_abf, qp, scd, sd, sf, viff


@pytest.fixture(params=[(41, 43), (44, 42)], ids=["odd", "even"])
def images(request):
    """Two sources and a fused picture, with flat parts and equal ones."""
    rng = np.random.default_rng(11)
    a, b, noise = (rng.integers(0, 256, request.param) for _ in range(3))
    fused = (a + b + noise // 4) * 4 // 9
    a[:9, :9] = b[:9, :9] = 50
    fused[:9, :9] = 60
    fused[30:, 30:] = a[30:, 30:]
    return [image.astype(np.uint8) for image in (a, b, fused)]


def pixels(image):
    return [(y, x) for y in range(len(image)) for x in range(len(image[0]))]


def test_statistics_of_one_picture(images):
    f = images[2].astype(float)
    height, width = f.shape
    rows = sum((f[y, x] - f[y, x - 1]) ** 2 for y, x in pixels(f) if x)
    columns = sum((f[y, x] - f[y - 1, x]) ** 2 for y, x in pixels(f) if y)
    assert sf(images[2]) == pytest.approx(math.sqrt((rows + columns) / f.size), rel=1e-12)
    mean = sum(f[p] for p in pixels(f)) / f.size
    variance = sum((f[p] - mean) ** 2 for p in pixels(f)) / f.size
    assert sd(images[2]) == pytest.approx(math.sqrt(variance), rel=1e-12)

    def slope(line, n):
        low, high = max(n - 1, 0), min(n + 1, len(line) - 1)
        return (line[high] - line[low]) / (high - low)

    total = sum(math.hypot(slope(f[y], x), slope(f[:, x], y)) for y, x in pixels(f))
    expected = total / math.sqrt(2) / ((height - 1) * (width - 1))
    assert ag(images[2]) == pytest.approx(expected, rel=1e-12)


def test_scd(images):
    a, b, f = (image.astype(float) for image in images)
    expected = np.corrcoef((f - b).ravel(), a.ravel()) + np.corrcoef((f - a).ravel(), b.ravel())
    assert scd(images[:2], images[2]) == pytest.approx(expected[0, 1], abs=1e-12)
    assert scd([a / 510, b / 510], a / 510 + b / 510) == pytest.approx(2, abs=1e-6)
    assert scd([images[0]] * 2, np.full_like(images[0], 7)) == pytest.approx(-2)


def test_gmsd(images):
    def halved(image):
        high, wide = (length + length % 2 for length in image.shape)
        filled = np.zeros((high, wide))
        filled[: len(image), : len(image[0])] = image
        return [
            [filled[y : y + 2, x : x + 2].mean() for x in range(0, wide, 2)]
            for y in range(0, high, 2)
        ]

    def strength(image, y, x):
        around = np.pad(image, 1)[y : y + 3, x : x + 3]
        gx, gy = around[:, 2] - around[:, 0], around[2] - around[0]
        return math.hypot(gx.sum() / 3, gy.sum() / 3)

    truth, fused = halved(images[0]), halved(images[2])
    kept = []
    for y, x in pixels(truth):
        g, h = strength(truth, y, x), strength(fused, y, x)
        kept.append((2 * g * h + 170) / (g * g + h * h + 170))
    mean = sum(kept) / len(kept)
    expected = math.sqrt(sum((s - mean) ** 2 for s in kept) / (len(kept) - 1))
    assert gmsd(images[0], images[2]) == pytest.approx(expected, abs=1e-12)


def test_n_abf(images):
    def edge(image, y, x):
        around = np.pad(image.astype(float), 1, mode="reflect")[y : y + 3, x : x + 3]
        gx = ((around[:, 2] - around[:, 0]) * (1, 2, 1)).sum() / 8
        gy = ((around[2] - around[0]) * (1, 2, 1)).sum() / 8
        angle = 0 if gx == gy == 0 else math.pi / 2 * np.sign(gx) if gy == 0 else math.atan(gx / gy)
        return math.hypot(gx, gy), angle

    tops, bottoms = {"n_abf": 0, "n_abf_unit": 0}, {"n_abf": 0, "n_abf_unit": 0}
    for y, x in pixels(images[0]):
        (ga, aa), (gb, ab), (gf, af) = (edge(image, y, x) for image in images)
        for g, angle in ((ga, aa), (gb, ab)):
            ratio = min(g, gf) / max(g, gf) if g and gf else 0
            turned = abs(abs(angle - af) - math.pi / 2) * 2 / math.pi
            strength = 0.9999 / (1 + math.exp(-19 * (ratio - 0.5)))
            kept = math.sqrt(strength * 0.9995 / (1 + math.exp(-22 * (turned - 0.5))))
            weights = {"n_abf": g**1.5 if g >= 2 else 0.001, "n_abf_unit": 0.001}
            for name, weight in weights.items():
                tops[name] += (gf > ga and gf > gb) * (1 - kept) * weight
                bottoms[name] += weight
    for name, top in tops.items():
        expected = top / bottoms[name]
        assert expected > 1e-4
        assert METRICS[name](images[2], images[:2]) == pytest.approx(expected, rel=1e-12)
    assert n_abf(images[:2], images[2]) == METRICS["n_abf"](images[2], images[:2])


def weights_of(size, sigma):
    line = [math.exp(-((n - (size - 1) / 2) ** 2) / (2 * sigma**2)) for n in range(size)]
    return np.outer(line, line) / sum(line) ** 2


def test_viff(images):
    def means(window, values):
        size = len(window)
        rows, columns = (length - size + 1 for length in values.shape)
        return np.array(
            [
                [(window * values[y : y + size, x : x + size]).sum() for x in range(columns)]
                for y in range(rows)
            ]
        )

    pictures = [image.astype(float) for image in images]
    expected, noise = 0, 0.005 * 255**2
    for size, weight in ((17, 1), (9, 0), (5, 0.15), (3, 1)):
        window = weights_of(size, size / 5)
        if size < 17:
            pictures = [means(window, picture)[::2, ::2] for picture in pictures]
        mu = [means(window, p) for p in pictures]
        var = [np.maximum(means(window, p * p) - m * m, 0) for p, m in zip(pictures, mu)]
        cov = [means(window, pictures[n] * pictures[2]) - mu[n] * mu[2] for n in (0, 1)]
        kept = there = 0
        for p in pixels(mu[0]):
            found = []
            for n in (0, 1):
                v, vf, c = var[n][p], var[2][p], cov[n][p]
                g, rest = c / (v + 1e-10), vf - c * c / (v + 1e-10)
                if v < 1e-8:
                    g, rest, v = 0, vf, 0
                if vf < 1e-8:
                    g, rest = 0, 0
                if g < 0:
                    g, rest = 0, vf
                d = math.log10(1 + g * g * v / (max(rest, 1e-10) + noise))
                found.append((g, d, math.log10(1 + v / noise)))
            chosen = found[0] if found[0][0] < found[1][0] else found[1]
            kept, there = kept + chosen[1] + 1e-7, there + chosen[2] + 1e-7
        expected += weight / 2.15 * kept / there
    assert viff(images[:2], images[2]) == pytest.approx(expected, abs=1e-9)
    assert viff([images[0]] * 2, images[0]) == pytest.approx(1, abs=1e-6)


def shared_of(x, y):
    """FMI of one window of nine features each, by differences of the joint distribution."""
    if x == y:
        return 1

    def probability(values):
        low, high = min(values), max(values)
        scaled = [(v - low) / (high - low) if high > low else 1 for v in values]
        return [s / sum(scaled) for s in scaled]

    def entropy(ps):
        return -sum(p * math.log2(abs(p)) for p in ps if p)

    def deviation(p):
        mean = sum(n * value for n, value in enumerate(p))
        return math.sqrt(sum((n - mean) ** 2 * value for n, value in enumerate(p)))

    flat = len(set(x)) == 1 or len(set(y)) == 1
    p, q = probability(x), probability(y)
    centred = [(a - 1 / 9, b - 1 / 9) for a, b in zip(p, q)]
    up, across = (
        sum(a * b for a, b in centred),
        math.sqrt(sum(a * a for a, _ in centred) * sum(b * b for _, b in centred)),
    )
    c = 0 if flat else up / across
    cp, cq = ([sum(v[: n + 1]) for n in range(9)] + [0] for v in (p, q))  # [-1] is 0

    def bound(i, j):
        return min(cp[i], cq[j]) if c >= 0 else max(cp[i] + cq[j] - 1, 0)

    covariance = sum(bound(i, j) - cp[i] * cq[j] for i in range(9) for j in range(9))
    spread = deviation(p) * deviation(q)
    phi = c * spread / covariance if c and spread > 1e-12 else 0
    joint = []
    for i in range(9):
        for j in range(9):
            corner = bound(i - 1, j - 1) if i and j else 0
            mass = bound(i, j) - (bound(i - 1, j) if i else 0) - (bound(i, j - 1) if j else 0)
            joint.append(phi * (mass + corner) + (1 - phi) * p[i] * q[j])
    total = entropy(p) + entropy(q)
    return 2 * (total - entropy(joint)) / total if total else 0


def test_fmi(images):
    images = [image[3:20, 3:19] for image in images]  # flat and textured windows
    images[2][10:, 10:] = images[0][10:, 10:]
    gradients = [np.gradient(image.astype(float), axis=1) for image in images]
    for variant, features in {"pixel": images, "gradient": gradients}.items():
        features = [feature.astype(float) for feature in features]
        found = []
        for y, x in pixels(features[0][2:, 2:]):
            a, b, f = (list(v[y : y + 3, x : x + 3].T.ravel()) for v in features)
            found += [shared_of(a, f), shared_of(b, f)]
        expected = sum(found) / len(found)
        assert fmi(images[:2], images[2], variant) == pytest.approx(expected, abs=1e-9)


def lines(length):
    """Frequencies of a side, in the order of the Fourier transform; of an odd one as the code's."""
    whole = [(n + length // 2) % length - length // 2 for n in range(length)]
    return [w / (length - length % 2) for w in whole], [w / length for w in whole]


def filters(shape):
    """Kovesi's filters: [orientation][scale], each H x W."""
    (ys, y_cut), (xs, x_cut) = map(lines, shape)
    made = np.zeros((6, 4, *shape))
    for o in range(6):
        for s in range(4):
            for i, j in pixels(made[0, 0]):
                if i == j == 0:
                    continue
                radius = math.hypot(ys[i], xs[j])
                angle = math.atan2(-ys[i], xs[j]) - o * math.pi / 6
                angle = abs(math.atan2(math.sin(angle), math.cos(angle)))
                band = math.log(radius * 3 * 2.1**s) / math.log(0.55)
                spread = math.exp(-(angle**2) / (2 * (math.pi / 6 / 1.2) ** 2))
                # The code shifts odd sides one frequency too far.
                cut = math.hypot(
                    y_cut[(i + shape[0] % 2) % shape[0]], x_cut[(j + shape[1] % 2) % shape[1]]
                )
                made[o, s, i, j] = math.exp(-(band**2) / 2) * spread / (1 + (cut / 0.45) ** 30)
    return made


def congruency(image, bank):
    """The maps of phase congruency, largest and smallest moment."""
    size, spectrum = image.size, np.fft.fft2(image)
    totals = np.zeros((5, *image.shape))  # energy, amplitude, xx, yy, xy
    for o, scales in enumerate(bank):
        responses = [np.fft.ifft2(spectrum * scale) for scale in scales]
        kernels = [np.fft.ifft2(scale).real * math.sqrt(size) for scale in scales]
        power = np.median(abs(responses[0]) ** 2) / math.log(2) / (scales[0] ** 2).sum()
        squares = sum((k**2).sum() for k in kernels)
        mixed = sum((kernels[i] * kernels[j]).sum() for j in range(4) for i in range(j))
        tau = math.sqrt((2 * power * squares + 4 * power * mixed) / 2)
        noise = (tau * math.sqrt(math.pi / 2) + 2 * tau * math.sqrt(2 - math.pi / 2)) / 1.7
        for p in pixels(image):
            here = [complex(r[p]) for r in responses]
            mean = sum(here) / (abs(sum(here)) + 1e-4)
            energy = sum(
                abs(r) * abs(mean) * (math.cos(t) - abs(math.sin(t)))
                for r in here
                for t in [cmath.phase(r) - cmath.phase(mean)]
            )
            amplitude = sum(map(abs, here))
            width = amplitude / (max(map(abs, here)) + 1e-4) / 4
            energy = max(energy - noise, 0) / (1 + math.exp((0.5 - width) * 10))
            pc, angle = energy / amplitude, o * math.pi / 6
            x, y = pc * math.cos(angle), pc * math.sin(angle)
            for n, value in enumerate((energy, amplitude, x * x, y * y, x * y)):
                totals[(n, *p)] += value
    energy, amplitude, xx, yy, xy = totals
    xx, yy, xy = xx / 3, yy / 3, xy / 6
    difference = np.sqrt(xy**2 + (xx - yy) ** 2) + 1e-4
    moments = (xx + yy + difference) / 2, (xx + yy - difference) / 2
    return [energy / (amplitude + 1e-4), *moments]


def test_qp(images):
    images = [np.ascontiguousarray(image[:21, :22]) for image in images]
    bank, window = filters(images[0].shape), weights_of(11, 1.5)
    a, b, f = (congruency(image.astype(float), bank) for image in images)
    largest = [np.where(a[0] > b[0], x, y) for x, y in zip(a, b)]
    maps, masks = (a, b, largest), [m[0] > 0.1 for m in (a, b, largest)]

    def mean(values, y, x):
        return (np.pad(values, 5)[y : y + 11, x : x + 11] * window).sum()

    expected = 1
    for n in range(3):
        total = 0
        for y, x in pixels(images[0]):
            best = []
            for m, mask in zip(maps, masks):
                v, w = m[n] * mask, f[n]
                mv, mw = mean(v, y, x), mean(w, y, x)
                vv, vw = mean(v * v, y, x) - mv**2, mean(w * w, y, x) - mw**2
                covariance = mean(v * w, y, x) - mv * mw
                correlation = (covariance + 1e-4) / (math.sqrt(abs(vv * vw)) + 1e-4)
                best.append(correlation if mask[y, x] else 0)
            total += max(best)
        expected *= total / masks[2].sum()
    assert 0.05 < expected < 1
    assert qp(images[:2], images[2]) == pytest.approx(expected, abs=1e-9)
