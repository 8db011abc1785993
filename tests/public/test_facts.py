"""Rights in the reader's words, where the words are the importer's own."""

import pytest

from fragments.nouns import Source
from widget_server.public.facts import origin
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
