"""The script snippet on a page of another origin: it shows what it should, to everyone, with equal chance."""

from collections import Counter
from dataclasses import replace

import pytest

from embed import snippets
from embed.loader.released import current
from fragments.nouns import Maker, PartialDate, Sensitivity, Source, Suppression, Translation, Visibility

CHI_SQUARE_1_IN_A_MILLION = 46.9  # of 10 degrees of freedom: a right loader fails once in a million runs


def test_a_page_of_another_origin_shows_a_fragment_of_the_deck(web, reading, fragments):
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options)))
        assert reader.live() in {one.text for one in fragments}
        assert reader.faults() == []
        assert reader.console == []


# Boxes by the hundred, and the script again for each hundred: browsers refuse thousands of requests at once.
DRAW = """async ([box, script]) => { const texts = [];
  for (let hundred = 0; hundred < 15; hundred++) {
    document.getElementById("after").innerHTML = box.repeat(100);
    const tag = document.createElement("script");
    tag.src = script;
    document.body.append(tag);
    const boxes = [...document.querySelectorAll("#after .unsilenced")];
    while (!boxes.every((one) => one.shadowRoot)) await new Promise((resolve) => setTimeout(resolve, 5));
    texts.push(...boxes.map((one) => one.shadowRoot.querySelector("blockquote").textContent));
  }
  return texts; }"""


def test_every_fragment_of_a_deck_appears_with_equal_chance(web, reading, a_text):
    # Eleven cannot be dealt evenly to 16 parts: a loader that ignores the shares (`n`) gives 154 instead of 47 at most.
    eleven = [a_text(f"number {n}") for n in range(11)]
    web.publish("topic-alpha", eleven)
    snippet = snippets.script_snippet(eleven[0], replace(web.options, deck="topic-alpha"))
    box = f"<div hidden>{snippet[: snippet.index('<script')]}</div>"
    with reading(seed=2006) as reader:
        reader.visit(web.post(""))
        shown = Counter(reader.page.evaluate(DRAW, [box, f"{web.publisher.url}{current().path}"]))
    expected = 1500 / 11
    assert shown.total() == 1500
    assert set(shown) == {one.text for one in eleven}
    assert sum((count - expected) ** 2 / expected for count in shown.values()) < CHI_SQUARE_1_IN_A_MILLION


def test_a_display_is_two_requests_and_asks_nobody_else(web, reading, fragments):
    asked = []
    with reading() as reader:
        reader.page.on("request", lambda request: asked.append(request.url))
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options)))
        reader.live()
        reader.settle()
    others = [url for url in asked if not url.startswith(web.blog.url)]
    assert len(others) == 2
    assert all(url.startswith(web.publisher.url) for url in others)
    assert len(web.publisher.asked) == 2
    assert not any("Cookie" in headers for _, headers in web.publisher.asked)


def test_the_text_stands_in_its_language_and_direction_with_a_translation_beside_it(web, reading, fragments):
    arabic = fragments[1]
    web.publish(f"f-{arabic.id}", [arabic])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], replace(web.options, deck=f"f-{arabic.id}"))))
        assert reader.live() == arabic.text
        assert reader.shade("querySelector('blockquote').lang") == "ar"
        assert reader.shade("querySelector('blockquote').dir") == "rtl"
        assert reader.shade("querySelector('p').textContent") == "A word in another language."
        assert reader.shade("querySelector('p').lang") == "en"
        assert reader.shade("querySelector('blockquote').getClientRects()[0].height") > 60  # two lines of verse
        assert reader.shade("querySelector('figcaption a').href") == f"{web.publisher.url}/f/{arabic.id}"
        assert reader.shade("querySelector('figcaption').innerText") == (
            "A. Author, Alpha (1899)\nUnited Kingdom: Office of Alpha, 1900"
        )


def test_where_there_is_no_translation_the_gloss_says_what_it_is_about(web, reading, fragments, a_text):
    web.publish("f-x", [a_text("x", lang="my", text="စာ", gloss="A letter")])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], replace(web.options, deck="f-x"))))
        assert reader.shade("querySelector('p').textContent") == "A letter"


