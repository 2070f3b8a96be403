"""The page of ``twostream app``: photographs are dropped into a browser and fused here."""
