import pytest

from twostream import cli
from twostream.metrics import METRICS, n_abf


def test_the_list_has_every_metric_as_the_registry_has_it(capsys):
    cli.main(["metrics", "--list"])
    head, rule, *rows = capsys.readouterr().out.splitlines()
    assert len({len(line) for line in (head, rule, *rows)}) == 1
    cells = {row[0]: row[1:] for row in ([c.strip() for c in r.split("|")[1:-1]] for r in rows)}
    assert list(cells) == list(METRICS)
    assert cells["scd"] == ["-2 to 2", "higher", "sources", "Aslantas, Bendes 2015", "all pixels"]
    assert cells["qcv"][:2] == ["0 to infinity", "lower"]
    assert cells["gmsd"][:3] == ["0 to 1", "lower", "truth"]
    assert cells["sf"][2:4] == ["nothing", "Eskicioglu, Fisher 1995"]


def test_a_metric_is_explained(capsys):
    cli.main(["metrics", "n_abf_unit"])
    explained = capsys.readouterr().out
    assert explained.startswith(n_abf.__doc__.splitlines()[0])
    assert "Shreyamsha Kumar" in explained


@pytest.mark.parametrize("arguments", [[], ["--list", "psnr"], ["sharpness"]])
def test_one_of_both_and_only_known_names(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["metrics", *arguments])
    assert end.value.code == 2
    assert capsys.readouterr().err
