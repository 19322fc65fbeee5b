"""Shared by all tests: the oracles on the path, bounded properties without deadlines,
seeds that a failure shows.
"""

import os
import secrets
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# oracles: `reference`
sys.path[:0] = [str(Path(__file__).parent / name) for name in (".", "support")]

# as in the background of a script: tests that interrupt would wait for ever
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "suite",
    deadline=None,
    max_examples=40,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")


@pytest.fixture
def fresh_seed():
    """A new random seed, printed when the test fails; PYCONSLAW_TEST_SEED repeats a run."""
    seed = int(os.environ.get("PYCONSLAW_TEST_SEED", secrets.randbits(32)))
    print(f"\nPYCONSLAW_TEST_SEED={seed}")
    return seed
