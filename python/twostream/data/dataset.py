"""Training datasets: folders of HDF5 shards, made from photographs, reproducible byte for byte."""

import json
import math
import shutil
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..errors import BadInput
from ..io import images
from ..io.atomic import atomic_write
from ..io.pixels import from_unit
from ..parallel import workers
from . import hdf5
from .contact_sheet import contact_sheet
from .patches import Recipe


@dataclass(frozen=True)
class Amounts:
    """Size of a dataset."""

    draws: int = 4  # number of random pairs made from each training photograph
    val_share: float = 0.1  # share of the photographs that is set aside for validation
    val_patches: int = 1600  # number of patches for validation, rounded up to whole pairs
    shard: int = 4096  # largest number of patches per shard


@dataclass(frozen=True)
class Split:
    """One part of the dataset: its pairs (photograph, draw, *others), and the pairs per shard."""

    name: str
    pairs: list
    pairs_per_shard: int

    def shards(self, out):
        """Yield the number, the path in the folder `out` and the pairs of each shard."""
        for start in range(0, len(self.pairs), self.pairs_per_shard):
            number = start // self.pairs_per_shard
            path = out / f"{self.name}_{number:04d}.h5"
            yield number, path, self.pairs[start : start + self.pairs_per_shard]


def build(photographs, out, recipe=None, amounts=None, progress=True, jobs=None):
    """Write shards, their lists, a manifest and a contact sheet to a folder; return the manifest.

    The lists give the paths of the shards with the folder as prefix. Shards that an interrupted
    call with the same settings has finished are kept. `jobs` is as in `parallel.workers`.
    Raise BadInput if there are too few photographs, a photograph cannot be used, the folder holds
    another dataset, or the disk has not enough space.
    """
    recipe, amounts, out = recipe or Recipe(), amounts or Amounts(), Path(out)
    splits = _splits(photographs, recipe, amounts)
    manifest = _manifest(splits, recipe, amounts)
    if _begin(out, manifest):
        return manifest
    _check_space(out, splits, recipe)
    total = sum(len(split.pairs) for split in splits)
    with (
        workers(jobs) as pool,
        tqdm(total=total, unit="pair", disable=None if progress else True) as bar,
    ):
        for split in splits:
            _write_split(out, split, recipe, pool, bar)
    images.write(out / "examples.png", _examples(photographs, recipe))
    _write_manifest(out, dict(manifest, complete=True))
    return manifest


def _splits(photographs, recipe, amounts):
    rng = np.random.default_rng(recipe.seed)
    kept, taught = split_photographs(photographs, amounts.val_share, rng)
    largest = hdf5.MAX_BLOB // max(map(math.prod, recipe.blobs.values()))
    per_shard = max(1, min(amounts.shard, largest) // recipe.per_pair)
    train = [(photograph, draw) for photograph in taught for draw in range(amounts.draws)]
    train = _with_others([train[i] for i in rng.permutation(len(train))], taught, recipe)
    val_pairs = range(math.ceil(amounts.val_patches / recipe.per_pair))
    val = [(kept[i % len(kept)], i // len(kept)) for i in val_pairs]
    val = _with_others(val, kept, recipe)
    return Split("train", train, per_shard), Split("val", val, per_shard)


def split_photographs(photographs, val_share, rng):
    """Split by photograph, so that validation (at least one) and training share none."""
    count = max(1, round(len(photographs) * val_share))
    if len(photographs) - count < 1:
        raise BadInput("A dataset needs two photographs, one of them for validation.")
    order = [photographs[i] for i in rng.permutation(len(photographs))]
    return order[:count], order[count:]


def _with_others(pairs, photographs, recipe):
    """Add to each pair the further photographs that its recipe needs, drawn from the same part."""
    rng = np.random.default_rng(recipe.seed)
    rows = rng.integers(0, len(photographs), (len(pairs), recipe.others))
    return [(*pair, *(photographs[i] for i in row)) for pair, row in zip(pairs, rows)]


def _manifest(splits, recipe, amounts):
    """Describe everything that determines the bytes of the shards."""
    settings = asdict(recipe)
    return {
        "complete": False,
        "settings": {"recipe": settings.pop("name"), **settings, **asdict(amounts)},
        "patches": {s.name: len(s.pairs) * recipe.per_pair for s in splits},
        "photographs": {
            s.name: sorted({p.name: p.path for p, _, *more in s.pairs for p in (p, *more)}.items())
            for s in splits
        },
    }


def _begin(out, manifest):
    """Create the folder or check its manifest; return whether its dataset is complete."""
    path = out / "manifest.json"
    if path.exists():
        return _recognise(path, manifest)
    if len(str(out).split()) != 1:
        raise BadInput(
            f"Caffe cannot read from a folder with a space in its name: {str(out)!r}. Choose "
            "another folder."
        )
    if out.is_dir() and any(out.iterdir()):
        raise BadInput(f"{out} is not empty and does not hold a dataset. Choose another folder.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"Cannot make the folder {out}: {error.strerror}.") from error
    _write_manifest(out, manifest)
    return False


def _recognise(path, manifest):
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} is damaged. Remove the folder, or choose another one.") from error
    # JSON turns tuples into lists.
    wanted = json.loads(json.dumps(manifest))
    same = isinstance(found, dict) and all(
        found.get(key) == wanted[key] for key in ("settings", "photographs")
    )
    if not same:
        raise BadInput(
            f"{path.parent} holds a dataset made with other settings. Choose another folder."
        )
    return found["complete"]


def _check_space(out, splits, recipe):
    shards = [shard for split in splits for shard in split.shards(out)]
    missing = sum(len(pairs) for _, path, pairs in shards if not path.exists())
    need = 4 * missing * recipe.per_pair * sum(map(math.prod, recipe.blobs.values()))
    free = shutil.disk_usage(out).free
    if need > free:
        raise BadInput(
            f"The dataset needs {need / 1e9:.1f} GB, but {out} has {free / 1e9:.1f} GB free. "
            "Choose another disk, or fewer --draws."
        )


def _write_split(out, split, recipe, pool, bar):
    paths = []
    for number, path, pairs in split.shards(out):
        paths.append(path)
        if path.exists():
            bar.update(len(pairs))
        else:
            stacks = _shard(pool, pairs, number, recipe, bar)
            hdf5.write_shard(path, stacks, list(recipe.blobs))
    hdf5.write_list(out / f"{split.name}.txt", paths)


def _shard(pool, pairs, number, recipe, bar):
    """Shuffle patches of many pairs, because Caffe's TEST phase reads them in file order."""
    stacks = [None] * len(pairs)
    for place, stack, error in pool.completed(partial(_cut, recipe=recipe), pairs):
        if error:
            raise error
        stacks[place] = stack
        bar.update()
    order = np.random.default_rng([recipe.seed, number]).permutation(len(stacks) * recipe.per_pair)
    return [np.concatenate(blob)[order] for blob in zip(*stacks)]


def _examples(photographs, recipe):
    """Arrange up to eight examples like the paper's Fig. 4: pair above, truth below."""
    step = max(1, len(photographs) // 8)
    shown = [(photograph,) for photograph in photographs[::step][:8]]
    columns = [recipe.column(*row) for row in _with_others(shown, photographs, recipe)]
    return contact_sheet([[from_unit(i, 255, np.uint8) for i in column] for column in columns])


def _cut(pair, recipe):
    return recipe.cut(*pair)


def _write_manifest(out, manifest):
    with atomic_write(out / "manifest.json") as partial_path:
        partial_path.write_text(json.dumps(manifest, indent=1) + "\n")