def test_a_text_in_the_pages_language_stands_alone(web, reading, fragments):
    one = fragments[0]
    web.publish("f-x", [one])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(one, replace(web.options, deck="f-x"))))
        reader.live()
        assert reader.shade("querySelector('p')") is None


def test_the_label_and_its_link_stay_in_the_pages_language(web, reading, fragments):
    with reading() as reader:
        snippet = snippets.script_snippet(fragments[0], replace(web.options, ui="fr"))
        reader.visit(web.post(snippet, lang="fr"))
        assert reader.shade("querySelector('slot').assignedNodes()[0].innerText").startswith("On a voulu faire taire")
        assert reader.shade("querySelector('figcaption div').textContent").startswith("Royaume-Uni: ")
        links = reader.page.get_by_role("link").all_inner_texts()
        assert links[0].startswith("De quoi")


NAMELESS = {"source": Source(external_id="n", date=PartialDate(raw="1949", edtf="1949"))}
WITHHELD = {
    "source": Source(external_id="n", title="Листовка", author="A. Author", author_visibility=Visibility.WITHHELD)
}
SOVIET = {"source": Source(external_id="n", title="Alpha", suppressions=(Suppression(country="SU", who="Главлит"),))}
MACHINE = {
    "lang": "ru",
    "text": "",
    "translations": (Translation(lang="en", text="Words", maker=Maker.MACHINE),),
    "source": Source(external_id="n", title="Alpha", author="A. Author"),
}
HUMAN = {**MACHINE, "translations": (Translation(lang="en", text="Words", translator="T. Ranslator"),)}


@pytest.mark.parametrize(
    ("told", "ui", "said"),
    [
        pytest.param(NAMELESS, "en", "Author unknown (1949)", id="nobody-en"),
        pytest.param(NAMELESS, "ar", "صاحب النص مجهول (1949)", id="nobody-ar"),
        pytest.param(NAMELESS, "zh", "佚名（1949）", id="nobody-zh"),
        pytest.param(NAMELESS, "de", "Author unknown (1949)", id="nobody-in-a-language-we-do-not-speak"),
        pytest.param(WITHHELD, "fr", "Листовка · Nom de l’auteur non divulgué", id="withheld-fr"),
        pytest.param(MACHINE, "fa", "A. Author, Alpha · ترجمهٔ ماشینی", id="machine-fa"),
        pytest.param(MACHINE, "de", "A. Author, Alpha · machine translation", id="machine-de"),
        pytest.param(HUMAN, "zh", "A. Author, Alpha · 译者：T. Ranslator", id="translator-zh"),
        pytest.param(SOVIET, "es", "Alpha\nUnión Soviética: Главлит", id="former-state-es"),
        pytest.param(SOVIET, "de", "Alpha\nSoviet Union: Главлит", id="former-state-de"),
    ],
)
def test_the_words_of_the_caption_are_in_the_pages_language(web, reading, fragments, a_text, told, ui, said):
    web.publish("f-x", [a_text("x", **told)])
    pasted = snippets.script_snippet(fragments[0], replace(web.options, ui=ui, deck="f-x"))
    with reading() as reader:
        reader.visit(web.post(pasted.replace('class="unsilenced" lang="en"', f'class="unsilenced" lang="{ui}"')))
        assert reader.shade("querySelector('figcaption').innerText") == said


def test_an_author_nobody_knows_reads_from_the_right_on_an_arabic_page(web, reading, fragments, a_text):
    web.publish("f-x", [a_text("x", **NAMELESS)])
    with reading() as reader:
        snippet = snippets.script_snippet(fragments[0], replace(web.options, ui="ar", deck="f-x"))
        reader.visit(web.post(snippet, lang="ar", dir="rtl"))
        assert reader.shade("querySelector('figcaption a').matches(':dir(rtl)')")


