"""Whole files of every kind that is read, to be damaged."""

import contextlib
import importlib
import io

import cv2
import h5py
import numpy as np
import tifffile
from photograph_files import exif, write_jpeg, write_stack
from PIL import Image, features
from small_nets import random_weights

from twostream.caffe_files.caffemodel import write_state, write_weights
from twostream.caffe_files.prototxt import text
from twostream.caffe_files.schema import NetParameter
from twostream.io import images
from twostream.nets.two_stream import Design, deploy
from twostream.stacking.record import Record, RecordedFrame

DESIGN = Design(filters=3, kernel=3)
_DRAW = np.random.default_rng(0)
COLOUR = cv2.resize(_DRAW.integers(0, 256, (9, 12, 3)).astype(np.uint8), (48, 36))
SOLVER = 'net: "net.prototxt" type: "Adam" base_lr: 1e-3 lr_policy: "step" stepsize: 2 max_iter: 9'


def pictures(folder):
    """Bytes of pictures of all formats: {name: bytes}."""
    write_jpeg(folder / "a.jpg", COLOUR, orientation=6)
    write_jpeg(folder / "progressive.jpg", COLOUR, progressive=True)
    metadata = images.read_metadata(folder / "a.jpg")
    images.write(folder / "a.png", COLOUR, metadata=metadata)
    images.write(folder / "gray16.png", COLOUR[..., 0].astype(np.uint16), metadata=metadata)
    images.write(folder / "a.tif", COLOUR.astype(np.uint16), metadata=metadata)
    images.write(folder / "float.tif", COLOUR.astype(np.float32) / 255)
    images.write(folder / "a.bmp", COLOUR)
    write_stack(folder / "stack.tif", [COLOUR] * 3)
    write_stack(folder / "big.tif", [COLOUR[..., 0]] * 2, bigtiff=True)
    tifffile.imwrite(str(folder / "tiles.tif"), COLOUR, tile=(16, 16), photometric="rgb")
    image = Image.fromarray(COLOUR)
    image.save(str(folder / "lzw.tif"), compression="tiff_lzw")
    image.save(str(folder / "jpeg.tif"), compression="jpeg")
    image.convert("1").save(str(folder / "fax.tif"), compression="group4")
    image.quantize(16).save(folder / "palette.png")
    image.quantize(16).save(folder / "palette.bmp")
    _write_more_formats(folder, image)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _write_more_formats(folder, image):
    """Write pictures of the formats for which packages are installed."""
    if features.check("webp"):
        image.save(folder / "a.webp", exif=exif(6))
    with contextlib.suppress(ImportError):
        importlib.import_module("PIL.AvifImagePlugin")
        image.save(folder / "a.avif", exif=exif(6))
    with contextlib.suppress(ImportError):
        heif = importlib.import_module("pillow_heif")
        heif.from_pillow(image).save(folder / "a.heic", exif=exif(6))
    with contextlib.suppress(ImportError):
        codecs = importlib.import_module("imagecodecs")
        (folder / "a.jxl").write_bytes(codecs.jpegxl_encode(COLOUR))
        deep = codecs.avif_encode(COLOUR.astype(np.uint16), bitspersample=10)
        (folder / "deep.avif").write_bytes(deep)


def prototxts(_):
    """Text of a net."""
    return {"deploy.prototxt": text(deploy(DESIGN)).encode()}


def solvers(_):
    """Text of a solver."""
    return {"solver.prototxt": SOLVER.encode()}


def caffemodels(folder):
    """Weights of `DESIGN`, also as files older than Caffe 1.0 hold them."""
    write_weights(folder / "a.caffemodel", deploy(DESIGN), random_weights(DESIGN))
    whole = (folder / "a.caffemodel").read_bytes()
    old = NetParameter.FromString(whole)
    for blob in (blob for layer in old.layer for blob in layer.blobs):
        sides = [1, 1, 1, *blob.shape.dim][-4:]
        blob.num, blob.channels, blob.height, blob.width = sides
        blob.double_data.extend(blob.data)
        blob.ClearField("data")
    return {"a.caffemodel": whole, "double.caffemodel": old.SerializeToString()}


def solverstates(folder):
    """A state of Adam."""
    history = [array for arrays in random_weights(DESIGN).values() for array in arrays]
    write_state(folder / "a.solverstate", 12, history, 3, "a.caffemodel")
    return {"a.solverstate": (folder / "a.solverstate").read_bytes()}


def records(folder):
    """How two frames, 30 x 40, were fused."""
    move = [[1.01, 0.02, 3.5], [-0.02, 1.01, -2.5], [1e-4, 0.0, 1.0]]
    sources = [
        RecordedFrame("a.png", 2, "0" * 64, transform, [1.0, 1.1, 0.9])
        for transform in (np.eye(3).tolist(), move)
    ]
    size, crop = [30, 40], [2, 3, 20, 30]
    Record("0", "average", None, {}, {}, size, crop, None, sources).save(folder / "a.json")
    return {"a.json": (folder / "a.json").read_bytes()}


def shards(_):
    """HDF5 shards, plain, in compressed chunks and of links."""
    found = {}
    chunks = {"compression": "gzip", "shuffle": True, "fletcher32": True}
    for name, options in {"plain.h5": {}, "chunks.h5": chunks, "compact.h5": {}}.items():
        content = io.BytesIO()
        with h5py.File(content, "w") as file:
            for blob in ("data_a", "data_b", "clean"):
                rows = np.zeros((4, 1, 9, 9), np.float32)
                file.create_dataset(blob, data=rows, track_times=False, **options)
            if name == "compact.h5":  # with what a link or a virtual dataset needs
                file["soft"], file["far"] = h5py.SoftLink("/data_a"), h5py.ExternalLink("x", "/y")
                layout = h5py.VirtualLayout(rows.shape, np.float32)
                layout[:] = h5py.VirtualSource("x.h5", "y", rows.shape)
                file.create_virtual_dataset("virtual", layout)
        found[name] = content.getvalue()
    return found
