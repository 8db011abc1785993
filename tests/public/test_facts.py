"""Facts in the reader's words, where some of the words are the importer's own."""

import pytest

from fragments.nouns import PartialDate, Source, Suppression
from widget_server.public.facts import line, origin
from widget_server.public.speaking import Speaker


@pytest.mark.parametrize(
    ("ui", "said"),
    [
        ("en", "public domain – the author died in 1809"),
        ("fr", "domaine public – mort de l’auteur en 1809"),
        ("fa", "مالکیت عمومی – درگذشت نویسنده در سال ۱۸۰۹"),
    ],
)
def test_the_usual_rights_are_said_in_the_readers_language(ui, said):
    source = Source(external_id="s", rights="public domain", rights_basis="author died 1809")

    assert origin(source, Speaker(ui)).rights == said


def test_other_rights_are_shown_as_they_were_written():
    source = Source(external_id="s", rights="CC BY 4.0", rights_basis="author died young")

    assert origin(source, Speaker("fr")).rights == "CC BY 4.0 – author died young"


@pytest.mark.parametrize(("ui", "who"), [("en", "وزارة الداخلية"), ("ar", "English courts")])
def test_a_name_in_another_direction_does_not_pull_the_year_along(ui, who):
    act = Suppression(country="GB", who=who, since=PartialDate(raw="1797", edtf="1797"))

    said = line(act, Speaker(ui))

    assert f"\u2068{who}\u2069 · " in said
