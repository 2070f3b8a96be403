"""The file with the largest values of a net's blobs, by which it is computed in 8 bits."""

import json

from ..errors import BadInput
from ..io.digest import sha256_of


def ranges_file(caffemodel):
    """Path of the file, beside a caffemodel, a Path."""
    return caffemodel.with_suffix(".ranges.json")


def activated(net):
    """Names of the blobs that the ReLUs of a net make, those without a slope."""
    relus = [layer for layer in net.layer if layer.type == "ReLU"]
    return [layer.top[0] for layer in relus if not layer.relu_param.negative_slope]


def ranges_text(caffemodel, largest):
    """Text of the file: of which weights it is, and the largest value of each blob."""
    rounded = {blob: round(value, 4) for blob, value in largest.items()}
    return json.dumps({"caffemodel": sha256_of(caffemodel), "largest": rounded}, indent=1) + "\n"


def read_ranges(caffemodel, net):
    """Read the largest values of a net's blobs.

    Parameters
    ----------
    caffemodel : Path
    net : NetParameter

    Returns
    -------
    dict of str to float or None
        By the names of the blobs that ReLUs make; None without such a file.

    Raises
    ------
    BadInput
        If the file is no such table, or that of other weights or another net.
    """
    path = ranges_file(caffemodel)
    if not path.exists():
        return None
    try:
        table = json.loads(path.read_text())
        of, largest = table["caffemodel"], {k: float(v) for k, v in table["largest"].items()}
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        raise BadInput(f"{path} is no table of the largest values of blobs.") from None
    if of != sha256_of(caffemodel):
        raise BadInput(f"{path} is of other weights; `twostream ranges` measures it anew.")
    if largest.keys() != set(activated(net)) or not all(value > 0 for value in largest.values()):
        raise BadInput(f"{path} does not have a largest value for each ReLU of the net.")
    return largest
