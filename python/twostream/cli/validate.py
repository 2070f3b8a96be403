"""Measure the PSNR of a net, and of the plain average, on the validation patches of a dataset.

With --calibrate, write NAME.calibration.json instead, next to the weights NAME.caffemodel. With it
ONNX Runtime quantizes the net to 8 bits on a CPU.
"""

from pathlib import Path

from ..engines import load
from ..engines.calibration import calibrate, calibration_file, calibration_text
from ..io.atomic import atomic_write, check_place
from ..nets.pretrained import files_of
from ..training.validation import batches_of, validate
from . import add_net, parser
from .engine_options import add_engine, engine_of


def main(args):
    """Print the PSNR, or the path of the calibration."""
    files, engine = files_of(args.weights, args.prototxt), engine_of(args) or "auto"
    if args.calibrate:
        print(_calibrate(*map(Path, files), args.patches, engine))
    else:
        print(validate(load(*files, engine), args.patches).summary())


def _calibrate(prototxt, caffemodel, patches, engine):
    out = calibration_file(caffemodel)
    check_place(out)
    ranges = calibrate(prototxt, caffemodel, batches_of(patches), engine)
    with atomic_write(out) as partial:
        partial.write_text(calibration_text(caffemodel, ranges))
    return out


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    add_net(p)
    add_engine(p)
    p.add_argument(
        "--patches", default="data/two_stream/val.txt", help="read the shards of this list"
    )
    p.add_argument(
        "--calibrate",
        action="store_true",
        help="measure and write the calibration for quantization",
    )
    return p
