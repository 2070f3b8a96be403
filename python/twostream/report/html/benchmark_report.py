"""Report on a benchmark: a viewer of each pair, the tables, and the paper's figures."""

from ...evaluation.scores import picture_path
from ...io import images
from ..benchmark_tables import MEANS, benchmark_tables, decimals, scores_of_pairs
from ..feature_maps import SCENE, feature_map_figure
from ..focus_map import chosen_sources, focus_map
from ..montage import pair_montage
from ..paper_pairs import paper_pairs
from .embedding import embedded
from .fusion_report import SIDE, map_text
from .markdown import blocks
from .pages import write_page
from .viewer import Row, Shown, Viewer

INTRO = "Fusion of pictures focused at different depths: {methods} methods on {pairs} pairs."
SELECT = "select"
"""Method whose decision map is shown."""


def benchmark_report(path, benchmark, pages=(), engine="auto"):
    """Write an HTML file on a `Benchmark`; raise BadInput if a picture cannot be read.

    `pages`, as `markdown.read_page` reads them, stand between the scores and the figures; the
    engine runs the network for the maps.
    """
    pairs, scores = benchmark.pairs, benchmark.scores
    found = scores_of_pairs(pairs, scores)
    tables = benchmark_tables(pairs, scores, benchmark.metrics)
    headings = [[block for block in page if getattr(block, "level", 0)] for page in pages]
    write_page(
        path,
        "benchmark.html",
        title="Multi-focus fusion: report",
        intro=INTRO.format(methods=len(benchmark.methods), pairs=len(pairs)),
        viewers=[_viewer(p, benchmark, found[p], engine) for p in pairs],
        scores=blocks("\n".join([*(table.markdown() for table in tables), MEANS])),
        pages=[{"title": titles[0].text, "blocks": page} for titles, page in zip(headings, pages)],
        figures=[
            figure
            for pair, place in paper_pairs(pairs).items()
            for figure in _figures(pair, place, benchmark, engine)
        ],
    )


def _viewer(pair, benchmark, scores, engine):
    methods = benchmark.methods
    sources = [images.read(path) for path in pair.sources]
    names = [f"Source {chr(65 + n)}" for n in range(len(sources))]
    pictures = [
        Shown(name, f"{name} of {pair.name}", embedded(image, SIDE))
        for name, image in zip(names, sources)
    ]
    for method, score in zip(methods, scores):
        picture = embedded(images.read(picture_path(benchmark.out, method, pair)), SIDE)
        alt = f"{pair.name}, fused by {method.label}"
        pictures.append(Shown(method.label, alt, picture, score.values))
    right = len(pictures) - 1
    pictures += _truth_and_map(pair, names, sources, methods, engine)
    rows = [
        Row(m.name, m.column or m.name, decimals(m), m.lower_is_better) for m in benchmark.metrics
    ]
    known = [row for row in rows if any(row.metric in score.values for score in scores)]
    return Viewer(pair.name, pictures, right, known)


def _truth_and_map(pair, names, sources, methods, engine):
    """Yield the truth, if it is known, and the decision map of `select`."""
    if pair.truth:
        truth = embedded(images.read(pair.truth), SIDE)
        yield Shown("Truth", f"{pair.name}, sharp all over", truth)
    labels = {method.name: method.label for method in methods}
    if SELECT in labels:
        drawn = focus_map(chosen_sources(sources, engine), len(sources))
        alt = f"{map_text(names)}, as {labels[SELECT]} chose"
        yield Shown(f"Focus map of {labels[SELECT]}", alt, embedded(drawn, SIDE))


def _figures(pair, place, benchmark, engine):
    """Yield the figures of a PaperPair."""
    names = ", ".join(method.label for method in benchmark.methods)
    yield Shown(
        f"Figure {place.figure}: {place.title}",
        f"Sources of {pair.name}, fused by {names}, each with a magnified detail",
        embedded(pair_montage(pair, benchmark.methods, benchmark.out)),
    )
    if pair.scene == SCENE:
        yield Shown(
            f"Figure 2: feature maps of {pair.name}",
            "Feature maps of the second convolution of both streams and of the fusion layer",
            embedded(feature_map_figure(pair, engine)),
        )
