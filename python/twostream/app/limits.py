"""Limits of the page."""

from dataclasses import dataclass

from ..errors import BadInput


@dataclass(frozen=True)
class Limits:
    """Limits of one session; `total_megabytes` is that of all sessions together."""

    megabytes: int = 2000  # of all uploads
    megapixels: int = 100  # of each picture
    pictures: int = 100  # files, and pages of TIFF files
    total_megabytes: int = 8000

    @property
    def pixels(self):
        """Limit of each picture, in pixels."""
        return self.megapixels * 10**6

    def check_count(self, count):
        """Raise BadInput if there are too many pictures."""
        if count > self.pictures:
            raise BadInput(
                f"There are {count} frames, more than the limit of {self.pictures}. Remove some, "
                "or start with a larger --max-pictures."
            )

    def check_bytes(self, own, total):
        """Raise BadInput if a session, or all together, have uploaded too much."""
        if own > self.megabytes * 10**6:
            raise BadInput(
                f"The files have more than the limit of {self.megabytes} MB together. Remove some, "
                "or start with a larger --max-megabytes."
            )
        if total > self.total_megabytes * 10**6:
            raise BadInput(
                "The server holds as many files as it may. Try again later, or raise "
                "--max-total-megabytes."
            )
