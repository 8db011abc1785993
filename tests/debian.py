"""Programs from Debian that drills try, installed when they are missing."""

import os
import shutil
import subprocess


def need(program: str, package: str) -> str:
    """A program's path; installed from Debian when it is missing."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if not found:
        assert os.geteuid() == 0, f"install {package}, or run this drill as root on Debian"
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], check=True)
        found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    assert found, f"{package} has no {program}"
    return found
