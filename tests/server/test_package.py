"""What `pip install` brings is all that stands in the packages: a forgotten template would only show elsewhere."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PACKAGES = ("fragments", "embed", "widget_server")
NOT_SHIPPED = (".pyc", ".md")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built offline from a copy of the packages, so that no build folder is left in the checkout."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            "cp",
            "-r",
            *(str(HOUSE / name) for name in (*PACKAGES, "pyproject.toml", "README.md", "LICENSE")),
            str(place),
        ],
        check=True,
    )
    built = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "--no-index", "-w"]
    subprocess.run([*built, str(place / "dist"), str(place)], check=True, capture_output=True)
    return zipfile.ZipFile(next((place / "dist").glob("unsilenced-*.whl")))


def test_every_file_of_the_packages_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    ours = {str(path.relative_to(HOUSE)) for name in PACKAGES for path in (HOUSE / name).rglob("*") if path.is_file()}
    assert {path for path in ours if not path.endswith(NOT_SHIPPED)} - set(wheel.namelist()) == set()


def test_nothing_but_the_packages_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_brings_the_command(wheel: zipfile.ZipFile) -> None:
    entries = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "unsilenced = widget_server.cli:main" in wheel.read(entries).decode()
