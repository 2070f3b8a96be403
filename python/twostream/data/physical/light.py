"""sRGB's curve: what a lens blurs is light, not its code (IEC 61966-2-1)."""

import numpy as np


def decoded(code):
    """Light of sRGB codes; both float32 in [0, 1]."""
    low, high = code / np.float32(12.92), (code + np.float32(0.055)) / np.float32(1.055)
    return np.where(code <= 0.04045, low, np.power(high, np.float32(2.4)))


def encoded(light):
    """Code of light in sRGB, the inverse of `decoded`; light is clipped to [0, 1]."""
    light = np.clip(light, 0, 1)
    high = np.float32(1.055) * np.power(light, np.float32(1 / 2.4)) - np.float32(0.055)
    return np.where(light <= 0.0031308, light * np.float32(12.92), high)
