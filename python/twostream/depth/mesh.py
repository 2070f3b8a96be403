"""The surface of a scene as a mesh with colours, in the formats PLY and OBJ."""

import math

import cv2
import numpy as np

from ..io.atomic import atomic_write

MOST = 250_000
"""Largest number of vertices."""
RELIEF = 0.25
"""Distance between the nearest and the farthest point, as a share of the image's larger side."""


def write_mesh(path, image, height):
    """Write a grid of vertices, x to the right, y up and z towards the viewer.

    `image` is H x W x 3, uint8, `height` H x W, from 0 (farthest) to 1 (nearest). The unit is a
    pixel of the image; the relief is not to scale. A PLY is binary, an OBJ has the colours behind
    the coordinates of each vertex. Raise BadInput if the file cannot be written.
    """
    vertices, colours, faces = grid(image, height)
    with atomic_write(path) as partial:
        write = _write_obj if path.suffix.lower() == ".obj" else _write_ply
        with open(partial, "wb") as file:
            write(file, vertices, colours, faces)


def grid(image, height):
    """Return vertices, N x 3, float32, their colours, N x 3, uint8, and triangles, M x 3, int32."""
    rows, columns = height.shape
    step = max(1.0, math.sqrt(rows * columns / MOST))
    size = max(1, int(columns / step)), max(1, int(rows / step))
    colours = cv2.resize(image, size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    z = cv2.resize(height, size, interpolation=cv2.INTER_NEAREST) * RELIEF * max(rows, columns)
    x = (np.arange(size[0]) + 0.5) * columns / size[0] - columns / 2
    y = rows / 2 - (np.arange(size[1]) + 0.5) * rows / size[1]
    vertices = np.dstack([*np.meshgrid(x, y), z]).reshape(-1, 3).astype(np.float32)
    number = np.arange(size[0] * size[1], dtype=np.int32).reshape(size[::-1])
    a, b, c, d = (
        part.ravel()
        for part in (number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:])
    )
    return vertices, colours, np.vstack([np.column_stack([a, c, b]), np.column_stack([b, c, d])])


def _write_ply(file, vertices, colours, faces):
    header = ["ply", "format binary_little_endian 1.0", f"element vertex {len(vertices)}"]
    header += [f"property float {axis}" for axis in "xyz"]
    header += [f"property uchar {colour}" for colour in ("red", "green", "blue")]
    header += [f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header"]
    file.write(("\n".join(header) + "\n").encode())
    points = np.empty(len(vertices), [("place", "<f4", 3), ("colour", "u1", 3)])
    points["place"], points["colour"] = vertices, colours
    triangles = np.empty(len(faces), [("count", "u1"), ("corners", "<i4", 3)])
    triangles["count"], triangles["corners"] = 3, faces
    file.write(points.tobytes() + triangles.tobytes())


def _write_obj(file, vertices, colours, faces):
    np.savetxt(file, np.hstack([vertices, colours / 255]), "v %.2f %.2f %.2f %.4f %.4f %.4f")
    np.savetxt(file, faces + 1, "f %d %d %d")
