from run_tool import run_here


def test_too_few_iterations_are_one_sentence():
    done = run_here("bench", "--iterations", 1)
    assert done.returncode == 2
    assert done.stderr == "bench.py: A timing takes at least 2 iterations and 1 patch.\n"
