"""Two editors, both of whom must sign: a page shows the new edition once both have, and nothing new before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from embed import snippets
from embed.loader.released import current
from fragments.signing import Note, join_notes, read_notes
from tests.browser.origins import Answer, Origin
from tests.conftest import make_fragment
from tests.rotating.machines import Editors

CORS = {"Access-Control-Allow-Origin": "*"}


@pytest.fixture
def editors(tmp_path: Path) -> Editors:
    """A publisher that two editors sign for, each on a laptop of their own."""
    editors = Editors(tmp_path)
    editors.join(editors.second, threshold=2)
    editors.save("one")
    editors.on(editors.server, "publish")
    return editors


@contextmanager
def pasted(web, decks: dict[str, bytes], pinned: str) -> Iterator[str]:
    """A page with a snippet of this publisher, whose host answers with these decks; its address."""
    origin = Origin("editors.localhost")
    origin.answers[current().path] = Answer(current().body, "text/javascript; charset=utf-8", headers=CORS)
    origin.answers |= {path: Answer(body, headers=CORS) for path, body in decks.items()}
    told = replace(web.options, public_url=origin.url, pinned=pinned, origins=(origin.url,), edition=1)
    try:
        yield web.post(snippets.script_snippet(make_fragment("pasted"), told))
    finally:
        origin.kill()


def decks_of(editors: Editors) -> dict[str, bytes]:
    printing = editors.shown()
    return {path: found.body for path in printing.paths() if path.endswith(".cf") and (found := printing.get(path))}


def signed_by_one(body: bytes, which: int) -> bytes:
    """A deck file as it would be with the signatures of one of its two editors."""
    *roots, deck, now = read_notes(body.decode())
    kept = deck.lines.split("\n")[2 * which : 2 * which + 2]
    notes = [*roots, Note(deck.text, "\n".join(kept)), now]
    return join_notes(f"{note.text}\n{note.lines.strip()}\n" for note in notes).encode()


def test_a_page_shows_what_both_editors_have_signed(web, editors: Editors, reading) -> None:
    signed = editors.sign_by(editors.laptop, editors.second)
    editors.on(editors.server, "publish", "--signatures", *signed)
    with pasted(web, decks_of(editors), editors.pin) as page, reading() as reader:
        assert reader.visit(page).live() == make_fragment("one").text


@pytest.mark.parametrize("which", [0, 1], ids=["the first", "the second"])
def test_a_page_shows_nothing_that_one_of_two_editors_has_signed(web, editors: Editors, reading, which: int) -> None:
    signed = editors.sign_by(editors.laptop, editors.second)
    editors.on(editors.server, "publish", "--signatures", *signed)
    decks = {path: signed_by_one(body, which) for path, body in decks_of(editors).items()}
    with pasted(web, decks, editors.pin) as page, reading() as reader:
        reader.visit(page).settle(1.5)
        assert reader.untouched()
        assert reader.faults() == []


def test_a_page_goes_on_with_the_edition_before_until_both_have_signed(web, editors: Editors, reading) -> None:
    editors.on(editors.server, "publish", "--signatures", *editors.sign_by(editors.laptop, editors.second))
    editors.save("two")
    editors.on(editors.server, "publish")
    first, second = editors.sign_by(editors.laptop, editors.second)
    editors.on(editors.server, "publish", "--signatures", second, code=1)
    with pasted(web, decks_of(editors), editors.pin) as page:
        for seed in range(3):
            with reading(seed) as reader:
                assert reader.visit(page).live() == make_fragment("one").text
    editors.on(editors.server, "publish", "--signatures", first, second)
    shown = set()
    with pasted(web, decks_of(editors), editors.pin) as page:
        for seed in range(6):
            with reading(seed) as reader:
                shown.add(reader.visit(page).live())
    assert shown == {make_fragment("one").text, make_fragment("two").text}
