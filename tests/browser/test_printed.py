"""A whole printed edition of the starter collection, served as plain files: every kind of embed works from it."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from embed import snippets
from embed.printing import Press, print_edition
from fragments.ids import id_of
from fragments.nouns import Edition
from fragments.record import from_record

STARTER = Path(__file__).parents[2] / "fragments" / "starter" / "starter.jsonl"


@pytest.fixture(scope="module")
def edition(press):
    """The starter collection as an edition, and its files."""
    records = [json.loads(line) for line in STARTER.read_text("utf-8").splitlines()]
    texts = [record for record in records if record["record"] == "fragment"]
    fragments = tuple(from_record({**record, "id": id_of(record["external_id"])}) for record in texts)
    edition = Edition(number=press.edition, dated=press.dated, fragments=fragments)
    place = Press(
        public_url="http://publisher.localhost",
        mirrors=(),
        keyring=press.keyring,
        now=press.dated + timedelta(minutes=1),
    )
    return fragments, list(print_edition(edition, place))


@pytest.fixture
def printed(web, edition, answer):
    """The web, with the edition on the publisher's host and on the mirror's; its fragments."""
    fragments, files = edition
    for file in files:
        said = answer(file.body, file.content_type, headers={"Access-Control-Allow-Origin": "*"})
        web.publisher.answers[file.path] = web.mirror.answers[file.path] = said
    return web, fragments


def test_a_page_shows_fragments_of_a_printed_edition(printed, reading):
    web, fragments = printed
    address = web.post(snippets.script_snippet(fragments[0], web.options))
    shown = Counter()
    for seed in range(6):
        with reading(seed=seed) as reader:
            shown[reader.visit(address).live()] += 1
            assert reader.faults() == []
    texts = {text for one in fragments for text in (one.text, *(each.text for each in one.translations))}
    assert set(shown) <= texts
    assert len(shown) > 1


def test_a_decks_language_comes_first_on_the_page(printed, reading):
    web, fragments = printed
    snippet = snippets.script_snippet(fragments[0], replace(web.options, deck="lang-fr", ui="fr"))
    with reading() as reader:
        reader.visit(web.post(snippet, lang="fr")).live()
        assert reader.shade("querySelector('blockquote').lang") == "fr"


def test_with_the_publisher_gone_the_mirror_shows_the_same_edition(printed, reading):
    web, fragments = printed
    options = replace(web.options, origins=(web.publisher.url, web.mirror.url))
    address = web.post(snippets.script_snippet(fragments[0], options))
    web.publisher.kill()
    with reading() as reader:
        assert reader.visit(address).live()
        assert len(web.mirror.paths("/e/")) == 1
        assert len(web.mirror.paths("/d/")) == 1


def test_a_printed_frame_shows_its_fragment(printed, reading):
    web, fragments = printed
    with reading() as reader:
        reader.visit(web.post(snippets.frame_snippet(fragments[0], web.options)))
        reader.page.frames[1].locator("blockquote").wait_for()
        assert len(web.publisher.asked) == 1
