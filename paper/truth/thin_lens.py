"""A scene of luminous surfaces, rendered by Mitsuba 3 through a thin lens.

The ray tracer does not use this toolkit's model of defocus: it sends rays through points of an
aperture. All surfaces emit light and reflect none, so that only the samples of lens and pixel cause
noise. Positions are pixels and depths as in `depth`: diopters from 0 (far) to 1 (near).
"""

import math

import cv2
import numpy as np

from twostream.errors import BadInput

FAR, NEAR = 3.0, 1.0
"""Distances of the depths 0 and 1 from the camera."""

FIELD = 40
"""Angle of view across the picture, in degrees."""

EMITTED = {"type": "path", "max_depth": 1}
"""Integrator of Mitsuba that returns the light of the first surface that a ray meets."""

FINE = 2
"""Rows of a cut-out object per pixel of its photograph."""


def mitsuba():
    """Import Mitsuba with its plainest variant, which needs no compiler; BadInput if missing."""
    try:
        import mitsuba as mi
    except ImportError:
        raise BadInput(
            "Mitsuba is not installed. Run `pip install mitsuba`, or leave the ray-traced sets out "
            "with --sets."
        ) from None
    mi.set_variant("scalar_rgb")
    return mi


def distance(depth):
    """Convert a depth in diopters, from 0 to 1, to the distance from the camera."""
    return 1 / (1 / FAR + depth * (1 / NEAR - 1 / FAR))


