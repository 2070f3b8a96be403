"""Python code where real Caffe is: in a child process, also when pycaffe is here."""

import os
import subprocess

from real_caffe import IN_CAFFE, require_caffe


def run_in_caffe(code, *arguments):
    """Run Python code with arguments and return what it prints; mark its test ``caffe``.

    Real Caffe answers a bad net by aborting: here that is a failed test with its last words.
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
