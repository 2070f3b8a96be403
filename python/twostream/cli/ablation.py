"""Train the designs of the paper's Fig. 5 and plot their validation PSNR.

Each is trained by its solver file in solver/, for --iterations instead of the paper's million.
After an interruption the same command resumes; with more iterations it continues all trainings
from their last snapshots. Needs the datasets that `make ablation` makes first.
"""

import subprocess
import sys
from pathlib import Path

from tqdm import tqdm

from ..errors import BadInput
from ..report import ablation_plot, training_log
from ..training import ablation
from . import parser


def main(args):
    """Run the missing trainings, draw the figure and print the best PSNR of each."""
    names = ablation.trainings(args.studies)
    solvers = {name: _solver(name, args) for name in names}
    for name in tqdm(names, unit="training", disable=None):
        _train(name, solvers[name], args)
    logs = {name: training_log.read(_logs(args.out / name)) for name in names}
    studies = {study: ablation.STUDIES[study] for study in args.studies}
    curves = {s: {label: logs[name] for label, name in c.items()} for s, c in studies.items()}
    ablation_plot.write(args.out / "figure_5.png", curves)
    training_log.write_csv(args.out / "figure_5.csv", logs)
    for name, log in logs.items():
        best = max(training_log.psnr(point.loss, log.patch) for point in log.val)
        last = log.val[-1]
        print(f"{name}: {best:.2f} dB at best; {last.iteration} iterations, {last.seconds:.0f} s")
    print(args.out / "figure_5.png")


def _solver(name, args):
    out = args.out / name
    return ablation.write_solver(
        name, args.iterations, out, args.rate, args.test_iter, args.gpu is not None
    )


def _train(name, solver, args):
    """Train to the last iteration, from the last snapshot if there is one."""
    snapshot, iteration = ablation.last_snapshot(solver.parent)
    if iteration >= args.iterations - args.iterations % ablation.POINTS:
        return
    command = [sys.executable, "-m", "twostream.cli", "train", "-solver", str(solver)]
    command += ["-snapshot", str(snapshot)] if snapshot else []
    command += ["--engine", args.engine] if args.engine else []
    command += ["-gpu", args.gpu] if args.gpu else []
    command += ["--channels-last"] if args.channels_last else []
    log = solver.parent / f"from_{iteration:07d}.log"
    with log.open("wb") as file:
        code = subprocess.run(command, stderr=file, check=False).returncode
    if code:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise BadInput(f"The training {name} ended with code {code}, see {log}: {' '.join(last)}")


def _logs(out):
    return sorted(out.glob("from_*.log"))


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument(
        "--studies", nargs="+", default=list(ablation.STUDIES), help="studies (all: %(default)s)"
    )
    p.add_argument("--iterations", type=int, default=1000, help="per training (%(default)s)")
    p.add_argument("--rate", type=float, default=2e-4, help="learning rate; the paper's is 1e-5")
    p.add_argument("--test-iter", type=int, help="batches of 16 per validation (all patches)")
    p.add_argument("--engine", help="as for twostream train (its default)")
    p.add_argument("--gpu", help="GPU to train on, as for twostream train")
    p.add_argument("--channels-last", action="store_true", help="as for twostream train; faster")
    p.add_argument("--out", type=Path, default=Path("out/ablation"), help="%(default)s")
    return p
