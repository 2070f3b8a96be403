"""Train the designs of the paper's Fig. 5, plot their validation PSNR and judge the findings.

Each design is trained with its solver file in solver/, for --iterations instead of the paper's
million. The default design is trained with each of --seeds, which shows the spread by chance. After
an interruption, the same command resumes; with more iterations it continues all trainings from
their last snapshots. `make ablation` makes the datasets first.
"""

import subprocess
import sys
from pathlib import Path

from tqdm import tqdm

from twostream.cli import parser, run
from twostream.errors import BadInput
from twostream.report import training_log
from twostream.training.parameter import PRECISIONS

from ..marked_lines import replace_marked
from . import plot, trainings
from .findings import MARKS, markdown


def main(args):
    """Run the missing trainings, draw the figure, and print the best PSNR and the findings."""
    chosen = trainings.trainings(args.studies, args.seeds)
    for training in tqdm(chosen, unit="training", disable=None):
        _train(training, args)
    logs = {training: training_log.read(_logs(args.out / training.name)) for training in chosen}
    studies = trainings.logs_of_studies(args.studies, logs)
    plot.write(args.out / "figure_5.png", studies)
    training_log.write_csv(args.out / "figure_5.csv", {t.name: log for t, log in logs.items()})
    findings = markdown(studies)
    if args.page:
        replace_marked(args.page, MARKS, findings)
    for training, log in logs.items():
        best = max(training_log.psnr_of_loss(point.loss, log.patch) for point in log.val)
        last = log.val[-1]
        seconds = f"{last.iteration} iterations, {last.seconds:.0f} s"
        print(f"{training.name}: {best:.2f} dB at best; {seconds}")
    print(f"\n{findings}\n{args.out / 'figure_5.png'}")


def _train(training, args):
    """Train to the last iteration, from the last snapshot if there is one."""
    out = args.out / training.name
    snapshot, start = trainings.last_snapshot(out)
    if start >= trainings.last_iteration(args.iterations):
        return
    gpu = args.gpu is not None
    run = trainings.Run(args.iterations, start, args.rate, args.test_iter, gpu)
    solver = trainings.write_solver(training, run, out)
    log = out / f"from_{start:07d}.log"
    with log.open("wb") as file:
        code = subprocess.run(_command(solver, snapshot, args), stderr=file, check=False).returncode
    if code:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise BadInput(
            f"The training {training.name} ended with code {code}, see {log}: {' '.join(last)}"
        )


def _command(solver, snapshot, args):
    command = [sys.executable, "-m", "twostream", "train", "-solver", str(solver)]
    command += ["-snapshot", str(snapshot)] if snapshot else []
    command += ["--engine", args.engine] if args.engine else []
    command += ["-gpu", args.gpu] if args.gpu else []
    command += ["--channels-last"] if args.channels_last else []
    return command + (["--precision", args.precision] if args.precision else [])


def _logs(out):
    return sorted(out.glob("from_*.log"))


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__, "python -m paper.ablation")
    p.add_argument(
        "--studies", nargs="+", default=list(trainings.STUDIES), help="train these studies"
    )
    p.add_argument(
        "--iterations", type=int, default=1000, help="train for this number of iterations"
    )
    p.add_argument(
        "--seeds",
        type=int,
        nargs="+",
        default=[2018, 2019],
        help="train the default design with each of these seeds",
    )
    p.add_argument(
        "--rate", type=float, default=2e-4, help="set the learning rate; the paper's is 1e-5"
    )
    p.add_argument(
        "--test-iter", type=int, help="set the batches per validation (default: all patches)"
    )
    p.add_argument("--engine", help="train with this engine (default: that of twostream train)")
    p.add_argument("--gpu", help="train on this GPU, as for twostream train")
    p.add_argument("--precision", choices=PRECISIONS, help="multiply in this precision")
    p.add_argument(
        "--channels-last", action="store_true", help="use the channels-last memory layout"
    )
    p.add_argument("--out", type=Path, default=Path("out/ablation"), help="write to this folder")
    p.add_argument("--page", type=Path, help="replace the table of findings of this page")
    return p


if __name__ == "__main__":
    run(main, arguments())
