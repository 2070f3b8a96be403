"""The page of ``twostream app``, which fuses photographs from a browser on this computer."""