class Stage:
    """Things in front of a camera.

    Parameters
    ----------
    shape : tuple of int
        Height and width of the pictures.
    """

    def __init__(self, shape):
        self.mi, self.shape, self.things = mitsuba(), shape, {}
        self.seed = 0  # of the next frame's samples
        self.focal = shape[1] / 2 / math.tan(math.radians(FIELD / 2))

    def add(self, thing):
        """Add a shape of Mitsuba."""
        self.things[f"thing{len(self.things)}"] = thing

    def place(self, x, y, depth):
        """Convert pixels and depths to coordinates, N x 3."""
        z = distance(np.asarray(depth, np.float64))
        height, width = self.shape
        across, down = (x - width / 2) / self.focal, (y - height / 2) / self.focal
        return np.stack([across * z, down * z, z], -1)

    def glow(self, light):
        """Make a surface emit a picture (H x W x 3) or a colour (3), in linear light."""
        light = np.atleast_3d(light).reshape(-1, np.shape(light)[1] if np.ndim(light) > 1 else 1, 3)
        bitmap = {"type": "bitmap", "bitmap": self.mi.Bitmap(light.astype(np.float32)), "raw": True}
        return {"type": "area", "radiance": {**bitmap, "wrap_mode": "mirror"}}

    def mesh(self, x, y, depth, uv, faces, light):
        """Add triangles (M x 3 indices of the N vertices) that emit a picture to the camera."""
        corners = np.stack([x, y], -1)[faces]
        one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        away = one[:, 0] * other[:, 1] > one[:, 1] * other[:, 0]
        faces = np.where(away[:, None], faces[:, ::-1], faces)
        props = self.mi.Properties()
        props["emitter"] = self.mi.load_dict(self.glow(light))
        made = self.mi.Mesh("", len(x), len(faces), has_vertex_texcoords=True, props=props)
        found = self.mi.traverse(made)
        found["vertex_positions"] = self.place(x, y, depth).astype(np.float32).ravel()
        found["vertex_texcoords"] = np.asarray(uv, np.float32).ravel()
        found["faces"] = faces.astype(np.uint32).ravel()
        found.update()
        self.add(made)

    def surface(self, depth, light, margin=60):
        """Add a surface behind everything, beyond the picture too; `depth` is a function of x, y.

        Both are relative to the picture: 0 to 1 inside.
        """
        height, width = self.shape
        y, x = np.mgrid[-margin : height + margin : 40j, -margin : width + margin : 50j]
        first = np.arange(39)[:, None] * 50 + np.arange(49)
        faces = quads(first, first + 1, first + 51, first + 50)
        uv = np.stack([x + margin, y + margin], -1) / (width + 2 * margin, height + 2 * margin)
        flat = x.ravel(), y.ravel(), depth(x / width, y / height).ravel()
        self.mesh(*flat, uv.reshape(-1, 2), faces, light)

    def ball(self, x, y, depth, radius, light, turn=0.0):
        """Add a sphere of a radius in pixels."""
        T = self.mi.ScalarTransform4f
        size = radius * distance(depth) / self.focal
        where = T().translate(self.place(x, y, depth).tolist())
        turned = where @ T().rotate([1, 0, 0], 90) @ T().rotate([0, 0, 1], turn) @ T().scale(size)
        self.add({"type": "sphere", "to_world": turned, "emitter": self.glow(light)})

    def rod(self, ends, depths, radius, light):
        """Add a cylinder between two pixels, each at a depth; its radius is in pixels."""
        points = [self.place(*end, depth).tolist() for end, depth in zip(ends, depths)]
        size = radius * distance(sum(depths) / 2) / self.focal
        shape = {"type": "cylinder", "p0": points[0], "p1": points[1], "radius": size}
        self.add({**shape, "emitter": self.glow(light)})

    def render(self, spread, focus, samples, pose=(0, 0, 0)):
        """Render one frame.

        Parameters
        ----------
        spread : float
            Radius in pixels of the blur at one end of the depths, when the other is in focus.
        focus : float
            Depth in focus.
        samples : int
            Rays per pixel.
        pose : sequence of float
            See `_camera`.

        Returns
        -------
        numpy.ndarray
            H x W x 3, linear light.
        """
        lens = {
            "type": "thinlens",
            "aperture_radius": spread / self.focal / (1 / NEAR - 1 / FAR),
            "focus_distance": float(distance(focus)),
        }
        return self._seen(lens, samples, pose)

    def sharp(self, samples):
        """Render the same with a pinhole: everything in focus."""
        return self._seen(
            {"type": "perspective"}, samples, (0, 0, 0), {"type": "path", "max_depth": 1}
        )

    def depths(self):
        """Return the depth of the nearest surface at the centre of each pixel, H x W."""
        place = {"type": "aov", "aovs": "place:position"}
        z = self._seen({"type": "perspective"}, 1, integrator=place, window="box")[..., 2]
        return (1 / z - 1 / FAR) / (1 / NEAR - 1 / FAR)

    def _seen(self, lens, samples, pose=(0, 0, 0), integrator=EMITTED, window="gaussian"):
        height, width = self.shape
        film = {"type": "hdrfilm", "width": width, "height": height, "pixel_format": "rgb"}
        sampler = {"type": "multijitter", "sample_count": samples}
        if samples == 1:  # in the middle of each pixel
            sampler = {"type": "stratified", "sample_count": 1, "jitter": False}
        camera = {
            **lens,
            "fov": FIELD,
            "to_world": self._camera(*pose),
            "film": {**film, "rfilter": {"type": window}},
            "sampler": sampler,
        }
        world = {"type": "scene", **self.things, "integrator": integrator, "sensor": camera}
        self.seed += 1
        return np.array(self.mi.render(self.mi.load_dict(world), seed=self.seed), np.float64)

    def _camera(self, across, down, roll):
        """Move the camera by pixels of parallax between far and near, and turn it by degrees.

        It remains directed at the middle of the scene.
        """
        move = np.array([across, down]) / self.focal / (1 / NEAR - 1 / FAR)
        roll = math.radians(roll)
        up = [math.sin(roll), -math.cos(roll), 0]
        look = self.mi.ScalarTransform4f().look_at
        return look([*move.tolist(), 0], [0, 0, float(distance(0.5))], up)


def quads(*corners):
    """Return the triangles of quadrilaterals, whose corners are arrays of indices."""
    a, b, c, d = (np.ravel(corner) for corner in corners)
    return np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)])


def cut_out(region):
    """Draw the smoothed, slightly shrunk outline of an object with `FINE` rows per pixel, bool."""
    smooth = cv2.GaussianBlur(region.astype(np.float32), (0, 0), 2)
    return cv2.resize(smooth, None, fx=FINE, fy=FINE, interpolation=cv2.INTER_CUBIC) > 0.8


def strips(fine):
    """Cover a region with one rectangle for each run of a row; return corners, N x 4 x 2 (x, y)."""
    change = np.diff(np.pad(fine, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(change == 1)
    ends = np.nonzero(change == -1)[1]
    corners = [(starts, rows), (ends, rows), (ends, rows + 1), (starts, rows + 1)]
    return np.stack([np.stack(corner, -1) for corner in corners], 1) / FINE
