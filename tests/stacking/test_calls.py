"""The Python calls `stack`, `fuse`, `replay`, `load_net` and `to_torch`."""

import importlib
import subprocess
import sys

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image
from ramp_stack import ramp_stack
from run_tool import run_here
from skimage import data

import twostream as ts
from twostream.io import images


@pytest.fixture(scope="module")
def frames():
    return [frame[..., 0] for frame in ramp_stack(5, (96, 320))[0]]


@pytest.fixture
def folder(tmp_path, frames):
    (tmp_path / "photos").mkdir()
    for number, frame in enumerate(frames, 8):
        images.write(tmp_path / "photos" / f"s{number}.png", frame)
    return tmp_path / "photos"


def test_a_folder_gives_what_the_command_gives(folder, tmp_path):
    out = tmp_path / "command.png"
    maps = {"focus_map": "f.png", "depth_map": "d.tif", "confidence_map": "c.png"}
    flags = [w for name, f in maps.items() for w in (f"--{name.replace('_', '-')}", tmp_path / f)]
    done = run_here("fuse", folder, "-o", out, *flags, "--record", tmp_path / "command.json")
    assert done.returncode == 0, done.stderr
    result = ts.stack(str(folder), align="auto")
    result.save(tmp_path / "call.png")
    assert (tmp_path / "call.png").read_bytes() == out.read_bytes()
    np.testing.assert_array_equal(result.focus_map, images.read(tmp_path / "f.png"))
    np.testing.assert_array_equal(result.depth_map, images.read(tmp_path / "d.tif"))
    np.testing.assert_array_equal(result.confidence, images.read(tmp_path / "c.png"))
    assert (len(result.transforms), result.left_out, result.warnings) == (5, [], [])
    result.record.save(tmp_path / "call.json")
    read = [ts.read_record(tmp_path / f"{name}.json").sources for name in ("call", "command")]
    assert read[0] == read[1]
    assert [source.path for source in read[0]] == [f"photos/s{n}.png" for n in range(8, 13)]
    assert "5 frames of 320x96 (gray uint8) fused by method select" in result.summary
    assert repr(result) == f"<StackResult: {result.summary}>"


def test_the_engine_of_a_result_says_whether_it_is_quantized(frames):
    """The default is, where the CPU allows it; a record of it repeats exactly with the same."""
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    default, floats = ts.stack(frames), ts.stack(frames, engine="onnx")
    saturates = importlib.import_module("twostream.engines.saturation").saturates()
    assert (default.engine, floats.engine) == ("onnx" + " (quantized)" * (not saturates), "onnx")
    assert default.record.engine in default.summary


def test_every_kind_of_source_gives_the_same(folder, tmp_path, frames):
    paths = sorted(folder.iterdir(), key=lambda path: int(path.stem[1:]))
    tifffile.imwrite(tmp_path / "stack.tif", np.stack(frames), photometric="minisblack")
    kinds = {
        "paths": paths,
        "words": list(map(str, paths)),
        "arrays": frames,
        "one array": np.stack(frames)[..., None],
        "PIL": list(map(Image.fromarray, frames)),
        "generator": (frame for frame in frames),
        "pages": tmp_path / "stack.tif",
        "mixed": [*paths[:2], frames[2], Image.fromarray(frames[3]), paths[4]],
    }
    found = {name: ts.stack(kind, method="average").image for name, kind in kinds.items()}
    for name, image in found.items():
        np.testing.assert_array_equal(image, found["paths"], err_msg=name)


def test_frames_that_cannot_be_registered_are_left_out_by_number(frames):
    other = data.camera()[:96, :320]
    with pytest.raises(ts.BadInput, match="frame 6 shows another scene"):
        ts.stack([*frames, other], method="average")
    result = ts.stack([*frames, other], method="average", skip_bad=True)
    assert (result.left_out, len(result.frames)) == ([5], 5)
    assert result.warnings == ["frame 6 is left out: it shows another scene."]


