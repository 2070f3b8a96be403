"""Truth sets ``raytraced`` and ``raytraced-handheld``: stacks that Mitsuba 3 renders.

In the second the camera moves between the frames, and the truth is the middle frame's.
"""

from dataclasses import dataclass
from functools import partial
from itertools import cycle

import cv2
import numpy as np

from twostream.io.pixels import from_unit
from twostream.io.srgb import to_light, to_pixels

from .depth import BAND
from .example import Example
from .matte import border_band
from .thin_lens import FINE, Stage, cut_out, quads, strips

SHAPE = (270, 360)
"""Height and width of the pictures."""

OBJECTS = 3
"""Largest number of photographs for the things of a scene."""

SAMPLES = 64
"""Rays per pixel."""


@dataclass(frozen=True)
class Scene:
    """The scene of a stack."""

    name: str
    ground: str  # one of `GROUNDS`
    things: tuple  # names of functions, see `THINGS`
    frames: int
    spread: float  # radius of the blur in pixels, from the first focus to the last


SCENES = (
    Scene("rods", "wall", ("rod", "rod", "rod"), 8, 5),
    Scene("crossing", "slope", ("rod", "rod", "rod", "rod"), 7, 10),
    Scene("near_rod", "wall", ("near_rod",), 8, 16),
    Scene("balls", "slope", ("ball", "ball", "ball"), 8, 8),
    Scene("near_ball", "wave", ("near_ball",), 10, 18),
    Scene("cards", "wall", ("card", "card", "card"), 6, 5),
    Scene("floor", "floor", ("card", "ball", "rod"), 10, 12),
    Scene("hair", "wall", ("hairy",), 8, 6),
    Scene("wide_hair", "floor", ("hairy",), 7, 12),
    Scene("wave", "wave", ("rod", "card"), 9, 9),
    Scene("lights", "wall", ("lights", "card", "rod"), 8, 7),
    Scene("all", "floor", ("card", "ball", "hairy", "rod", "lights"), 10, 15),
)
"""Scenes, taken in turn."""

SEEN_MOVING = (
    (5, Scene("p5_rods", "wall", ("rod", "rod", "card"), 5, 5)),
    (10, Scene("p10_balls", "slope", ("ball", "card"), 5, 6)),
    (15, Scene("p15_floor", "floor", ("card", "card"), 5, 7)),
    (20, Scene("p20_wave", "wave", ("ball", "rod"), 5, 8)),
)
"""Parallax in pixels between the ends of the depths, from first to last frame, and scene."""

GROUNDS = {
    "wall": lambda x, y: 0.03 + 0 * x,
    "slope": lambda x, y: np.clip(0.05 + 0.25 * x + 0.15 * y, 0, 1),
    "floor": lambda x, y: np.clip((y + 0.1 * x - 0.3) / 0.75, 0, 1),
    "wave": lambda x, y: 0.22 + 0.2 * np.sin(5 * x + 2 * y),
}
"""Name of a background -> depth at each place, relative to the picture."""


def raytraced(supply, number, rng):
    """Make the example of a number; arguments and result as of `borders`."""
    scene = SCENES[number % len(SCENES)]
    return _example(scene, supply, number, rng, [(0, 0, 0)] * scene.frames)


def raytraced_handheld(supply, number, rng):
    """Make the example of a number with a moving camera; arguments and result as of `borders`."""
    parallax, scene = SEEN_MOVING[number % len(SEEN_MOVING)]
    angle, middle = rng.uniform(0, 2 * np.pi), scene.frames // 2
    path = np.outer(np.linspace(-0.5, 0.5, scene.frames), [np.cos(angle), np.sin(angle)])
    poses = np.column_stack([path * parallax, np.zeros(scene.frames)])
    poses += rng.normal(0, (0.06 * parallax, 0.06 * parallax, 0.3), poses.shape)
    poses[middle] = 0
    return _example(scene, supply, number, rng, poses)


def _example(scene, supply, number, rng, poses):
    """Render a scene, each frame from its pose (see `Stage.render`)."""
    ground, chosen = supply.take(number, min(OBJECTS, len(scene.things)))
    stage, depth = Stage(SHAPE), GROUNDS[scene.ground]
    stage.surface(depth, to_light(ground.image / 255))
    for thing, material in zip(scene.things, cycle(chosen)):
        THINGS[thing](stage, material, rng, partial(_ahead, depth))
    views = zip(np.linspace(0, 1, scene.frames), poses)
    frames = [_pixels(stage.render(scene.spread, focus, SAMPLES, pose)) for focus, pose in views]
    depths = stage.depths()
    return Example(
        f"{number:02d}_{scene.name}",
        (ground.name, *(material.name for material in chosen)),
        f"{scene.frames} planes, disc of up to {scene.spread} pixels, ray-traced",
        tuple(frames),
        _pixels(stage.sharp(SAMPLES)),
        border_band(depths, BAND),
        (depths * (scene.frames - 1)).astype(np.float32),
    )


def _pixels(light):
    return from_unit(to_pixels(np.clip(light, 0, 1)), 255, np.uint8)


def _ahead(ground, x, y, depth, least=0.12):
    """Bring a depth to the front of the background, but not nearer than 0.97."""
    behind = ground(np.array(x / SHAPE[1]), np.array(y / SHAPE[0]))
    return float(min(0.97, max(depth, behind + least)))


