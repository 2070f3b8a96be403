"""The options --engine and --gpu of the commands that run a network."""

from ..engines import NEEDS, engine_name


def add_engine(p, what="the network"):
    """Add the options that `engine_of` reads; `what` names the thing that the engine runs."""
    p.add_argument(
        "--engine", choices=("auto", *NEEDS), help=f"run {what} with this engine (default: auto)"
    )
    p.add_argument(
        "--gpu", type=int, metavar="N", help=f"run {what} on this CUDA GPU, 0 for the first one"
    )


def engine_of(args):
    """Return the chosen engine as `engines.load` takes it; None if neither option is given.

    Raise BadInput if the engine is not installed or cannot use the GPU.
    """
    engine = given_engine(args)
    if engine:
        engine_name(engine)
    return engine


def given_engine(args):
    """Return the chosen engine, not checked; None if neither option is given."""
    if args.gpu is None:
        return args.engine
    return f"{args.engine or 'auto'}:{args.gpu}"
