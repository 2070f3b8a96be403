"""Run Python code with real Caffe, always in a child process."""

import os
import subprocess

from real_caffe import IN_CAFFE, require_caffe


def run_in_caffe(code, *arguments):
    """Run Python code with arguments and return its output; mark the test ``caffe``.

    Real Caffe aborts on a bad net; then the test fails and shows its last output.
    """
    require_caffe()
    done = subprocess.run(
        [str(IN_CAFFE), "python3", "-c", code, *map(str, arguments)],
        env=dict(os.environ, GLOG_minloglevel="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
