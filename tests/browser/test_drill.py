"""The censor drill on real networks, with fewer pages than docs/censor.md tells of: python -m bench.censor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.censor.attacks import ATTACKS, Layer
from bench.censor.namespaces import NAMED, PREFIX
from bench.censor.wall import DONE_BY_NETWORKS
from tests.conftest import CHROMIUM

TOP = Path(__file__).parents[2]


def test_every_attack_on_networks_is_one_that_the_drill_does():
    networks = {name for name, attack in ATTACKS.items() if attack.layer is Layer.NETWORK}
    assert networks == DONE_BY_NETWORKS


@pytest.mark.drill
def test_no_reader_sees_what_the_table_of_attacks_does_not_allow():
    assert os.geteuid() == 0, "the censor drill makes network namespaces: run bin/test --all as root"
    words = [sys.executable, "-m", "bench.censor", "--loads", "3", "--controls", "2"]
    environ = {**os.environ, "TEST_BROWSER": CHROMIUM}
    # A process of its own: Playwright allows one a process, and this one may have it already.
    said = subprocess.run(words, cwd=TOP, env=environ, capture_output=True, text=True, timeout=1_500, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert list(NAMED.glob(f"{PREFIX}-*")) == []
