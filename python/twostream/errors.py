"""The one error that users cause."""


class BadInput(ValueError):
    """Something the user gave cannot be used; the message is one clear sentence.

    The command lines print it on stderr and exit with code 2.
    """