def test_an_arabic_page_reads_from_the_right(web, reading, fragments):
    web.publish("f-x", [fragments[4]])
    with reading() as reader:
        snippet = snippets.script_snippet(fragments[1], replace(web.options, ui="ar", deck="f-x"))
        reader.visit(web.post(snippet, lang="ar", dir="rtl"))
        caption = reader.shade("querySelector('figcaption a').getBoundingClientRect().right")
        quotation = reader.shade("querySelector('blockquote').getBoundingClientRect().right")
        assert caption == pytest.approx(quotation, abs=2)
        assert reader.shade("querySelector('figcaption a').dir") == "auto"


def test_a_content_warning_hides_the_text_until_it_is_opened(web, reading, fragments, a_text):
    web.publish("f-x", [a_text("x", content_warning="Harsh words")])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], replace(web.options, deck="f-x"))))
        reader.live()
        assert not reader.page.get_by_text("Words of x.").is_visible()
        reader.page.get_by_text("Harsh words").click()
        assert reader.page.get_by_text("Words of x.").is_visible()


def test_markup_in_a_text_is_shown_as_text(web, reading, fragments, a_text):
    spell = "<img src=x onerror=faults.push(1)><script>faults.push(2)</script>"
    web.publish("f-x", [a_text("x", text=spell, attribution=spell, gloss=spell, content_warning=spell)])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], replace(web.options, deck="f-x"))))
        assert reader.live() == spell
        reader.settle(0.1)
        assert reader.faults() == []


def test_a_text_at_risk_is_shown_while_the_now_is_fresh(web, reading, fragments, a_text):
    web.publish("f-x", [a_text("x", sensitivity=Sensitivity.NEEDS_FRESH)])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], replace(web.options, deck="f-x"))))
        assert reader.live() == "Words of x."


def test_a_withdrawn_fragment_leaves_the_pasted_text(web, reading, fragments):
    web.publish("f-x", [fragments[0]], withdrawn=[fragments[0].id])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], replace(web.options, deck="f-x"))))
        reader.settle()
        assert web.publisher.paths("/d/") == ["/d/f-x/0.cf"]
        assert reader.untouched()
        assert reader.faults() == []


def test_two_snippets_on_a_page_each_show_their_deck(web, reading, fragments):
    web.publish("f-x", [fragments[3]])
    web.publish("f-y", [fragments[4]])
    pasted = "".join(snippets.script_snippet(fragments[0], replace(web.options, deck=deck)) for deck in ("f-x", "f-y"))
    with reading() as reader:
        reader.visit(web.post(pasted))
        assert (reader.live(0), reader.live(1)) == (fragments[3].text, fragments[4].text)
        assert web.publisher.paths("/e/") == [current().path]


@pytest.mark.parametrize("hosts", ["one", "two"])
def test_a_tag_pasted_twice_shows_one_fragment_and_asks_once(web, reading, fragments, hosts):
    mirrors = {"one": (), "two": (web.mirror.url,)}[hosts]
    options = replace(web.options, origins=(web.publisher.url, *mirrors))
    snippet = snippets.script_snippet(fragments[0], options)
    with reading() as reader:
        reader.visit(web.post(snippet + snippet[snippet.index("<script") :]))
        reader.live()
        reader.settle()
        assert len(web.publisher.paths("/d/") + web.mirror.paths("/d/")) == 1
        assert reader.shade("querySelectorAll('blockquote').length") == 1


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"encoding": "windows-1251", "lang": "ru"}, id="windows-1251"),
        pytest.param({"encoding": "gb18030", "lang": "zh"}, id="gb18030"),
        pytest.param({"doctype": ""}, id="quirks-mode"),
        pytest.param({"headers": {"Referrer-Policy": "no-referrer"}}, id="no-referrer"),
    ],
)
def test_an_unusual_page_shows_the_text_unharmed(web, reading, fragments, changes):
    chinese = fragments[2]
    web.publish("f-x", [chinese])
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(chinese, replace(web.options, deck="f-x")), **changes))
        pasted = reader.page.evaluate("() => document.querySelector('.unsilenced blockquote').innerHTML")
        assert pasted.replace("<br>", "\n") == chinese.text
        assert reader.live() == chinese.text
        assert reader.faults() == []
