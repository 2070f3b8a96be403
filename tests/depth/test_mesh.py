"""Meshes are loaded by another program."""

import numpy as np
import pytest

from twostream.depth import mesh
from twostream.depth.mesh import RELIEF, grid, write_mesh

SHAPES = [(6, 9), (40, 30), (1, 5), (1, 1)]


def scene(rng, shape):
    height = np.broadcast_to(np.linspace(0, 1, shape[1], dtype=np.float32), shape)
    return rng.integers(0, 256, (*shape, 3)).astype(np.uint8), height


@pytest.mark.parametrize("suffix", ["ply", "obj"])
def test_the_mesh_loads_with_its_colours(rng, tmp_path, suffix):
    trimesh = pytest.importorskip("trimesh")
    image, height = scene(rng, (6, 9))
    write_mesh(tmp_path / f"m.{suffix}", image, height)
    loaded = trimesh.load(tmp_path / f"m.{suffix}", process=False)
    assert loaded.vertices.shape == (54, 3)
    assert len(loaded.faces) == 2 * 5 * 8
    assert (loaded.face_normals[:, 2] > 0).all()  # towards the viewer
    first, last = loaded.vertices[0], loaded.vertices[-1]
    np.testing.assert_allclose(first, [-4, 2.5, 0], atol=0.01)
    np.testing.assert_allclose(last, [4, -2.5, RELIEF * 9], atol=0.01)
    np.testing.assert_allclose(loaded.visual.vertex_colors[:, :3], image.reshape(-1, 3), atol=1)


@pytest.mark.parametrize("shape", SHAPES)
def test_large_pictures_get_fewer_vertices(monkeypatch, rng, shape):
    monkeypatch.setattr(mesh, "MOST", 100)
    vertices, colours, faces = grid(*scene(rng, shape))
    assert len(vertices) == len(colours) <= 100
    assert faces.size == 0 or faces.max() == len(vertices) - 1
    assert np.abs(vertices[:, 0]).max() <= shape[1] / 2
