import csv
import math

import numpy as np
import pytest

from twostream.errors import BadInput
from twostream.report import training_log
from twostream.report.training_log import TrainPoint, ValPoint

# Written by Caffe 1.0 (Debian bullseye), shortened.
FIRST = """\
I1122 19:57:17.591853 18027 caffe.cpp:197] Use CPU.
I1122 19:57:17.591984 18027 solver.cpp:45] Initializing solver from parameters: 
test_iter: 20
base_lr: 0.0002
type: "Adam"
I1122 19:57:17.592435 18027 net.cpp:296] The NetState phase (0) differed from the phase (1) specified by a rule in layer data
I1122 19:57:17.700000 18027 net.cpp:131] Top shape: 16 1 50 50 (40000)
I1122 19:57:17.711527 18027 net.cpp:131] Top shape: 16 128 50 50 (5120000)
I1122 19:57:17.712188 18027 net.cpp:131] Top shape: (1)
I1122 19:57:17.713688 18027 caffe.cpp:239] Starting Optimization
I1122 19:57:17.714111 18027 solver.cpp:347] Iteration 0, Testing net (#0)
I1122 19:57:24.806419 18027 solver.cpp:414]     Test net output #0: loss = 1.41723 (* 2 = 2.83446 loss)
I1122 19:57:25.917900 18027 solver.cpp:239] Iteration 0 (-1.46045e-30 iter/s, 8.204s/25 iters), loss = 1.86513
I1122 19:57:25.917966 18027 solver.cpp:258]     Train net output #0: loss = 0.932563 (* 2 = 1.86513 loss)
I1122 19:57:25.917975 18027 sgd_solver.cpp:112] Iteration 0, lr = 0.0002
I1122 19:57:51.802527 18027 solver.cpp:239] Iteration 25 (0.965848 iter/s, 25.884s/25 iters), loss = 8.64684
I1122 19:57:51.802724 18027 solver.cpp:258]     Train net output #0: loss = 1.31576 (* 2 = 2.63152 loss)
I1122 19:57:51.802733 18027 sgd_solver.cpp:112] Iteration 25, lr = 0.0002
I1122 20:01:07.708719 18027 solver.cpp:464] Snapshotting to binary proto file snapshots/s_iter_50.caffemodel
I1122 20:01:08.052873 18027 solver.cpp:327] Iteration 50, loss = 1.13595
I1122 20:01:08.052937 18027 solver.cpp:347] Iteration 50, Testing net (#0)
I1122 20:01:14.984509 18027 solver.cpp:414]     Test net output #0: loss = 0.597428 (* 2 = 1.19486 loss)
I1122 20:01:14.984568 18027 solver.cpp:332] Optimization Done.
"""  # noqa: E501


def iteration(n, clock, loss=1.0, date="1122"):
    rate = "(1 iter/s, 1s/1 iters)"
    return f"I{date} {clock} 7 solver.cpp:239] Iteration {n} {rate}, loss = {loss}\n"


def validation(n, clock, *outputs, net=0):
    start = f"I1122 {clock} 7 solver.cpp"
    lines = [f"{start}:347] Iteration {n}, Testing net (#{net})\n"]
    lines += [f"{start}:414]     Test net output #{k}: {said}\n" for k, said in enumerate(outputs)]
    return "".join(lines)


def points(log):
    return [(point.iteration, point.loss) for point in log.train]


def run_of(*lines):
    start = "I1122 10:00:00.000000 7 solver.cpp:45] Initializing solver from parameters: \n"
    return start + "".join(lines)


@pytest.fixture
def read(tmp_path):
    def read(*texts):
        paths = [tmp_path / f"{n}.log" for n in range(len(texts))]
        for path, text in zip(paths, texts):
            path.write_text(text)
        return training_log.read(paths)

    return read


def test_points_of_a_real_log(read):
    log = read(FIRST)
    assert points(log) == [(0, 1.86513), (25, 8.64684), (50, 1.13595)]
    assert np.allclose([p.seconds for p in log.train], [8.325916, 34.210543, 230.460889])
    assert [p.learning_rate for p in log.train[:2]] == [2e-4, 2e-4]
    assert math.isnan(log.train[2].learning_rate)
    assert [(p.iteration, p.loss) for p in log.val] == [(0, 2.83446), (50, 1.19486)]
    assert log.val[1].seconds == pytest.approx(230.460953)
    assert log.patch == (1, 50, 50)


def test_numbers_in_exponent_form_and_diverged_losses(read):
    rate = "I1122 10:00:00.6 7 sgd_solver.cpp:112] Iteration 1000000, lr = 1e-05\n"
    log = read(iteration(1000000, "10:00:00.5", 3.5e-05) + rate)
    assert log.train == [TrainPoint(1000000, 0.0, 3.5e-05, 1e-05)]
    log = read(iteration(0, "10:00:00.0", "nan") + iteration(1, "10:00:01.0", "-nan"))
    assert [math.isnan(point.loss) for point in log.train] == [True, True]


