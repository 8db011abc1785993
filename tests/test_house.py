"""The plan of the house stays true: who may import whom, what files may be called, what stands at the top."""

import ast
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
PACKAGES = ("fragments", "embed", "widget_server")  # downhill: a package imports those before it
MODULES = sorted(path for package in PACKAGES for path in (HOUSE / package).rglob("*.py"))
NAMES = [str(path.relative_to(HOUSE)) for path in MODULES]
SWELLING_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "misc"}
TOP = {
    *("fragments", "embed", "widget_server", "tests", "bench", "docs", "bin", ".ci"),
    *("README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", ".gitignore"),
    *("requirements.txt", "requirements-test.txt", "requirements-build.txt"),  # pinned and hashed
}
NO_SQL_ROOMS = [name for name in NAMES if not name.startswith("fragments/store/")]


def imports_of(path):
    """The full names of what a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say the whole name"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def is_inside(module, package):
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("name", NAMES)
def test_imports_run_downhill(name):
    package = name.split("/")[0]
    uphill = PACKAGES[PACKAGES.index(package) + 1 :]

    assert [module for module in imports_of(HOUSE / name) for other in uphill if is_inside(module, other)] == []


@pytest.mark.parametrize(
    ("side", "other"), [("public", "desk"), ("desk", "public")], ids=["public-desk", "desk-public"]
)
def test_the_public_app_and_the_desk_do_not_import_each_other(side, other):
    modules = (HOUSE / "widget_server" / side).rglob("*.py")

    found = {module for path in modules for module in imports_of(path) if is_inside(module, f"widget_server.{other}")}

    assert found == set()


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("__init__.py")])
def test_an_init_file_holds_a_docstring_only(name):
    body = ast.parse((HOUSE / name).read_text()).body

    assert len(body) == 1
    assert ast.get_docstring(ast.Module(body, []))


@pytest.mark.parametrize("name", NAMES)
def test_a_module_says_what_it_is(name):
    assert ast.get_docstring(ast.parse((HOUSE / name).read_text()))


def test_no_module_has_a_name_that_swells():
    assert [name for name in NAMES if SWELLING_NAMES & {part.removesuffix(".py") for part in name.split("/")}] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_module_is_short_enough_to_read(name):
    assert len((HOUSE / name).read_text().splitlines()) <= 300


@pytest.mark.parametrize("name", NO_SQL_ROOMS)
def test_sql_stays_in_the_store(name):
    databases = ("sqlalchemy", "alembic", "psycopg", "sqlite3")

    assert [module for module in imports_of(HOUSE / name) for each in databases if is_inside(module, each)] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("fragments/", "embed/"))])
def test_only_the_server_knows_of_http(name):
    web = ("flask", "werkzeug", "granian", "http.server")

    assert [module for module in imports_of(HOUSE / name) for each in web if is_inside(module, each)] == []


@pytest.mark.parametrize("name", ["fragments/nouns.py", "fragments/errors.py", "fragments/notes.py"])
def test_words_and_errors_import_nothing_of_ours(name):
    assert [module for module in imports_of(HOUSE / name) for own in PACKAGES if is_inside(module, own)] == []


def test_nothing_unknown_stands_at_the_top():
    listed = subprocess.run(["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=False).stdout
    kept = {line.split("/")[0] for line in listed.splitlines()} or TOP  # a source archive has no git

    assert kept <= TOP


def test_no_init_file_stands_under_tests():
    assert [str(path) for path in (HOUSE / "tests").rglob("__init__.py")] == []
