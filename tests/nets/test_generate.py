from pathlib import Path

import pytest

from twostream.caffe_files.prototxt import read_net
from twostream.cli.dataset import folder_of
from twostream.nets import generate
from twostream.nets.two_stream import Design, deploy, train_val

PROJECT = Path(__file__).parents[2]


def files_below(folder):
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


def test_committed_nets_are_what_the_generator_writes(tmp_path):
    """Their folders contain no other files."""
    written, generated = generate.write_all(tmp_path), files_below(tmp_path)
    assert sorted(generated) == sorted(str(path.relative_to(tmp_path)) for path in written)
    folders = {name.split("/")[0] for name in generated}
    committed = files_below(PROJECT / "prototxt")
    assert {n: t for n, t in committed.items() if n.split("/")[0] in folders} == generated


def test_set_covers_the_papers_figure_5():
    designs = [design for design, _ in generate.DESIGNS.values()]
    for name, values in {"filters": {32, 64, 128}, "kernel": {3, 5, 9}, "depth": {2, 3}}.items():
        assert {getattr(design, name) for design in designs} == values
    assert {patch for _, patch in generate.DESIGNS.values()} == {25, 50, 100}
    assert generate.DESIGNS["two_stream"] == (Design(), 50)


@pytest.mark.parametrize("folder", generate.DESIGNS)
def test_variants_differ_from_the_default_in_one_thing(folder):
    """Except for the patch sizes, which the paper studies with 3x3 filters."""
    design, patch = generate.DESIGNS[folder]
    base = Design(kernel=3) if patch != 50 else Design()
    changed = [name for name in vars(design) if vars(design)[name] != vars(base)[name]]
    assert len(changed) + (patch != 50) == (not folder.endswith("two_stream"))


def test_files_say_how_they_were_made(tmp_path):
    design = Design(filters=8, streams=3, shared_streams=True)
    paths = generate.write(tmp_path / "a" / "b", design, "data/mine", 20, batch=4)
    assert [path.name for path in paths] == ["train_val.prototxt", "deploy.prototxt"]
    header = (
        "# Written by tools/make_prototxt.py: filters 8, kernel 5, depth 2, stride 1, channels 1, "
        "streams 3, shared_streams True, output_relu True; 20x20 patches."
    )
    assert [path.read_text().splitlines()[0] for path in paths] == [header, header]
    assert read_net(paths[0]) == train_val(design, "data/mine", 4)
    assert read_net(paths[1]) == deploy(design, 20)


def test_every_net_reads_the_folder_of_its_recipe():
    """The paper's design reads that of `make dataset`, those of Fig. 5 read gray patches."""
    folders = {}
    for path in (PROJECT / "prototxt").rglob("train_val.prototxt"):
        sources = [Path(layer.hdf5_data_param.source) for layer in read_net(path).layer[:2]]
        assert [source.name for source in sources] == ["train.txt", "val.txt"]
        assert len({source.parent for source in sources}) == 1
        name = path.parent.relative_to(PROJECT / "prototxt").as_posix()
        folders[name] = sources[0].parent
    gray = {f"ablation/patch_{side}": Path(f"data/gray_{side}") for side in (25, 100)}
    assert folders.pop("colour") == Path("data/physical_rgb")
    for name in generate.DESIGNS:
        if name.startswith("ablation/"):
            assert folders.pop(name) == gray.get(name, Path("data/gray_50"))
    recipes = {"two_stream": "paper", "two_stream_robust": "robust", "fast": "robust"}
    recipes.update(dict.fromkeys(["wide", "multiscale", "decision"], "physical"))
    recipes.update(cnn="cnn", srcnn="srcnn")
    assert folders == {name: folder_of(recipe) for name, recipe in recipes.items()}
