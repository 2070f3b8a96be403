"""Forms of Piella's edge-dependent index Qe, which publications combine in different ways."""

WINDOWS = {"": "8x8, flat", "_ssim": "11x11, Gaussian", "_block8": "8x8, side by side"}
"""Ending of the metrics `qw` and `qe` -> the window of `metrics.piella`."""

FORMS = {
    "Qw Q'w": lambda whole, edges: whole * edges,
    "square root of Qw Q'w": lambda whole, edges: (whole * edges) ** 0.5,
    "Q'w alone": lambda whole, edges: edges,
}
"""Name -> function of Qw of the pictures and Q'w of their edges.

All are Qw^(1-a) Q'w^a or Qw Q'w^a of Piella and Heijmans 2003 with some exponent a; the first is
that of the metric `qe`.
"""


def qe_forms(values):
    """Compute the forms from the scores of a fused picture.

    Parameters
    ----------
    values : dict of str to float
        Scores by the metrics `qw` and `qe` in all windows to use.

    Returns
    -------
    dict of (str, str) to float
        Form and ending of the window -> value, unless Qw is not positive.
    """
    found = {}
    for ending in WINDOWS:
        whole, product = values.get(f"qw{ending}", 0), values.get(f"qe{ending}", 0)
        if whole > 0 and product > 0:
            for name, form in FORMS.items():
                found[name, ending] = form(whole, product / whole)
    return found
