import struct
import subprocess
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tifffile
from photograph_files import write_jpeg, write_png, write_stack
from PIL import Image
from run_tool import run_here

from twostream.errors import BadInput
from twostream.io import images
from twostream.io.frame_files import list_frames
from twostream.io.limits import check_size

SIDE = 12_000
SMALL = np.zeros((20, 30, 3), np.uint8)


def black_png(path):
    """144 megapixels in 140 kilobytes."""
    machine = zlib.compressobj()
    rows = [machine.compress(bytes(SIDE + 1)) for _ in range(SIDE)]
    write_png(path, (SIDE, SIDE, 8, 0), b"".join([*rows, machine.flush()]))


def declaring(path, data, place, form, *sides):
    data = bytearray(data)
    struct.pack_into(form, data, place, *sides)
    path.write_bytes(data)


def absurd_png(path):
    write_png(path, (2**31 - 1, 2**31 - 1, 8, 0), zlib.compress(bytes(100)))


def absurd_jpeg(path):
    write_jpeg(path, SMALL)
    data = path.read_bytes()
    declaring(path, data, data.index(b"\xff\xc0") + 5, ">HH", 65500, 65500)


def absurd_bmp(path):
    images.write(path.with_suffix(".bmp"), SMALL)
    declaring(path, path.with_suffix(".bmp").read_bytes(), 18, "<ii", 2**31 - 1, -(2**31))


def absurd_tiff(path, numbers=(256, 257, 278), form="<I", side=2**31 - 1, **options):
    options = {"photometric": "rgb", "metadata": None, "compression": "zlib", **options}
    tifffile.imwrite(str(path), SMALL, **options)
    with tifffile.TiffFile(str(path)) as tiff:
        places = [tiff.pages[0].tags[number].valueoffset for number in numbers]
    for place in places:
        declaring(path, path.read_bytes(), place, form, side)


def absurd_tile(path):
    absurd_tiff(path, (322, 323), "<H", 65520, tile=(16, 16))


ABSURD = [absurd_png, absurd_jpeg, absurd_bmp, absurd_tiff, absurd_tile]


@pytest.mark.parametrize("make", ABSURD)
def test_absurd_sides_are_refused(tmp_path, make):
    make(tmp_path / "a")
    with pytest.raises(BadInput, match=r"a declares \d+x\d+ pixels, .*--max-megapixels.*\.$"):
        images.read(tmp_path / "a")


def test_a_bomb_is_read_on_demand_only(tmp_path):
    black_png(tmp_path / "a.png")
    with pytest.raises(BadInput, match="allow it with --max-megapixels 145") as error:
        images.read(tmp_path / "a.png")
    assert f"{SIDE}x{SIDE} pixels" in str(error.value)
    with pytest.raises(BadInput, match="more than the limit of 100 megapixels"):
        images.read(tmp_path / "a.png", most_pixels=10**8)
    image = images.read(tmp_path / "a.png", most_pixels=145 * 10**6)
    assert image.shape == (SIDE, SIDE)


def test_fuse_has_the_switch(tmp_path):
    images.write(tmp_path / "a.png", np.zeros((1100, 1000), np.uint8))
    arguments = ("fuse", *[tmp_path / "a.png"] * 2, "-o", tmp_path / "o.png", "--method", "average")
    done = run_here(*arguments, "--max-megapixels", "1")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "a.png declares 1000x1100 pixels" in done.stderr
    assert run_here(*arguments, "--max-megapixels", "2").returncode == 0


def test_a_jpeg_of_many_scans_is_refused(tmp_path):
    Image.fromarray(SMALL).save(tmp_path / "a.jpg", progressive=True)
    data = (tmp_path / "a.jpg").read_bytes()
    last = data[data.rindex(b"\xff\xda") : -2]
    (tmp_path / "a.jpg").write_bytes(data[:-2] + last * 200 + data[-2:])
    with pytest.raises(BadInput, match="more than 100 scans"):
        images.read(tmp_path / "a.jpg")


def test_a_truncated_stack_is_refused(tmp_path):
    """A page may be missing, or its directory, which tifffile passes over."""
    noise = np.random.default_rng(0).integers(0, 256, (5, 20, 30, 3)).astype(np.uint8)
    write_stack(tmp_path / "a.tif", noise)
    data = (tmp_path / "a.tif").read_bytes()
    for length in range(len(data) // 5, len(data), 97):
        (tmp_path / "a.tif").write_bytes(data[:length])
        with pytest.raises(BadInput, match=r"a\.tif .*truncated"):
            [frame.read() for frame in list_frames([tmp_path / "a.tif"])]


def test_a_damaged_page_is_named(tmp_path):
    with tifffile.TiffWriter(str(tmp_path / "a.tif")) as tiff:
        for n in range(3):
            tiff.write(SMALL + n, compression="zlib", metadata=None, photometric="rgb")
    with tifffile.TiffFile(str(tmp_path / "a.tif")) as tiff:
        place = tiff.pages[1].dataoffsets[0]
    declaring(tmp_path / "a.tif", (tmp_path / "a.tif").read_bytes(), place, "<I", 0)
    frames = list_frames([tmp_path / "a.tif"])
    assert frames[0].read().shape == SMALL.shape
    with pytest.raises(BadInput, match=r"a\.tif \(page 2\) is damaged"):
        frames[1].read()


# What decoders print


def corrupt_jpeg(path):
    """A JPEG whose damage libjpeg reports on stderr, but reads."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    images.write(path, noise)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    path.write_bytes(data)


READ = (
    "import os, sys; from twostream.io import images; images.read(sys.argv[1]); os.write(2, b'.')"
)


@pytest.mark.parametrize("debug", ["", "1"])
def test_decoders_print_nothing_unless_asked(tmp_path, monkeypatch, debug):
    corrupt_jpeg(tmp_path / "a.jpg")
    monkeypatch.setenv("TWOSTREAM_DEBUG", debug)
    command = [sys.executable, "-c", READ, str(tmp_path / "a.jpg")]
    done = subprocess.run(command, check=True, stderr=subprocess.PIPE)
    assert b"JPEG" in done.stderr if debug else done.stderr == b"."


def test_threads_share_the_silence(tmp_path, capfd):
    corrupt_jpeg(tmp_path / "a.jpg")
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(images.read, [tmp_path / "a.jpg"] * 20))
    assert all(np.array_equal(image, found[0]) for image in found)
    print("heard", file=sys.stderr)
    assert capfd.readouterr().err == "heard\n"
    assert warnings.filters == before


@pytest.mark.parametrize(("pixel_bytes", "fits"), [(1, True), (1.5, True), (2, False), (6, False)])
def test_bytes_rather_than_pixels_are_limited(tmp_path, pixel_bytes, fits):
    """64 MiB for any file: 6000x6000 pixels of one byte, but not of two."""
    path = tmp_path / "a"
    path.write_bytes(bytes(100))
    if fits:
        check_size(path, (6000, 6000), pixel_bytes)
    else:
        with pytest.raises(BadInput, match="far more than its 100 bytes"):
            check_size(path, (6000, 6000), pixel_bytes)
