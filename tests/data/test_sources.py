import hashlib
import json
import pickle
import socket

import cv2
import numpy as np
import pytest
from PIL import Image

from twostream.data.photograph import Photograph
from twostream.data.sources import bundled, coco, folder, imagenet_det, leaves, read_image, voc
from twostream.errors import BadInput
from twostream.evaluation import demo


def write_image(path, pixels=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((8, 12, 3), 90, np.uint8) if pixels is None else pixels
    # encoded, then written: OpenCV's writer refuses capital endings that it does not know
    ending = ".jpg" if path.suffix == ".JPEG" else path.suffix.lower()
    path.write_bytes(cv2.imencode(ending, pixels)[1].tobytes())
    return path


BOX = "<bndbox><xmax>{2}</xmax><xmin>{0}</xmin><ymin>{1}</ymin><ymax>{3}</ymax></bndbox>"
PART = f"<part>{BOX.format(1, 1, 2, 2)}</part>"


def write_boxes(path, *boxes):
    objects = [f"<object><name>dog</name>{BOX.format(*box)}{PART}</object>" for box in boxes]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<annotation><filename>x</filename>{''.join(objects)}</annotation>")


def names_of(photographs):
    return [photograph.name for photograph in photographs]


def test_folder_lists_every_kind_of_image_by_name(tmp_path):
    for name in ("b.PNG", "a-b.jpg", "a.tif", "c.bmp", "d.x.jpeg", "Z.TIFF"):
        write_image(tmp_path / name)
    for name in ("notes.txt", "._a.png"):
        (tmp_path / name).write_text("not an image")
    (tmp_path / "folder.png").mkdir()
    found = folder.photographs(tmp_path)
    assert names_of(found) == ["Z", "a", "a-b", "b", "c", "d.x"]
    assert found[1] == Photograph("a", str(tmp_path / "a.tif"))
    assert pickle.loads(pickle.dumps(found)) == found


def test_folder_takes_masks_by_base_name(tmp_path):
    for name in ("a.jpg", "b.jpg"):
        write_image(tmp_path / "images" / name)
    for name in ("b.png", "unused.png"):
        write_image(tmp_path / "masks" / name)
    found = folder.photographs(tmp_path / "images", tmp_path / "masks")
    assert [one.mask for one in found] == [None, str(tmp_path / "masks" / "b.png")]


def test_folder_refuses_nothing_doubles_and_masks_of_other_images(tmp_path):
    with pytest.raises(BadInput, match=r"There is no folder .*absent"):
        folder.photographs(tmp_path / "absent")
    with pytest.raises(BadInput, match="holds no image"):
        folder.photographs(tmp_path)
    write_image(tmp_path / "a.jpg")
    write_image(tmp_path / "masks" / "b.png")
    with pytest.raises(BadInput, match=r"No mask in .*masks has the base name of an image in"):
        folder.photographs(tmp_path, tmp_path / "masks")
    write_image(tmp_path / "a.png")
    with pytest.raises(BadInput, match=r"a\.jpg and a\.png have the same base name"):
        folder.photographs(tmp_path)


@pytest.fixture
def voc_root(tmp_path):
    for name in ("2007_000002", "2007_000001", "2007_000003"):
        write_image(tmp_path / "JPEGImages" / f"{name}.jpg")
    write_boxes(tmp_path / "Annotations" / "2007_000001.xml", (1, 2, 9, 8), (3.5, 1, 6, 7))
    write_boxes(tmp_path / "Annotations" / "2007_000002.xml", (1, 1, 12, 8))
    write_image(tmp_path / "SegmentationClass" / "2007_000002.png")
    (tmp_path / "ImageSets" / "Main").mkdir(parents=True)
    (tmp_path / "ImageSets" / "Main" / "train.txt").write_text("2007_000003\n2007_000001\n\n")
    return tmp_path


def test_voc_prefers_segmentation_to_boxes(voc_root):
    boxed, segmented, plain = voc.photographs(voc_root)
    assert boxed == Photograph(
        "2007_000001",
        str(voc_root / "JPEGImages" / "2007_000001.jpg"),
        boxes=((1, 2, 9, 8), (3.5, 1, 6, 7)),
    )
    assert segmented.mask == str(voc_root / "SegmentationClass" / "2007_000002.png")
    assert segmented.mask_labels == tuple(range(1, 21))
    assert (plain.name, plain.mask, plain.boxes) == ("2007_000003", None, ())


def test_voc_takes_a_split_and_refuses_a_bad_one(voc_root):
    assert names_of(voc.photographs(voc_root, "train")) == ["2007_000001", "2007_000003"]
    splits = voc_root / "ImageSets" / "Main"
    (splits / "odd.txt").write_text("2007_000001\n2012_9\n")
    (splits / "empty.txt").write_text("\n")
    for split, sentence in {
        "odd": r"odd\.txt names 2012_9, which is not in JPEGImages",
        "empty": r"empty\.txt names no photograph",
        "val": r"Cannot read the split .*val\.txt",
    }.items():
        with pytest.raises(BadInput, match=sentence):
            voc.photographs(voc_root, split)
    (voc_root / "Annotations").rename(voc_root / "elsewhere")
    with pytest.raises(BadInput, match="has no folder Annotations"):
        voc.photographs(voc_root)
    with pytest.raises(BadInput, match=r"There is no folder .*JPEGImages"):
        voc.photographs(voc_root / "elsewhere")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<annotation><object>",
        "<a><object><bndbox><xmin>1</xmin></bndbox></object></a>",
        *(f"<a><object>{BOX.format(1, top, 2, 2)}</object></a>" for top in ("one", "nan")),
    ],
)
def test_voc_refuses_corrupt_boxes(voc_root, text):
    (voc_root / "Annotations" / "2007_000001.xml").write_text(text)
    with pytest.raises(BadInput, match=r"2007_000001\.xml is not a readable annotation of boxes"):
        voc.photographs(voc_root)


