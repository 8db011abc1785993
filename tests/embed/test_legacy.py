"""The interfaces of 2006: the shape that a client of then walks, and a script that is only text."""

import json
import re
from dataclasses import replace
from xml.dom.minidom import parseString

import pytest

from embed.legacy import rss, script, xml
from embed.strings import UI_LANGUAGES, say
from fragments.nouns import Fragment, Sensitivity, Source, Suppression, Translation

URL = "https://fragments.example"
SOURCE = Source(
    external_id="s",
    title="Alpha",
    url="https://site.example/page",
    suppressions=(Suppression(country="CN", company="Carrier"), Suppression(country="VN")),
)
FRAGMENT = Fragment(id="0123456789", external_id="1", source=SOURCE, lang="vi", text="Một & <hai>", gloss="About words")
CAREFUL = replace(FRAGMENT, sensitivity=Sensitivity.NEEDS_FRESH)


def walked(body: bytes):
    """The fragment as the client of 2006 finds it."""
    document = parseString(body)  # noqa: S318 - our own
    wrapper = document.firstChild.firstChild.nextSibling
    return wrapper.firstChild.nextSibling


def data_of(body: bytes) -> dict:
    (line,) = re.findall(r"var data = (.*);\n", body.decode())
    return json.loads(line)


@pytest.mark.parametrize("several", [1, 3])
def test_a_client_finds_the_fragment_by_child_and_sibling(several):
    found = walked(xml([FRAGMENT] * several, "fr", URL))
    (text,) = found.getElementsByTagName("fragmentText")
    assert (found.getAttribute("id"), found.getAttribute("href")) == ("0123456789", f"{URL}/f/0123456789")
    assert [each.data for each in text.childNodes] == ["Một & <hai>"]


def test_no_fragment_at_all_still_has_the_shape():
    found = walked(xml([], "es", URL))
    assert found.getAttribute("id") == ""
    assert found.getElementsByTagName("fragmentText")[0].firstChild.data == say("es", "nothing_to_show")


def test_nothing_stands_before_the_root():
    assert xml([FRAGMENT], "en", URL).startswith(b"<irrepressible>")


def test_the_description_is_in_the_language_asked_for():
    site = walked(xml([FRAGMENT], "fr", URL)).getElementsByTagName("site")[0]
    said = [(each.tagName, each.firstChild.data) for each in site.childNodes if each.nodeType == each.ELEMENT_NODE]
    assert said == [
        ("domain", "site.example"),
        ("description", "Alpha About words"),
        ("country", "Chine"),
        ("organisation", "Carrier"),
        ("country", "Viêt Nam"),
    ]


def test_rss_is_read_by_a_feed_reader():
    import feedparser

    feed = feedparser.parse(rss([FRAGMENT], "ar", URL))
    assert (feed.bozo, feed.version, feed.feed.language) == (False, "rss20", "ar")
    assert feed.entries[0].summary == "<p>Một &amp; &lt;hai&gt;</p><p>Alpha</p>"
    assert feed.entries[0].link == f"{URL}/f/0123456789"


@pytest.mark.parametrize("printed", [xml, rss])
def test_a_text_that_needs_a_fresh_statement_is_replaced_by_its_gloss(printed):
    body = printed([CAREFUL], "en", URL).decode()
    assert "Một" not in body
    assert "About words" in body


def test_the_script_can_say_its_label_in_every_language():
    said = data_of(script(FRAGMENT, 180, URL))["said"]
    assert {ui: it["label"] for ui, it in said.items()} == {ui: say(ui, "label") for ui in UI_LANGUAGES}


def test_the_script_carries_the_text_and_a_translation():
    translated = replace(FRAGMENT, translations=(Translation(lang="fr", text="Un"),))
    texts = data_of(script(translated, 180, URL))["said"]["fr"]["texts"]
    assert texts == [
        {"lang": "vi", "dir": "ltr", "text": "Một & <hai>"},
        {"lang": "fr", "dir": "ltr", "text": "Un"},
    ]


def test_a_narrow_box_carries_a_shorter_text():
    long = replace(FRAGMENT, text="word " * 300)
    lengths = [len(data_of(script(long, width, URL))["said"]["en"]["texts"][0]["text"]) for width in (120, 300, 1000)]
    assert lengths == sorted(lengths)
    assert lengths[0] <= 184
    assert lengths[-1] <= 600


def test_a_script_is_ascii_and_cannot_end_early():
    spell = "</script><script>alert(1)</script>\u2028<!--"
    body = script(replace(FRAGMENT, text=spell, gloss=spell), 180, URL)
    assert body.isascii()
    assert data_of(body)["said"]["vi"]["texts"][0]["text"] == spell
    assert b"</script" not in body
    assert b"document.write" not in body
    assert b"innerHTML" not in body


def test_a_text_that_needs_a_fresh_statement_is_not_in_a_script():
    assert "M\\u1ed9t" not in script(CAREFUL, 180, URL).decode()
