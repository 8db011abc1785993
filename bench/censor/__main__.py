"""Runs the censor drill: python -m bench.censor [--loads 12] [--controls 6] [--only ATTACK ...] [--write]

Needs root (it makes network namespaces, and removes them), and Debian's chromium, iproute2, nftables, iptables and
libnss3-tools, which it installs when they are missing. `--write` puts the tables into docs/censor.md. Exit codes: 0
every reader saw what was allowed, 1 not, 2 it cannot run here.
"""

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from bench.censor.attacks import ATTACKS
from bench.censor.drill import install, stage
from bench.censor.namespaces import PREFIX
from bench.censor.report import HEAD, faults, row, tables, write

NEEDED = {"ip": "iproute2", "nft": "nftables", "iptables": "iptables", "certutil": "libnss3-tools"}
CANNOT_RUN = 2


def main() -> int:
    """Drills, prints, and says whether all went as it must."""
    wish = _wishes()
    chromium = _prepared()
    signal.signal(signal.SIGTERM, _leave)  # so that what was made is removed
    results, wrong = [], []
    with TemporaryDirectory(prefix=f"{PREFIX}-{os.getpid()}-") as folder, stage(Path(folder), chromium) as built:
        version = built.browser.version
        print(f"w = with one of three origins left, n = with none left\n\n| {HEAD.splitlines()[0]}", flush=True)
        for name in wish.only or ATTACKS:
            for result in built.drill(ATTACKS[name], wish.loads, wish.controls):
                results.append(result)
                wrong += faults(result)
                print(f"{'n' if result.every else 'w'} {row(result)}", end="", flush=True)
    text = tables(results, version)
    print("\n" + text.splitlines()[0])
    print("\n".join(wrong) or "Every reader saw what was allowed, and every attack was met.")
    if wish.write and not wrong:
        write(text)
    return int(bool(wrong))


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.censor", description=__doc__.splitlines()[0])
    parser.add_argument("--loads", type=int, default=12, help="pages an attack with one origin left")
    parser.add_argument("--controls", type=int, default=6, help="pages an attack with none left")
    parser.add_argument("--only", nargs="+", choices=ATTACKS, metavar="ATTACK", help="these attacks alone")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/censor.md")
    return parser.parse_args()


def _prepared() -> str:
    """The browser, with all tools there; ends with a sentence where the drill cannot run."""
    if os.geteuid() != 0:
        _cannot("The censor drill makes network namespaces: run it as root.")
    missing = [package for tool, package in NEEDED.items() if not shutil.which(tool)]
    browser = os.environ.get("TEST_BROWSER") or shutil.which("chromium")
    if missing or not browser:
        if not shutil.which("apt-get"):
            _cannot(f"Missing here: {', '.join(missing) or 'chromium'}; on Debian the drill installs what it needs.")
        install([*missing, *([] if browser else ["chromium"])])
    return browser or "/usr/bin/chromium"


def _cannot(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    sys.exit(CANNOT_RUN)


def _leave(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
