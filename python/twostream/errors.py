"""The one error that users cause, and errors as sentences."""


class BadInput(ValueError):
    """Error for input that cannot be used; its message is one clear sentence.

    The command lines print it on stderr and exit with code 2.
    """


def sentence(error):
    """Describe an error in one line.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
    """
    if isinstance(error, OSError):
        what = f"Cannot use {error.filename}: " if error.filename else ""
        return f"{what}{error.strerror or error}."
    if isinstance(error, MemoryError):
        return "Not enough memory."
    said = " ".join(str(error).split())
    return said if isinstance(error, BadInput) else f"{type(error).__name__}: {said}"
