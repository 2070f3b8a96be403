"""Files with channels and times, compared with fusing each channel by hand."""

import re

import numpy as np
import pytest
import tifffile
from made_stack import made_stack
from run_tool import refused, works

from twostream.io import images

OPTIONS = ("--weights", "fast")
CHANNELS = {
    "Name": ["DAPI", "GFP", "RFP"],
    "EmissionWavelength": [450, 520, 610],
    "EmissionWavelengthUnit": ["nm"] * 3,
}
SIZES = {"PhysicalSizeX": 0.325, "PhysicalSizeY": 0.65}


@pytest.fixture(scope="module")
def stacks():
    """Two stacks of three channels that a decision aligns and levels: T x C x Z x Y x X, uint8."""
    made = [made_stack(4, seed, 0.5).frames for seed in range(2)]
    return np.array(made).transpose(0, 4, 1, 2, 3)[..., 20:180, 40:240].copy()


def converted(stacks, dtype):
    """Pixels of another type; 16 bits hold 12."""
    if dtype == np.uint8:
        return stacks
    return stacks.astype(dtype) * dtype(16 if dtype == np.uint16 else 1 / 255)


def write(path, stacks, axes, ome=True, **metadata):
    """Write the axes TCZYX in this order, without those that are left out."""
    index = tuple(slice(None) if axis in axes else 0 for axis in "TCZYX")
    left = [axis for axis in "TCZYX" if axis in axes]
    data = np.ascontiguousarray(stacks[index].transpose([left.index(axis) for axis in axes]))
    kind = {"ome": True} if ome else {"imagej": True}
    metadata = {"axes": axes, **metadata}
    tifffile.imwrite(str(path), data, photometric="minisblack", metadata=metadata, **kind)
    return path


def read(path):
    """Read the fused planes as T x C x Y x X, and OME's description."""
    with tifffile.TiffFile(str(path)) as tiff:
        assert tiff.is_ome
        (series,) = tiff.series
        data, axes, text = series.asarray(), series.axes, tiff.ome_metadata
    for place, axis in enumerate("TC"):
        data = data if axis in axes else np.expand_dims(data, place)
    return data, text


def by_hand(folder, channels, number, *options):
    """Fuse the frames of a channel, and all channels as it was fused: a list of pictures."""
    found, paths, record = [], [], folder / "record.json"
    for c, frames in enumerate(channels):
        paths.append([folder / f"c{c}_{z}.tif" for z in range(len(frames))])
        for path, frame in zip(paths[c], frames):
            images.write(path, frame)
    works("fuse", *paths[number], "-o", folder / "o.tif", "--record", record, *OPTIONS, *options)
    for own in paths:
        works("replay", record, *own, "-o", folder / "o.tif")
        found.append(images.read(folder / "o.tif"))
    return found


@pytest.mark.parametrize(
    ("dtype", "axes", "number", "ome"),
    [
        (np.uint8, "CZYX", 0, True),
        (np.uint16, "ZCYX", 1, True),
        (np.float32, "CZYX", 2, True),
        (np.uint16, "TZCYX", 0, True),
        (np.uint8, "ZTCYX", 1, True),
        (np.uint16, "ZYX", 0, True),
        (np.uint16, "ZCYX", 1, False),
        (np.float32, "TZCYX", 1, False),
    ],
)
def test_channels_are_fused_as_replay_fuses_them(tmp_path, stacks, dtype, axes, number, ome):
    stacks = converted(stacks, dtype)
    path = write(tmp_path / "a.ome.tif" if ome else tmp_path / "a.tif", stacks, axes, ome)
    times = stacks if "T" in axes else stacks[:1]
    channels = slice(None) if "C" in axes else slice(1)
    keep = ["--keep-frame"] if "T" in axes else []
    said = works("fuse", path, "-o", tmp_path / "o.ome.tif", "--channel", number, *OPTIONS).stdout
    found, _ = read(tmp_path / "o.ome.tif")
    expected = [by_hand(tmp_path, one[channels], number, *keep) for one in times]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == dtype
    assert f"with the decision of channel {number}, in " in said


def test_all_channels_follow_the_local_flow(tmp_path, stacks):
    stacks = stacks[:1, :2].copy()
    stacks[:, :, 0, 40:90, 60:110] = stacks[:, :, 0, 40:90, 66:116]
    path, local = write(tmp_path / "a.ome.tif", stacks, "CZYX"), ("--align", "local")
    works("fuse", path, "-o", tmp_path / "o.ome.tif", "--channel", 1, *OPTIONS, *local)
    found, _ = read(tmp_path / "o.ome.tif")
    np.testing.assert_array_equal(found[0], by_hand(tmp_path, stacks[0], 1, *local))