@pytest.fixture
def coco_set(tmp_path):
    for name in ("01.jpg", "02.jpg", "03.jpg", "04.jpg"):
        write_image(tmp_path / "images" / name)
    listed = [{"id": 70 + i, "file_name": f"0{i}.jpg"} for i in (3, 2, 1, 9)]
    triangle, square = [1, 1, 5.5, 1, 3, 6], [6, 2, 9, 2, 9, 5, 6, 5]
    crowd = {"counts": [3, 93], "size": [8, 12]}
    outlines = [(71, 0, [triangle]), (71, 0, [square, []]), (72, 0, []), (72, 1, crowd)]
    annotations = [
        {"image_id": image, "iscrowd": is_crowd, "segmentation": shape, "bbox": [2, 1, 5, 4 + i]}
        for i, (image, is_crowd, shape) in enumerate(outlines)
    ]
    text = json.dumps({"images": listed, "annotations": annotations})
    (tmp_path / "instances.json").write_text(text)
    return tmp_path / "images", tmp_path / "instances.json"


def test_coco_takes_polygons_then_boxes(coco_set):
    outlined, boxed, plain, unlisted = coco.photographs(*coco_set)
    assert outlined.name == "01"
    assert outlined.path == str(coco_set[0] / "01.jpg")
    assert outlined.polygons == ((1, 1, 5.5, 1, 3, 6), (6, 2, 9, 2, 9, 5, 6, 5))
    assert (boxed.polygons, boxed.boxes) == ((), ((2, 1, 7, 7),))  # the crowd's box is left out
    assert (plain.polygons, plain.boxes) == ((), ())
    assert (unlisted.name, unlisted.polygons, unlisted.boxes) == ("04", (), ())


LISTED = '{"images": [{"id": 1, "file_name": "01.jpg"}], "annotations": [{"image_id": 1, '


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (None, "not a readable COCO instances file"),
        ('{"images": [{"id": 1,', "not a readable COCO instances file"),
        ("[1, 2]", "not a readable COCO instances file"),
        ('{"images": []}', "it lacks 'annotations'"),
        ('{"images": [], "annotations": ["a"]}', "not a readable COCO instances file"),
        ('{"images": [], "annotations": [{"image_id": 5, "bbox": [1, 2, 3, 4]}]}', "it lacks 5"),
        (LISTED + '"segmentation": [[1, 2, 3]]}]}', "not a polygon or box"),
        (LISTED + '"bbox": [1, 2, NaN, 4]}]}', "not a polygon or box"),
        (LISTED.replace("01", "other") + '"bbox": [1, 2, 3, 4]}]}', "lists none of the images in"),
    ],
)
def test_coco_refuses_corrupt_json(coco_set, text, what):
    coco_set[1].unlink()
    if text is not None:
        coco_set[1].write_text(text)
    with pytest.raises(BadInput, match=rf"instances\.json .*{what}"):
        coco.photographs(*coco_set)


def test_imagenet_det_walks_parallel_trees(tmp_path):
    images, annotations = tmp_path / "Data", tmp_path / "Annotations"
    for name in ("n02/n02_7", "n02/n02_10", "extra/deep/x"):
        write_image(images / f"{name}.JPEG")
    write_boxes(annotations / "n02/n02_7.xml", (0, 1, 8, 7))
    write_boxes(annotations / "n02/n02_10.xml")
    found = imagenet_det.photographs(images, annotations)
    assert names_of(found) == ["extra/deep/x", "n02/n02_10", "n02/n02_7"]
    assert [one.boxes for one in found] == [(), (), ((0, 1, 8, 7),)]
    assert found[2].path == str(images / "n02" / "n02_7.JPEG")