def test_replay_follows_a_record_of_arrays(tmp_path, frames):
    result = ts.stack(frames)
    result.record.save(tmp_path / "a.json")
    again = ts.replay(tmp_path / "a.json", frames)
    np.testing.assert_array_equal(again.image, result.image)
    numbers = [np.full_like(frame, 40 * n) for n, frame in enumerate(frames)]
    other = ts.replay(str(tmp_path / "a.json"), numbers)
    np.testing.assert_array_equal(other.focus_map, result.focus_map)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda a, b: ts.stack(a), "One array is one frame"),
        (lambda a, b: ts.stack(3), "a folder or a list of frames, not int"),
        (lambda a, b: ts.stack(Image.fromarray(a)), "a list of frames, not Image"),
        (lambda a, b: ts.stack([a]), "at least two frames"),
        (lambda a, b: ts.stack([a, b], align="warp"), "no transform named 'warp'"),
        (lambda a, b: ts.stack([a, b], quality=3), "no option named 'quality'"),
        (lambda a, b: ts.stack([a, b], memory="2 apples"), "'2 apples' is not a size"),
        (lambda a, b: ts.stack([a, b], tile=3), "at least 16 pixels per side, not 3"),
        (lambda a, b: ts.stack([a, b], maps=("hdr",)), "no map named 'hdr'"),
        (lambda a, b: ts.fuse(a, b), r"one list of frames, as in fuse\(\[a, b\]\)"),
        (lambda a, b: ts.fuse(["a.png", "b.png"]), "fuse takes arrays, not paths"),
        (lambda a, b: ts.fuse("photos"), "fuse takes arrays, not paths"),
        (lambda a, b: ts.fuse([a.tolist(), b.tolist()]), "alpha, not 96 x 320 of type int64"),
        (lambda a, b: ts.fuse([[[1, 2], [3]], [[1], [2, 3]]]), "not an object of type list"),
        (lambda a, b: ts.fuse([None, a]), "not an object of type NoneType"),
        (lambda a, b: ts.fuse([np.dstack([a] * 5)] * 2), "not 96 x 320 x 5 of type uint8"),
        (lambda a, b: ts.fuse([a / np.float32(0), b * 1.0]), "NaN or infinite"),
        (lambda a, b: ts.fuse([a * np.inf, b * 1.0]), "NaN or infinite"),
        (lambda a, b: ts.fuse([a, b], "selekt"), "did you mean select"),
        (lambda a, b: ts.fuse([a, b], colour=1), "has no option 'colour'"),
        (lambda a, b: ts.fuse([a, b], tile="x"), "a number of pixels, not 'x'"),
        (lambda a, b: ts.stack([a, b], weights=3), "a name or the path of a caffemodel, not 3"),
        (lambda a, b: ts.stack([a, b], max_megapixels="x"), "is a number, not 'x'"),
        (lambda a, b: ts.load_net("nonsense"), "no weights 'nonsense'"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_wrong_calls_end_in_one_sentence(frames, wrong, sentence):
    with pytest.raises(ts.BadInput, match=sentence) as refused:
        wrong(*frames[:2])
    assert "\n" not in str(refused.value)


def test_what_fuse_takes_besides_lists_of_arrays(frames):
    a, b = frames[:2]
    expected = ts.fuse([a, b], "average")
    np.testing.assert_array_equal(ts.fuse((f for f in (a, b)), "average"), expected)
    np.testing.assert_array_equal(ts.fuse(np.stack([a, b])[..., None], "average")[..., 0], expected)
    np.testing.assert_array_equal(ts.fuse([Image.fromarray(a), b], "average"), expected)
    palette = Image.fromarray(np.dstack([a] * 3)).quantize(256)
    assert ts.fuse([palette, palette], "average").shape == (*a.shape, 3)
    lists = [(a / 255).tolist(), (b / 255).tolist()]
    assert ts.fuse(lists, "average").dtype == np.float64


@pytest.mark.parametrize("method", ["two_stream", "select", "laplacian_pyramid"])
def test_floats_stay_in_the_range_of_the_frames(rng, method):
    frames = rng.choice([0.25, 0.5], (2, 40, 50)).astype(np.float32)
    for image in (ts.fuse(frames[..., None], method), ts.stack(list(frames), method=method).image):
        assert image.min() >= 0.25
        assert image.max() <= 0.5


def test_submodules_and_names_are_attached_when_they_are_used():
    code = (
        "import sys, twostream as ts; assert 'numpy' not in sys.modules;"
        "assert set(dir(ts)) == set(ts.__all__);"
        "ts.metrics.qabf, ts.depth, ts.stack; [getattr(ts, name) for name in ts.__all__]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'metricks'"):
        ts.metricks  # noqa: B018


@pytest.mark.parametrize("name", ["two_stream", "colour", "cnn"])
def test_a_torch_module_equals_the_caffemodel(rng, name):
    torch = pytest.importorskip("torch", reason="PyTorch has no build for this Python")
    module, net = ts.to_torch(name), ts.load_net(name, engine="onnx")
    assert isinstance(module, torch.nn.Module)
    shape = (1, 3 if name == "colour" else 1, 64, 64)
    blobs = {blob: rng.random(shape).astype(np.float32) for blob in net.inputs}
    with torch.no_grad():
        found = module(*(torch.from_numpy(blob) for blob in blobs.values()))
    (expected,) = net.forward(**blobs).values()
    np.testing.assert_allclose(found.numpy(), expected, atol=2e-5)


def test_a_confidence_map_without_confidence_is_named(rng):
    """Defocus cannot explain that most of a frame became brighter."""
    dark = cv2.resize(rng.integers(20, 60, (16, 20)).astype(np.uint8), (200, 160))
    bright = np.where(np.arange(200) < 150, dark + 120, dark).astype(np.uint8)
    options = {"method": "average", "align": "none", "level": "none", "maps": ("confidence",)}
    warnings = ts.stack([dark, bright], **options).warnings
    assert any("confidence map is 0 in 7" in warning for warning in warnings)
    assert not ts.stack([dark, dark], **options).warnings