def test_names_and_sizes_are_kept(tmp_path, stacks):
    more = {"Channel": CHANNELS, "TimeIncrement": 2.5, "SignificantBits": 12, **SIZES}
    path = write(tmp_path / "a.ome.tif", converted(stacks, np.uint16), "TZCYX", **more)
    works("fuse", path, "-o", tmp_path / "o.ome.tif", "--channel", 0, "--method", "average")
    _, text = read(tmp_path / "o.ome.tif")
    assert re.findall(r'<Channel [^>]*Name="(\w+)"', text) == CHANNELS["Name"]
    assert re.findall(r'EmissionWavelength="(\d+)"', text) == ["450", "520", "610"]
    for name, value in {"SizeZ": 1, "SizeT": 2, "SizeC": 3, "TimeIncrement": 2.5, **SIZES}.items():
        assert f'{name}="{value}"' in text
    before, after = (images.read_metadata(one) for one in (path, tmp_path / "o.ome.tif"))
    assert before.resolution == after.resolution


def test_the_mean_of_all_channels_decides(tmp_path, stacks):
    """Frames that are unlike the others are left out of all channels."""
    stacks = stacks[:1].copy()
    stacks[:, :, 3] = 0
    path = write(tmp_path / "a.ome.tif", stacks, "CZYX")
    arguments = (path, "-o", tmp_path / "o.ome.tif", "--channel", "all", "--skip-bad", *OPTIONS)
    done = works("fuse", *arguments)
    assert "a.ome.tif (page 4) is left out: it is nearly black." in done.stdout
    assert "with the decision of the mean of all channels" in done.stdout
    found, _ = read(tmp_path / "o.ome.tif")
    mean = stacks[0, :, :3].mean(axis=0).astype(np.float32)
    np.testing.assert_array_equal(found[0], by_hand(tmp_path, [*stacks[0, :, :3], mean], 3)[:3])


def test_colour_planes(tmp_path, stacks):
    """Each page has red, green and blue."""
    colour = np.stack([stacks[0], stacks[0, ::-1]]).transpose(0, 2, 3, 4, 1).copy()
    metadata = {"axes": "CZYXS"}
    tifffile.imwrite(str(tmp_path / "a.ome.tif"), colour, photometric="rgb", metadata=metadata)
    works("fuse", tmp_path / "a.ome.tif", "-o", tmp_path / "o.ome.tif", "--channel", 1, *OPTIONS)
    with tifffile.TiffFile(str(tmp_path / "o.ome.tif")) as tiff:
        assert tiff.series[0].axes == "CYXS"
        found = tiff.series[0].asarray()
    np.testing.assert_array_equal(found, by_hand(tmp_path, colour, 1))


def test_imagej_files_with_one_directory(tmp_path, stacks):
    """ImageJ writes files of more than 4 GB so, with and without channels."""
    planes = stacks[0].transpose(1, 0, 2, 3).copy()
    for name, data, axes in (("c", planes, "ZCYX"), ("z", planes[:, 1], "ZYX")):
        metadata = {"axes": axes}
        path = str(tmp_path / f"{name}.tif")
        tifffile.imwrite(path, data, imagej=True, truncate=True, metadata=metadata)
        assert len(tifffile.TiffFile(path).pages) == 1
    works("fuse", tmp_path / "c.tif", "-o", tmp_path / "o.ome.tif", "--channel", 1, *OPTIONS)
    expected = by_hand(tmp_path, stacks[0], 1)
    np.testing.assert_array_equal(read(tmp_path / "o.ome.tif")[0][0], expected)
    works("fuse", tmp_path / "z.tif", "-o", tmp_path / "o.tif", *OPTIONS)
    np.testing.assert_array_equal(images.read(tmp_path / "o.tif"), expected[1])
    data = (tmp_path / "c.tif").read_bytes()
    (tmp_path / "c.tif").write_bytes(data[:-1000])
    refused("c.tif is truncated: planes", "fuse", tmp_path / "c.tif", "--channel", 2)


@pytest.mark.parametrize(
    ("axes", "arguments", "sentence"),
    [
        ("CZYX", ("--channel", 3), "has 3 channels, counted from 0: there is no channel 3."),
        ("TCYX", ("--channel", 0), "has the axes TCYX, and no two focus positions along Z."),
        ("CZYX", ("--channel", 0, "-o", "o.png"), "its name must end in .ome.tif or .tif."),
        ("CZYX", ("--channel", 0, "-o", "a.ome.tif"), "would overwrite the input"),
        ("CZYX", ("--channel", 0, "--depth-map", "d.tif"), "--depth-map cannot be written with"),
        ("CZYX", ("b.tif", "--channel", 0), "--channel takes one TIFF file"),
        (
            "CZYX",
            (),
            "Fuse it with twostream fuse --channel N, where N is the channel that decides.",
        ),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, monkeypatch, stacks, axes, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "a.ome.tif", stacks, axes)
    before = path.read_bytes()
    refused(sentence, "fuse", "a.ome.tif", *arguments)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.ome.tif"]


def test_truncated_and_other_files_are_refused(tmp_path, stacks):
    path = write(tmp_path / "a.ome.tif", stacks, "CZYX")
    data = path.read_bytes()
    images.write(tmp_path / "a.png", stacks[0, 0, 0])
    refused("is no TIFF file", "fuse", tmp_path / "a.png", "--channel", 0)
    for length in (8, len(data) // 2, len(data) - 100):
        path.write_bytes(data[:length])
        refused("a.ome.tif", "fuse", path, "--channel", 0, "-o", tmp_path / "o.tif")
    assert not (tmp_path / "o.tif").exists()