def test_imagenet_det_refuses_missing_and_corrupt_annotations(tmp_path):
    images, annotations = tmp_path / "Data", tmp_path / "Annotations"
    write_image(images / "n02/a.JPEG")
    with pytest.raises(BadInput, match=r"There is no folder .*Annotations"):
        imagenet_det.photographs(images, annotations)
    write_boxes(annotations / "a.xml", (1, 1, 5, 5))
    with pytest.raises(BadInput, match=r"No annotation in .* belongs to an image in"):
        imagenet_det.photographs(images, annotations)
    (annotations / "n02").mkdir()
    (annotations / "n02" / "a.xml").write_text("<annotation>")
    with pytest.raises(BadInput, match=r"a\.xml is not a readable annotation"):
        imagenet_det.photographs(images, annotations)


def test_bundled_photographs_are_read_without_a_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a bundled photograph must not be downloaded")

    monkeypatch.setattr(socket, "socket", refuse)
    found, training = bundled.photographs(with_demo=True), bundled.photographs()
    assert names_of(found) == sorted(names_of(found))
    assert (len(found), len(training)) == (12, 7)
    assert {scene.name for scene in demo.SCENES} == {*names_of(found)} - {*names_of(training)}
    for photograph in found:
        pixels = read_image(photograph)
        assert (pixels.dtype, pixels.shape[2]) == (np.uint8, 3)
        assert min(pixels.shape[:2]) >= 300
    with pytest.raises(BadInput, match="has no photograph lena"):
        read_image(Photograph("lena", "skimage:lena"))


def test_bundled_photographs_are_the_same_in_every_version():
    # The astronaut as read with scikit-image 0.18.1 and 0.26.0, OpenCV 4.5.1 and 4.14.0.
    pixels = read_image(Photograph("astronaut", "skimage:astronaut"))
    assert pixels.shape == (512, 512, 3)
    assert hashlib.sha256(pixels.tobytes()).hexdigest().startswith("a8c429c18afa7b0f")


def read(path):
    return read_image(Photograph(path.stem, str(path)))


def test_read_image_gives_upright_rgb_without_alpha(tmp_path):
    pixels = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    gray, with_alpha = pixels[..., 0], np.dstack([pixels, np.full((5, 7), 100, np.uint8)])
    for stored, shown in ((pixels, pixels), (with_alpha, pixels), (gray, np.dstack([gray] * 3))):
        found = read(write_image(tmp_path / "a.png", stored))
        np.testing.assert_array_equal(found, shown[..., ::-1])
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise
    Image.new("RGB", (40, 20)).save(tmp_path / "turned.jpg", exif=exif)
    assert read(tmp_path / "turned.jpg").shape == (40, 20, 3)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_read_image_scales_16_bits_to_8(tmp_path, suffix):
    deep = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    pixels = read(write_image(tmp_path / f"deep{suffix}", deep))
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels[:, :, 0], np.round(deep / 257))


def test_read_image_refuses_what_it_cannot_read(tmp_path):
    whole = write_image(tmp_path / "whole.jpg", np.random.RandomState(0).randint(0, 9, (64, 64, 3)))
    (tmp_path / "cut.jpg").write_bytes(whole.read_bytes()[:-200])
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.png").write_text("no image")
    write_image(tmp_path / "float.tif", np.ones((4, 4, 3), np.float32))
    assert read(whole).shape == (64, 64, 3)
    for name, what in [
        ("absent.png", "Cannot read .*absent.png"),
        ("cut.jpg", "cut.jpg is truncated"),
        ("empty.png", "empty.png cannot be read as an image"),
        ("text.png", "text.png cannot be read as an image"),
        ("float.tif", "float.tif has pixels of float32"),
    ]:
        with pytest.raises(BadInput, match=what):
            read(tmp_path / name)


def test_leaves_are_drawn_from_a_seed_and_a_number():
    first, second = leaves.photographs(seed=5)[:2]
    drawn = read_image(first)
    assert drawn.shape == (leaves.SIDE, leaves.SIDE, 3)
    assert drawn.dtype == np.uint8
    np.testing.assert_array_equal(drawn, read_image(first))
    others = read_image(second), read_image(leaves.photographs(seed=6)[0])
    assert all((drawn != other).mean() > 0.9 for other in others)


def test_leaves_have_sharp_edges_between_areas_of_all_sizes():
    drawn = read_image(leaves.photographs(seed=1)[3]).astype(float).mean(axis=2)
    steps = np.abs(np.diff(drawn, axis=1))
    assert 0.01 < (steps > 30).mean() < 0.3
    assert drawn.std() > 15
