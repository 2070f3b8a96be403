"""The options --engine and --gpu of the commands that run a network."""

from ..engines import NEEDS, engine_name


def add_engine(p, what="the network"):
    """Add the options, which `engine_of` reads.

    Parameters
    ----------
    p : argparse.ArgumentParser or argparse._ArgumentGroup
    what : str
        What the engine runs.
    """
    p.add_argument(
        "--engine", choices=("auto", *NEEDS), help=f"run {what} with this engine (default: auto)"
    )
    p.add_argument(
        "--gpu", type=int, metavar="N", help=f"run {what} on this CUDA GPU, 0 for the first one"
    )


def engine_of(args):
    """Engine that the options choose, as `engines.load` takes it; None if neither is given.

    Raises
    ------
    BadInput
        If the engine is not installed or cannot use the GPU.
    """
    if args.gpu is None and args.engine is None:
        return None
    engine = args.engine or "auto"
    return _checked(engine if args.gpu is None else f"{engine}:{args.gpu}")


def _checked(engine):
    engine_name(engine)
    return engine
