"""The documentation says what is there: links, commands, options, settings and modules exist, and none is left out."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from widget_server.cli import main
from widget_server.gathering.uploads import MOST_BYTES
from widget_server.settings import Settings

HOUSE = Path(__file__).parent.parent
PAGES = {
    str(path.relative_to(HOUSE)): path.read_text() for path in [HOUSE / "README.md", *(HOUSE / "docs").rglob("*.md")]
}
PLAN, OPERATORS = PAGES["docs/house.md"], PAGES["docs/operators.md"]
SETTINGS = {f"UNSILENCED_{field.name.upper()}" for field in fields(Settings)}
TOPS = ("fragments", "embed", "widget_server", "bench", "tests")
FILES = ("py", "js", "css", "typ", "jsonl")
# Named as a kind: one module a command, one a migration; an __init__ holds a docstring.
COVERED = ("widget_server/commands/", "fragments/store/migrations/versions/", "__init__.py")
MODULES = sorted(
    str(path.relative_to(HOUSE))
    for package in ("fragments", "embed", "widget_server")
    for path in (HOUSE / package).rglob("*.py")
)


def commands(command, name=()):
    """Each command and its options: `("keys", "rotate") -> {"--root", …}`."""
    found = {name: {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}}
    context = click.Context(command)
    below = command.list_commands(context) if isinstance(command, click.Group) else ()
    for each in below:
        found |= commands(command.get_command(context, each), (*name, each))
    return found


COMMANDS = commands(main)
TOP = {name[0] for name in COMMANDS if name}


def options_of(command):
    return {option for name, options in COMMANDS.items() if name[:1] == (command,) for option in options}


def anchors(text):
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(page):
    links = [link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]) if "://" not in link]
    targets = [((HOUSE / page).parent / path if path else HOUSE / page, heading) for path, _, heading in links]

    assert [str(path) for path, _ in targets if not path.exists()] == []
    assert [heading for path, heading in targets if heading and heading not in anchors(path.read_text())] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_that_is_named_exists(page):
    uses = re.findall(r"\bunsilenced (?![a-z ]* 1\b)([a-z]+)((?: [^\n`|#]*)?)", PAGES[page])
    meant = [(command, rest) for command, rest in uses if command != "unsilenced"]  # a database of the same name
    options = [(command, option) for command, rest in meant for option in re.findall(r" (--[a-z-]+)", rest)]

    assert [command for command, _ in meant if command not in TOP] == []
    assert [each for each in options if each[1] not in options_of(each[0])] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_is_named_exists(page):
    named = re.findall(r"UNSILENCED_[A-Z_]*[A-Z]", PAGES[page])

    assert {name for name in named if name.removesuffix("_FILE") not in SETTINGS} == set()


def test_operators_are_told_of_every_setting():
    assert {name for name in SETTINGS if not re.search(rf"{name}\b", OPERATORS)} == set()


def test_somebody_is_told_of_every_command():
    told = {name for text in PAGES.values() for name in re.findall(r"\bunsilenced ([a-z]+)", text)}

    assert TOP - told == set()


def test_every_file_that_the_plan_names_exists():
    named = re.findall(rf"`(?:[\w/]+/)?(\w+\.(?:{'|'.join(FILES)}))`", PLAN)
    there = {path.name for top in TOPS for path in (HOUSE / top).rglob("*.*")}

    assert set(named) - there == set()


def test_the_plan_names_every_module():
    modules = [name for name in MODULES if not any(each in name for each in COVERED)]

    assert [name for name in modules if not re.search(rf"\b{Path(name).stem}\b", PLAN)] == []


def test_the_lines_for_nginx_let_the_largest_file_through_that_an_editor_may_send():
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", OPERATORS)
    assert int(megabytes) << 20 > MOST_BYTES
