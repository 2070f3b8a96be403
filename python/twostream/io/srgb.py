"""Conversion between sRGB pixels (IEC 61966-2-1) and linear light."""

import numpy as np


def to_light(pixels):
    """Decode sRGB pixels of [0, 1] to amounts of light of [0, 1]."""
    return np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)


def to_pixels(light):
    """Encode amounts of light, clipped to [0, 1], as sRGB pixels of [0, 1]."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