@pytest.mark.parametrize(
    "dates", [("1122", "1123"), ("1231", "0101"), ("0228", "0301"), ("20261231", "20270101")]
)
def test_the_clock_runs_on_over_midnight(read, dates):
    before, after = dates
    log = read(iteration(0, "23:59:58.5", date=before) + iteration(1, "00:00:01.25", date=after))
    assert [point.seconds for point in log.train] == [0, 2.75]


def test_losses_of_the_first_test_net_add_up_and_other_outputs_do_not(read):
    outputs = "accuracy = 0.9", "loss_a = 1.5 (* 2 = 3 loss)", "loss_b = 0.5 (* 1 = 0.5 loss)"
    other = validation(0, "10:00:02.0", "loss = 4 (* 2 = 8 loss)", net=1)
    log = read(iteration(0, "10:00:00.0") + validation(0, "10:00:01.0", *outputs) + other)
    assert log.val == [ValPoint(0, 1.0, 3.5)]
    half = iteration(25, "10:00:02.0", 7.75).rstrip("5\n")  # a log that is being written
    log = read(iteration(0, "10:00:00.0", 1.25) + validation(25, "10:00:01.0") + half)
    assert (points(log), log.val) == ([(0, 1.25)], [])


def test_a_resumed_run_takes_over(read):
    killed = run_of(
        validation(0, "10:00:00.0", "loss = 1 (* 2 = 2 loss)"),
        *(iteration(n, f"10:00:{n:02}.0", n + 0.5) for n in (0, 10, 20, 30)),
        validation(30, "10:00:30.0", "loss = 9 (* 2 = 18 loss)"),
    )
    resumed = run_of(
        *(iteration(n, f"10:00:{n - 15:02}.0", -n) for n in (20, 30, 40)),
        validation(40, "10:00:26.0", "loss = 2 (* 2 = 4 loss)"),
    )
    log = read(killed, resumed)
    assert points(log) == [(0, 0.5), (10, 10.5), (20, 20.5), (30, -30), (40, -40)]
    # At iteration 20 both clocks agree.
    assert [point.seconds for point in log.train] == [0, 10, 20, 30, 40]
    assert log.val == [ValPoint(0, 0, 2), ValPoint(40, 41, 4)]
    assert read(killed + resumed) == log  # the same by appending to one file


def test_which_of_several_runs_count(read):
    tested = validation(20, "10:00:20.0", "loss = 3 (* 2 = 6 loss)")  # at the very snapshot
    resumed = run_of(iteration(20, "10:00:01.0"), iteration(30, "10:00:11.0"))
    log = read(run_of(iteration(0, "10:00:00.0"), tested), resumed)
    assert [(p.iteration, p.loss) for p in log.val] == [(20, 6)]
    begun = run_of(*(iteration(n, f"10:00:{n:02}.0", 5.0) for n in (0, 10, 20)))
    again = run_of(*(iteration(n, f"11:00:{n:02}.0", 3.0) for n in (0, 10)))
    assert points(read(begun + again)) == [(0, 3), (10, 3)]
    wrong = read(run_of(iteration(20, "10:00:09.0")), run_of(iteration(10, "10:00:01.0")))
    assert points(wrong) == [(10, 1)]
    failed = run_of("F1122 10:00:00.1 7 hdf5.cpp:10] Check failed\n")
    log = read(failed + run_of(iteration(0, "10:00:01.0")))
    assert [point.seconds for point in log.train] == [1]


def test_no_iterations(read, tmp_path):
    for text in ("", "no log\nat all\n", validation(0, "10:00:00.0")):
        with pytest.raises(BadInput, match=r"0\.log shows no iteration"):
            read(text)
    (tmp_path / "weights.caffemodel").write_bytes(bytes(range(256)))
    with pytest.raises(BadInput, match="shows no iteration"):
        training_log.read([tmp_path / "weights.caffemodel"])
    with pytest.raises(BadInput, match=r"none\.log: No such file"):
        training_log.read([tmp_path / "none.log"])


def test_psnr_of_a_known_error(rng):
    clean = rng.random((16, 1, 50, 50))
    fused = clean + 0.1 * rng.choice([-1, 1], clean.shape)  # every pixel off by 0.1: 20 dB
    weighted = 2 * np.sum((fused - clean) ** 2) / (2 * len(clean))
    assert training_log.psnr_of_loss(weighted) == pytest.approx(20)
    assert training_log.psnr_of_loss(3 * weighted, (3, 50, 50)) == pytest.approx(20)
    assert training_log.psnr_of_loss(0) == math.inf


def test_table(read, tmp_path):
    log = read(FIRST)
    training_log.write_csv(tmp_path / "t.csv", {"a, b": log, "c": log._replace(val=[])})
    with open(tmp_path / "t.csv", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["training", "phase", "iteration", "seconds", "loss", "lr", "psnr"]
    assert [row[1] for row in rows] == ["train"] * 3 + ["val"] * 2 + ["train"] * 3
    assert {row[0] for row in rows} == {"a, b", "c"}
    psnr = f"{10 * math.log10(2500 / 1.19486):.4f}"
    assert rows[4] == ["a, b", "val", "50", "230.461", "1.19486", "", psnr]
