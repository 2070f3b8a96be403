"""The file with the largest values of a net's blobs, by which it is computed in 8 bits."""

import json

from ..errors import BadInput


def ranges_file(caffemodel):
    """Path of the file, beside a caffemodel, a Path."""
    return caffemodel.with_suffix(".ranges.json")


def activated(net):
    """Names of the blobs that the ReLUs of a net make, those without a slope."""
    relus = [layer for layer in net.layer if layer.type == "ReLU"]
    return [layer.top[0] for layer in relus if not layer.relu_param.negative_slope]


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
        If the file is no such table, or that of another net.
    """
    path = ranges_file(caffemodel)
    if not path.exists():
        return None
    try:
        largest = {blob: float(value) for blob, value in json.loads(path.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        raise BadInput(f"{path} is no table of the largest values of blobs.") from None
    if largest.keys() != set(activated(net)) or not all(value > 0 for value in largest.values()):
        raise BadInput(f"{path} does not have a largest value for each ReLU of the net.")
    return largest
