"""Make a training dataset: HDF5 shards of defocused patch pairs, as Caffe reads them.

The recipes paper (the paper's own, the default), robust and physical (near objects in front of a
far scene, blurred as by a lens) are for the two-stream net. The recipes cnn and srcnn are for the
nets of these two baselines. The recipe thin_lens makes patches from scenes as deep as those of
stacks; the recipe leaves makes them from drawn pictures, without any photograph. Each recipe writes
to the folder of data/ that its nets read.

Photographs come from one source: --images (with or without --masks), --voc,
--coco with its annotations, or --imagenet-det with its annotations. The default is scikit-image's
bundled photographs. After an interruption, the same command resumes.
"""

from pathlib import Path

from ..data import dataset
from ..data.cnn_patches import CnnRecipe
from ..data.defocus import RECIPES
from ..data.patches import PLANES, Recipe
from ..data.physical.recipe import PhysicalRecipe
from ..data.physical.thin_lens import ThinLensRecipe
from ..data.sources import bundled, coco, folder, imagenet_det, leaves, voc
from ..data.srcnn_patches import SrcnnRecipe
from ..errors import BadInput
from . import add_workers, parser

FIXED = {"cnn": CnnRecipe, "srcnn": SrcnnRecipe}
DEEP = ("thin_lens", "leaves")
RECIPE_NAMES = (*RECIPES, "physical", *DEEP, *FIXED)


def main(args):
    """Build the dataset and print its size."""
    _check(args)
    recipe, out = _recipe(args), args.out or folder_of(args.recipe)
    amounts = dataset.Amounts(args.draws, args.val_share, args.val_patches, args.shard)
    try:
        manifest = dataset.build(
            _photographs(args), out, recipe, amounts, jobs=args.scheduler or args.jobs
        )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted; the same command resumes {out}.") from None
    counts = manifest["patches"]
    print(f"{out}: {counts['train']} patches for training, {counts['val']} for validation.")


def folder_of(recipe):
    """Return the folder that the committed nets of a recipe read."""
    return Path("data", "two_stream" if recipe == "paper" else recipe)


def _recipe(args):
    """Make the recipe; some recipes fix the form of the patches."""
    chosen = {"per_pair": args.patches, "seed": args.seed}
    if args.recipe in DEEP:
        return ThinLensRecipe(args.recipe, channels=args.channels or 3, **chosen)
    if args.recipe in FIXED:
        return FIXED[args.recipe](**chosen)
    chosen.update(planes=args.planes, channels=args.channels or 1, relative=args.relative)
    if args.recipe == "physical":
        return PhysicalRecipe(patch=args.patch or 64, **chosen)
    return Recipe(args.recipe, args.patch or 50, **chosen)


def _check(args):
    _check_recipe(args)
    patch = 1 if args.patch is None else args.patch
    counts = (patch, args.patches, args.draws, args.val_patches, args.shard)
    if min(counts) < 1 or not 0 < args.val_share < 1:
        raise BadInput("Numbers must be at least 1, and --val-share between 0 and 1.")
    sources = sum(map(bool, (args.images, args.voc, args.coco, args.imagenet_det)))
    if sources > 1:
        raise BadInput("Give one source: --images, --voc, --coco or --imagenet-det.")
    if sources and args.recipe == "leaves":
        raise BadInput("The recipe leaves draws its pictures. For photographs: --recipe thin_lens.")
    if args.masks and not args.images:
        raise BadInput("--masks needs --images.")


def _check_recipe(args):
    """Refuse options that the recipe would ignore."""
    fixed = args.recipe in FIXED
    other_planes = args.planes != "rgb+gray"
    if (fixed or args.recipe in DEEP) and (
        args.patch is not None or other_planes or args.relative or (fixed and args.channels)
    ):
        names = "--patch, --channels, --planes" if fixed else "--patch, --planes"
        raise BadInput(f"{names} and --relative are not for the recipe {args.recipe}.")
    if args.channels == 4 and args.recipe in ("physical", *DEEP):
        raise BadInput(f"The recipe {args.recipe} makes patches of one channel or three.")
    if (args.channels or 1) != 1 and other_planes:
        raise BadInput("--planes is for patches of one channel.")


def _photographs(args):
    if args.recipe == "leaves":
        return leaves.photographs(args.seed)
    if args.images:
        return folder.photographs(args.images, args.masks)
    if args.voc:
        return voc.photographs(args.voc)
    if args.coco:
        return coco.photographs(*args.coco)
    if args.imagenet_det:
        return imagenet_det.photographs(*args.imagenet_det)
    return bundled.photographs()


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    add = p.add_argument
    add("--images", type=Path, help="read photographs from this folder")
    add("--masks", type=Path, help="read masks of objects, with the same base names")
    add("--voc", type=Path, help="read PASCAL VOC, such as the folder VOC2012")
    add("--coco", type=Path, nargs=2, metavar=("IMAGES", "JSON"), help="read COCO")
    add("--imagenet-det", type=Path, nargs=2, metavar=("IMAGES", "XML"), help="read ImageNet DET")
    add(
        "--out",
        type=Path,
        help="write to this folder (default: data/RECIPE; recipe paper: data/two_stream)",
    )
    add("--recipe", choices=RECIPE_NAMES, default="paper", help="make patches by this recipe")
    add("--patch", type=int, help="set the side of a patch in pixels (default: 50; physical: 64)")
    add("--patches", type=int, default=16, help="cut this number of patches from a pair")
    add("--draws", type=int, default=4, help="make this number of pairs from a photograph")
    add(
        "--channels",
        type=int,
        choices=(1, 3, 4),
        help="set the channels of a patch (default: 1; thin_lens, leaves: 3)",
    )
    add("--planes", choices=tuple(PLANES), default="rgb+gray", help="use these planes")
    add("--relative", action="store_true", help="add weights for the relative loss")
    add("--val-share", type=float, default=0.1, help="keep this share for validation")
    add("--val-patches", type=int, default=1600, help="make this number of validation patches")
    add("--shard", type=int, default=4096, help="write this number of patches per shard")
    add("--seed", type=int, default=2018, help="set the seed of all random choices")
    add_workers(p)
    return p
