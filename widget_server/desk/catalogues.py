"""The translators' catalogues of the desk: collected from its views and templates, and compiled for its pages.

`python -m widget_server.desk.catalogues` brings translations/<language>/LC_MESSAGES/desk.po up to date with every
sentence of the desk and writes desk.mo beside each. Rules: a new sentence comes in empty, one that is gone goes; no
guesses are made from similar sentences; the same sentences give the same bytes. The compiled files are kept with the
sources, so that neither pip nor a fresh clone has to compile anything, and a test says when they are behind.

It translates nothing, and nothing at run time uses it.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from widget_server.desk.speaking import DOMAIN, LANGUAGES

DESK = Path(__file__).parent
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")  # English sentences are the keys
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"silent": "false", "newstyle_gettext": "true"}}  # a broken template is no empty one
_DATED = datetime(2026, 11, 24, tzinfo=UTC)  # fixed, so that files change only with their sentences


def collected() -> Catalog:
    """Every sentence of the desk, none translated."""
    template = Catalog(domain=DOMAIN, project="Unsilenced", creation_date=_DATED, fuzzy=False)
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    for file, _line, message, comments, context in extract_from_dir(
        DESK, _METHODS, _OPTIONS, keywords, comment_tags=("Translators:",)
    ):
        template.add(message, locations=[(file, 1)], auto_comments=comments, context=context)
    return template


def written(language: str) -> Catalog:
    """The catalogue of a language as it stands in its file; empty where there is none."""
    path = place(language)
    if not path.is_file():
        return Catalog(locale=language, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def place(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return DESK / "translations" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def compiled(catalogue: Catalog) -> bytes:
    """What gettext reads."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def renew(language: str, template: Catalog) -> int:
    """Bring one language up to date; returns how many sentences are not translated yet."""
    catalogue, path = written(language), place(language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# The desk of Unsilenced in {LANGUAGES[language]}."
    catalogue.fuzzy, catalogue.project, catalogue.version = False, "Unsilenced", "desk"
    catalogue.msgid_bugs_address = catalogue.language_team = catalogue.last_translator = "Unsilenced"
    catalogue.creation_date = catalogue.revision_date = _DATED
    out = BytesIO()
    write_po(out, catalogue, width=120, no_location=True, sort_output=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())
    path.with_suffix(".mo").write_bytes(compiled(written(language)))
    return len(untranslated(catalogue))


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences without words, or without one of their plural forms."""
    return [_first(each.id) for each in catalogue if each.id and not _is_whole(each.string)]


def _is_whole(words: object) -> bool:
    return all(words) if isinstance(words, (tuple, list)) else bool(words)


def _first(sentence: object) -> str:
    return str(sentence[0]) if isinstance(sentence, (tuple, list)) else str(sentence)


@click.command()
def main() -> None:
    """Bring the desk's catalogues up to date with its sentences."""
    template = collected()
    for language in TRANSLATED:
        click.echo(f"{language}: {renew(language, template)} of {len(template)} sentences are not translated yet")


if __name__ == "__main__":
    main()
