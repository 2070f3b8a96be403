"""Packages of the extras in pyproject.toml, which are imported when a file needs them."""

from contextlib import contextmanager

from ..errors import BadInput


@contextmanager
def needed(package, path, kind, extra="formats"):
    """Turn the failed import of a package for `path`, a file of this kind, into BadInput."""
    try:
        yield
    except ImportError as error:
        raise BadInput(
            f"{path} is {kind}, which needs the Python package {package}. Run pip install "
            f"'.[{extra}]' in a clone, or pip install 'WHEEL[{extra}]' with the path of a wheel."
        ) from error
