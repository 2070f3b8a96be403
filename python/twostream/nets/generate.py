"""Write the committed prototxt files: the paper's nets and those of other modules."""

from pathlib import Path

from ..caffe_files import prototxt
from ..errors import BadInput
from ..io.atomic import atomic_write
from . import cnn, colour, decision, multiscale, srcnn
from .two_stream import Design, deploy, train_val

DESIGNS = {
    "two_stream": (Design(), 50),
    "ablation/two_stream": (Design(), 50),
    "ablation/filters_32": (Design(filters=32), 50),
    "ablation/filters_128": (Design(filters=128), 50),
    "ablation/kernel_3": (Design(kernel=3), 50),
    "ablation/kernel_9": (Design(kernel=9), 50),
    "ablation/depth_3": (Design(depth=3), 50),
    # The study of patch sizes uses 3x3 filters (section 3.2); its 50x50 is kernel_3.
    "ablation/patch_25": (Design(kernel=3), 25),
    "ablation/patch_100": (Design(kernel=3), 100),
    "ablation/stride_5": (Design(stride=5), 50),
}
"""Folder below prototxt/ -> design and side of the training patches."""

FAST = Design(filters=32, kernel=3)
"""A tenth of the multiply-accumulates of the default net."""

WIDE = Design(filters=32, kernel=9)
"""A field of view of 16 pixels, for the haze of a strong blur."""

RELATIVE = {"fast": (FAST, 50, "data/robust"), "wide": (WIDE, 64, "data/physical")}
"""Folder below prototxt/ -> design, side and folder of the patches, for the relative loss.

The folder of the patches has the name of their recipe."""

OTHERS = {
    "multiscale": multiscale,
    "decision": decision,
    "colour": colour,
    "cnn": cnn,
    "srcnn": srcnn,
}
"""Folder below prototxt/ -> module of a net that is not a `Design`."""


def write_all(root):
    """Write every committed net below `root`; return the paths."""
    paths = []
    for folder, (design, patch) in DESIGNS.items():
        # Gray patches of each size: section 3.2 compares the designs on gray pictures.
        data = f"data/gray_{patch}" if folder.startswith("ablation/") else "data/two_stream"
        paths += write(Path(root) / folder, design, data, patch)
    nets = {"train_val": train_val(Design(), "data/robust", relative=True)}
    paths += _write_nets(Path(root) / "two_stream_robust", nets, "two_stream with a relative loss.")
    for folder, (design, patch, data) in RELATIVE.items():
        nets = {
            "train_val": train_val(design, data, relative=True),
            "deploy": deploy(design, patch),
        }
        settings = f"{_settings(design, patch)} Relative loss."
        paths += _write_nets(Path(root) / folder, nets, settings)
    for folder, other in OTHERS.items():
        nets = {"train_val": other.train_val(), "deploy": other.deploy()}
        paths += _write_nets(Path(root) / folder, nets, f"the net of {folder}.")
    return paths


def write(folder, design, data, patch=50, batch=16):
    """Write ``train_val.prototxt`` and ``deploy.prototxt`` of a design; return their paths.

    `data` is the folder of the HDF5 lists, `patch` the side of the training patches. Raise BadInput
    if that is no multiple of the design's step, or the files cannot be written.
    """
    if patch < 1 or patch % design.step:
        raise BadInput(f"The side of a patch must be a multiple of {design.step}, not {patch}.")
    nets = {"train_val": train_val(design, data, batch), "deploy": deploy(design, patch)}
    return _write_nets(Path(folder), nets, _settings(design, patch))


def _write_nets(folder, nets, settings):
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, net in nets.items():
        path = folder / f"{name}.prototxt"
        with atomic_write(path) as partial:
            partial.write_text(
                f"# Written by tools/make_prototxt.py: {settings}\n{prototxt.text(net)}"
            )
        paths.append(path)
    return paths


def _settings(design, patch):
    settings = ", ".join(f"{name} {getattr(design, name)}" for name in design.__dataclass_fields__)
    return f"{settings}; {patch}x{patch} patches."