def _anywhere(rng, low=0.1, high=0.9):
    return rng.uniform(low, high, 2) * SHAPE[::-1]


def _rod(stage, material, rng, ahead, radius=(1, 4), depth=(0.2, 1)):
    """Add a rod across the whole picture, in the photograph's colours or in one of them."""
    middle, angle = _anywhere(rng, 0.3, 0.7), rng.uniform(0, np.pi)
    way = np.array([np.cos(angle), np.sin(angle)]) * 300
    depths = np.clip(rng.uniform(*depth) + np.array([-1, 1]) * rng.uniform(0, 0.2), 0.1, 1)
    light = to_light(material.image / 255)
    if rng.integers(2):
        light = light.reshape(-1, 3)[rng.integers(light.size // 3)]
    stage.rod((middle - way, middle + way), depths, rng.uniform(*radius), light)


def _near_rod(stage, material, rng, ahead):
    _rod(stage, material, rng, ahead, (5, 9), (0.85, 0.95))


def _ball(stage, material, rng, ahead, radius=(25, 45), depth=(0.3, 0.8)):
    light, turn = to_light(material.image / 255), rng.uniform(0, 360)
    x, y = _anywhere(rng, 0.2, 0.8)
    stage.ball(x, y, ahead(x, y, rng.uniform(*depth)), rng.uniform(*radius), light, turn)


def _near_ball(stage, material, rng, ahead):
    _ball(stage, material, rng, ahead, (40, 60), (0.75, 0.85))


def _card(stage, material, rng, ahead):
    """Add an upright object that was cut out of its photograph, leaning a little."""
    height, lean = rng.uniform(0.4, 0.8) * SHAPE[0], rng.uniform(0, 0.2)
    foot_x, foot_y = rng.uniform((0.2, 0.75), (0.8, 1.0)) * SHAPE[::-1]
    depth = ahead(foot_x, foot_y, rng.uniform(0.3, 0.95), 0.02)
    fine = cut_out(material.region)
    y, x = (np.flatnonzero(fine.any(axis=axis)) / FINE for axis in (1, 0))
    scale = min(height / np.ptp(y), 0.6 * SHAPE[1] / np.ptp(x))
    shift = np.array([foot_x - scale * x.mean(), foot_y - scale * y.max()])
    corners = strips(fine).reshape(-1, 2)
    px, py = (corners * scale + shift).T
    depths = np.clip(depth - lean * (y.max() - corners[:, 1]) / np.ptp(y), 0.05, 1)
    index = np.arange(len(corners)).reshape(-1, 4).T
    size = material.region.shape[::-1]
    stage.mesh(px, py, depths, corners / size, quads(*index), to_light(material.image / 255))
    return fine, scale, shift, depth


def _hairy(stage, material, rng, ahead, hairs=260):
    """Add an upright object with hairs on its outline, thinner than a pixel."""
    fine, scale, shift, depth = _card(stage, material, rng, ahead)
    outlines, _ = cv2.findContours(fine.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len)[:, 0] / FINE
    roots = outline[rng.integers(len(outline), size=hairs)]
    x, y, along = _ribbons(roots * scale + shift, roots - outline.mean(axis=0), rng)
    depths = np.clip(depth + rng.normal(0, 0.04, hairs) * along, 0.05, 1)
    index = np.arange(x.size).reshape(x.shape)
    faces = quads(index[0, :-1], index[0, 1:], index[1, 1:], index[1, :-1])
    uv = np.broadcast_to(roots / material.region.shape[::-1], (*x.shape, 2)).reshape(-1, 2)
    light = to_light(material.image / 255)
    stage.mesh(x.ravel(), y.ravel(), np.stack([depths, depths]).ravel(), uv, faces, light)


def _ribbons(roots, ways, rng, joints=9):
    """Draw bent, tapering ribbons from N roots (x, y), each roughly in its direction.

    Return x and y of their two sides, each 2 x joints x N, and the share of the length, joints x 1.
    """
    along, count = np.linspace(0, 1, joints)[:, None], len(roots)
    angle = np.arctan2(ways[:, 1], ways[:, 0]) + rng.normal(0, 0.4, count)
    bend = angle + rng.normal(0, 0.7, count) * along
    step = rng.uniform(15, 50, count) / joints * np.stack([np.cos(bend), np.sin(bend)])
    middle = roots.T[:, None] + np.cumsum(step, axis=1) - step[:, :1] * 2
    half = rng.uniform(0.3, 0.9, count) * (1 - 0.8 * along) / 2
    across = half * np.stack([-np.sin(bend), np.cos(bend)])
    return (*(np.stack([m + a, m - a]) for m, a in zip(middle, across)), along)


def _lights(stage, material, rng, ahead):
    """Scatter small lights, brighter than the sensor's white."""
    for _ in range(10):
        light = rng.uniform(0.4, 1, 3) * rng.uniform(2, 8)
        x, y = _anywhere(rng)
        stage.ball(x, y, ahead(x, y, rng.uniform(0.06, 0.9)), rng.uniform(1.2, 2.5), light)


THINGS = {
    "rod": _rod,
    "near_rod": _near_rod,
    "ball": _ball,
    "near_ball": _near_ball,
    "card": _card,
    "hairy": _hairy,
    "lights": _lights,
}
"""Name of a thing -> function of (stage, material, rng, ahead) that adds it."""
