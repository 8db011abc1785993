"""What a blogger copies: well-formed, safe, in the page's language, and complete without anybody's server."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from embed.loader.released import current
from embed.snippets import Options, frame_snippet, quotation_snippet, reserved_height, script_snippet, text_of
from embed.strings import UI_LANGUAGES, say
from fragments.nouns import Fragment, Maker, PartialDate, Sensitivity, Source, Suppression, Translation

URL, MIRROR, OTHER = "https://fragments.example", "https://mirror.example", "https://other.example"
OPTIONS = Options(public_url=URL, pinned="k" * 43, edition=12, origins=(URL, MIRROR, OTHER))
SPELL = "\"'><script>alert(1)</script><!--&amp;\u2028\u202e]]>"
VOID = {"br"}


class Reading(HTMLParser):
    """Reads a snippet strictly: elements with their attributes, and a fault for each that is not closed in order."""

    def __init__(self, snippet: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.faults: list[str] = []
        self.open: list[str] = []
        self.feed(snippet)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.faults += [f"twice: {tag}"] * (len(dict(attributes)) != len(attributes))
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag):
        self.faults += [] if self.open and self.open.pop() == tag else [f"closed: {tag}"]

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def one(self, tag):
        (found,) = self.all(tag)
        return found

    @property
    def text(self):
        return "".join(self.texts)


def fragment(**changes) -> Fragment:
    source = Source(
        external_id="s",
        title="Alpha",
        author="A. Author",
        date=PartialDate(raw="1899", edtf="1899"),
        suppressions=(Suppression(country="GB", who="Office", since=PartialDate(raw="1900", edtf="1900")),),
    )
    english = Translation(lang="en", text="A word", maker=Maker.PROJECT)
    values = {"lang": "fa", "text": "یک واژه\nدو واژه", "translations": (english,), "gloss": "About words", **changes}
    return Fragment(id="0123456789", external_id="1", source=source, **values)


KINDS = pytest.mark.parametrize("make", [script_snippet, frame_snippet, quotation_snippet])


@KINDS
@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_a_snippet_is_well_formed_in_every_language_of_the_interface(make, ui):
    reading = Reading(make(fragment(), replace(OPTIONS, ui=ui)))
    assert reading.faults == []
    assert reading.elements[0][1]["lang"] == ui
    assert reading.elements[0][1]["dir"] == ("rtl" if ui in ("ar", "fa") else "ltr")


@KINDS
def test_what_looks_like_markup_stays_text(make):
    spelled = fragment(text=SPELL, gloss=SPELL, attribution=SPELL, content_warning=SPELL, translations=())
    reading = Reading(make(spelled, replace(OPTIONS, deck=SPELL, pinned=SPELL)))
    assert reading.faults == []
    assert {tag for tag, _ in reading.elements} <= {
        *("div", "p", "strong", "a", "details", "summary", "blockquote", "br", "script", "object", "span")
    }
    assert all(
        "alert" not in (attributes.get("src") or attributes.get("data") or "") for _, attributes in reading.elements
    )
    assert SPELL in reading.text


@KINDS
def test_the_text_stands_with_its_language_direction_and_address(make):
    reading = Reading(make(fragment(), OPTIONS))
    quotation = reading.one("blockquote")
    assert (quotation["lang"], quotation["dir"], quotation["cite"]) == ("fa", "rtl", f"{URL}/f/0123456789")
    assert "یک واژه" in reading.text
    assert "A word" in reading.text
    assert "یک واژه<br>دو واژه" in make(fragment(), OPTIONS)


def test_the_script_is_told_what_to_fetch_from_where_and_what_to_trust():
    box = Reading(script_snippet(fragment(), replace(OPTIONS, deck="lang-fa", theme="dark"))).all("div")[0]
    told = {name: value for name, value in box.items() if name.startswith("data-")}
    assert told == {
        "data-deck": "lang-fa",
        "data-key": "k" * 43,
        "data-edition": "12",
        "data-from": f"{URL} {MIRROR} {OTHER}",
        "data-theme": "dark",
    }


def test_the_same_script_comes_from_each_of_three_hosts_with_its_hash():
    scripts = Reading(script_snippet(fragment(), OPTIONS)).all("script")
    assert [script["src"] for script in scripts] == [f"{host}{current().path}" for host in (URL, MIRROR, OTHER)]
    assert all("async" in script for script in scripts)
    assert {script["integrity"] for script in scripts} == {current().integrity}
    assert {script["crossorigin"] for script in scripts} == {"anonymous"}


def test_without_mirrors_there_is_one_script_from_the_publisher():
    (script,) = Reading(script_snippet(fragment(), replace(OPTIONS, origins=()))).all("script")
    assert script["src"] == f"{URL}{current().path}"


def test_the_first_element_and_the_first_link_are_what_the_loader_keeps():
    reading = Reading(script_snippet(fragment(), OPTIONS))
    assert [tag for tag, _ in reading.elements[:4]] == ["div", "p", "strong", "a"]
    assert reading.all("a")[0]["href"] == f"{URL}/what"


def test_a_page_in_the_texts_language_gets_no_translation():
    assert "A word" not in script_snippet(fragment(), replace(OPTIONS, ui="fa"))


def test_a_page_in_a_language_without_translation_gets_the_gloss():
    assert "About words" in script_snippet(fragment(), replace(OPTIONS, ui="ru"))


def test_a_snippet_of_a_languages_deck_begins_with_that_language():
    quotation = Reading(script_snippet(fragment(), replace(OPTIONS, deck="lang-en"))).one("blockquote")
    assert quotation["lang"] == "en"


def test_a_translation_says_who_made_it():
    assert say("en", "made_for_this_project") in script_snippet(fragment(), replace(OPTIONS, deck="lang-en"))


@KINDS
def test_a_text_that_may_have_to_be_recalled_is_never_pasted(make):
    pasted = make(fragment(sensitivity=Sensitivity.NEEDS_FRESH), OPTIONS)
    assert "واژه" not in pasted
    assert "A word" not in pasted
    assert "About words" in pasted


@KINDS
def test_a_content_warning_stands_before_the_text_and_closes_it(make):
    pasted = make(fragment(content_warning="Harsh words"), OPTIONS)
    assert pasted.index("Harsh words") < pasted.index("<blockquote")
    assert "<summary>Harsh words</summary>" in pasted


@pytest.mark.parametrize(
    ("facets", "theme", "address"),
    [
        pytest.param(None, "auto", "/f/0123456789/frame?ui=en", id="one fragment"),
        pytest.param("", "auto", "/frame?ui=en", id="any fragment"),
        pytest.param("lang=fa&country=IR", "dark", "/frame?lang=fa&country=IR&ui=en&theme=dark", id="drawn"),
    ],
)
def test_a_frame_names_what_it_shows_and_how(facets, theme, address):
    frame = Reading(frame_snippet(fragment(), replace(OPTIONS, facets=facets, theme=theme))).one("object")
    assert frame["data"] == f"{URL}{address}"
    assert frame["title"] == say("en", "frame_title")
    assert frame["width"] == "100%"
    assert int(frame["height"]) >= 300
    looks = dict(rule.split(":") for rule in frame["style"].strip(";").split(";"))
    assert "color-scheme" not in looks  # it has the box's, from which browsers tell the frame light or dark
    assert looks["supported-color-schemes"] == "light"  # WebKit alone knows it: docs/decisions/0009


@pytest.mark.parametrize(
    ("facets", "leads_to"),
    [pytest.param(None, "/f/0123456789", id="one fragment"), pytest.param("lang=fa", "/what", id="drawn")],
)
def test_the_one_link_of_a_frame_is_not_covered_and_claims_no_other_text(facets, leads_to):
    reading = Reading(frame_snippet(fragment(), replace(OPTIONS, facets=facets)))
    (link,) = reading.all("a")
    assert link["href"] == f"{URL}{leads_to}"
    assert [tag for tag, _ in reading.elements][-3:] == ["object", "p", "a"]


def test_the_quotation_snippet_has_nothing_that_is_fetched():
    reading = Reading(quotation_snippet(fragment(), OPTIONS))
    assert {tag for tag, _ in reading.elements} == {"div", "p", "strong", "a", "blockquote", "br"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("a\nb", "a<br>b", id="line break"),
        pytest.param("a\u2028b\u2029", "a&#x2028;b&#x2029;", id="separators"),
        pytest.param("می\u200cخواهم", "می&#x200c;خواهم", id="joiner"),
        pytest.param("\u2067x\u2069", "&#x2067;x&#x2069;", id="isolates"),
        pytest.param("a\x00\x1bb", "ab", id="control characters"),
        pytest.param("<&>\"'", "&lt;&amp;&gt;&#34;&#39;", id="markup"),
    ],
)
def test_what_an_editor_would_eat_is_written_as_a_reference(text, html):
    assert text_of(text) == html


def test_a_narrow_box_reserves_more_lines():
    assert int(reserved_height(200)[:-2]) > int(reserved_height(320)[:-2]) > int(reserved_height(700)[:-2])
