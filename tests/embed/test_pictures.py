"""Pictures of fragments: readable in every script, never boxes, never what must not leave, and no markup."""

import io
import re
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from embed.pictures.faces import PACKAGES, Faces, _packaged
from embed.pictures.lines import broken, width
from embed.pictures.look import CARD, COLOURS, NARROWEST, WIDEST, Look
from embed.pictures.png import Painter, sheet
from embed.pictures.said import said, undrawn
from embed.pictures.svg import svg
from fragments.nouns import Form, Fragment, Sensitivity, Source, Suppression, Translation

SVG = "{http://www.w3.org/2000/svg}"
HOST = "fragments.example"
SOURCE = Source(external_id="s", title="Alpha", suppressions=(Suppression(country="VN", who="Office"),))
SCRIPTS = {
    "Arabic": ("ar", "كلمة حق عند سلطان جائر وأفضل الجهاد كلمة عدل"),
    "Persian": ("fa", "می‌خواهم آزادی را برای همه، نه فقط برای خودم"),
    "Hindi": ("hi", "मैं अपनी कविता में सच्चाई लिखता हूँ"),
    "Burmese": ("my", "လူတိုင်းသည် တူညီလွတ်လပ်သော ဂုဏ်သိက္ခာ"),
    "Thai": ("th", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน"),
    "Khmer": ("km", "មនុស្សទាំងអស់កើតមកមានសេរីភាព"),
    "Bengali": ("bn", "সমস্ত মানুষ স্বাধীনভাবে"),
    "Chinese": ("zh-Hans", "人人生而自由,在尊严和权利上一律平等。"),
    "Japanese": ("ja", "すべての人間は、生れながらにして自由であり"),
    "Hebrew": ("he", "כל בני האדם נולדו בני חורין"),
    "Russian": ("ru", "Все люди рождаются свободными"),
    "Vietnamese": ("vi", "Tất cả mọi người sinh ra đều được tự do"),
}
NO_FONT_HAS = "\U00016d40\U0001e5d0"  # Kirat Rai and Ol Onal, of Unicode 15.1 and 16


def fragment(text="A text.", lang="en", **fields) -> Fragment:
    return Fragment(
        id="0123456789", external_id="1", source=SOURCE, lang=lang, text=text, **{"gloss": "What it is about", **fields}
    )


@pytest.fixture(scope="module")
def painter() -> Painter:
    return Painter.with_faces(Faces.found())


@pytest.fixture(scope="module")
def packaged() -> Faces:
    return Faces(_packaged())


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body)).convert("RGB")


def ink_in(image: Image.Image) -> int:
    """How many pixels are darker than half."""
    return sum(image.convert("L").histogram()[:128])


@pytest.mark.parametrize(("lang", "text"), SCRIPTS.values(), ids=SCRIPTS)
def test_the_fonts_that_come_with_the_project_have_every_letter(packaged, lang, text):
    assert len(packaged.directories) == len(PACKAGES)
    assert packaged.undrawable(text) == frozenset()


@pytest.mark.parametrize(("lang", "text"), SCRIPTS.values(), ids=SCRIPTS)
def test_another_text_is_another_picture(painter, lang, text):
    whole = painter.png(fragment(text, lang, gloss=None), "en", HOST, Look(320))
    shorter = painter.png(fragment(text[:-4], lang, gloss=None), "en", HOST, Look(320))
    assert ink_in(opened(whole)) > 1000
    assert whole != shorter


@pytest.mark.parametrize("wide", [NARROWEST, 600, WIDEST])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_has_the_size_and_the_paper_asked_for(painter, wide, theme):
    look = Look(wide, theme)
    image = opened(painter.png(fragment(), "en", HOST, look))
    assert image.size == (wide, look.height)
    assert "#{:02x}{:02x}{:02x}".format(*image.getpixel((wide // 2, look.height - 3))) == COLOURS[theme]["paper"]


def test_a_card_is_what_previews_want(painter):
    assert opened(painter.png(fragment(), "en", HOST, CARD)).size == (1200, 630)


@pytest.mark.parametrize("length", [1, 40, 300, 3000])
@pytest.mark.parametrize("wide", [NARROWEST, WIDEST])
def test_a_text_of_any_length_leaves_a_margin(painter, wide, length):
    text = "words and " * length
    image = opened(painter.png(fragment(text), "en", HOST, Look(wide)))
    right = image.crop((wide - 12, 20, wide - 3, image.height - 3))
    assert ink_in(right) == 0
    assert ink_in(image) > 1000


def test_lines_of_letters_that_fill_their_height_stand_apart(painter):
    drawn = opened(painter.png(fragment(attribution="中中中中"), "zh", "example.org", Look(600, "light")))
    foot = drawn.crop((20, drawn.height - 90, 200, drawn.height))
    rows = "".join("x" if ink_in(foot.crop((0, y, foot.width, y + 1))) else " " for y in range(foot.height))
    gaps = re.findall("(?<=x) +(?=x)", rows)  # of 21 pixels from line to line; there were 1 and 2
    assert len(gaps) == 2
    assert min(map(len, gaps)) >= 4


def test_a_text_without_a_font_is_replaced_by_a_translation_and_never_drawn_as_boxes(painter):
    strange = fragment(NO_FONT_HAS, "krd", translations=(Translation(lang="fr", text="Une phrase"),))
    it = said(strange, "en", HOST, painter.faces.can_draw)
    assert it.main.text == "Une phrase"
    assert undrawn(strange, painter.faces.can_draw) != ""


def test_a_text_without_a_font_or_translation_is_replaced_by_its_gloss(painter):
    assert said(fragment(NO_FONT_HAS), "en", HOST, painter.faces.can_draw).main.text == "What it is about"


def test_a_line_that_cannot_be_drawn_is_left_out(painter):
    it = said(fragment(attribution=f"Someone {NO_FONT_HAS}"), "en", HOST, painter.faces.can_draw)
    assert it.lines == ("Suppressed by Office in Vietnam",)


def test_without_any_font_nothing_is_drawn_as_boxes(tmp_path: Path):
    assert Faces([tmp_path]).undrawable("ab c") == {"a", "b", "c"}


@pytest.mark.parametrize(
    "careful",
    [{"sensitivity": Sensitivity.NEEDS_FRESH}, {"content_warning": "violence"}],
    ids=["needs a fresh statement", "content warning"],
)
def test_what_cannot_be_recalled_or_opened_is_not_in_a_picture(careful):
    picture = svg(fragment("The text.", **careful), "en", HOST, Look()).decode()
    assert "The text." not in picture
    assert "What it is about" in picture


def test_readers_of_another_language_get_a_translation_beside():
    arabic = fragment("كلمة", "ar", translations=(Translation(lang="en", text="A word"),))
    assert [said(arabic, ui, HOST).beside and said(arabic, ui, HOST).beside.text for ui in ("en", "ar")] == [
        "A word",
        None,
    ]


def test_a_word_wider_than_the_picture_is_broken():
    given = sheet(said(fragment("a" * 40), "en", HOST), Look())["cuts"][0]["main"]["lines"]
    assert given == ["a" * 16 + "\u200b" + "a" * 16 + "\u200b" + "a" * 8]


@pytest.mark.parametrize("ui", ["en", "ar", "zh"])
def test_an_svg_holds_real_text_with_its_language_and_direction(ui):
    root = etree.fromstring(svg(fragment("كلمة حق", "ar"), ui, HOST, Look()))
    (block,) = (each for each in root.iter(f"{SVG}g") if each.get("class") == "main")
    assert [line.text for line in block] == ["كلمة حق"]
    assert block.get("direction") == "rtl"
    assert block.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"


def test_each_line_of_an_svg_is_a_text_of_its_own():
    """WebKit orders the letters of everything in one <text> as one line, across the lines of a verse."""
    root = etree.fromstring(svg(fragment("كلمة أولى\nكلمة ثانية", "ar", form=Form.VERSE), "en", HOST, Look()))
    (block,) = (each for each in root.iter(f"{SVG}g") if each.get("class") == "main")
    assert [(line.tag, line.text) for line in block] == [(f"{SVG}text", "كلمة أولى"), (f"{SVG}text", "كلمة ثانية")]


TOLD_APART = [
    pytest.param("ar", "\u2066A, B\u2069 كلمة", "\u200f\u202aA, B\u202c\u200f كلمة", id="left to right in Arabic"),
    pytest.param("en", "\u2067كلمة\u2069 (1)", "\u200e\u202bكلمة\u202c\u200e (1)", id="right to left in English"),
    pytest.param("ar", "\u2068(1) A\u2069", "\u200f\u202a(1) A\u202c\u200f", id="whatever comes first, Latin"),
    pytest.param("en", "\u20681 كلمة\u2069", "\u200e\u202b1 كلمة\u202c\u200e", id="whatever comes first, Arabic"),
]


@pytest.mark.parametrize(("ui", "line", "drawn"), TOLD_APART)
def test_what_runs_the_other_way_is_embedded_between_marks_which_webkit_knows(ui, line, drawn):
    root = etree.fromstring(svg(fragment(attribution=line), ui, HOST, Look()))
    assert f"— {drawn}" in [each.text for each in root.iter(f"{SVG}text")]


def test_an_svg_reaches_for_nothing_and_runs_nothing():
    spell = "]]></text><script>alert(1)</script><image href='https://evil.example/'/> url(https://evil.example)"
    body = svg(fragment(spell, attribution=spell, gloss=spell), "en", HOST, Look()).decode()
    root = etree.fromstring(body.encode())
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == {"svg", "title", "style", "rect", "g", "text"}
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on") or "href" in name]
    assert "url(" not in root.find(f"{SVG}style").text


def test_an_svg_follows_light_and_dark_unless_told():
    themes = {theme: svg(fragment(), "en", HOST, Look(600, theme)).decode() for theme in ("auto", "light", "dark")}
    assert [re.findall("prefers-color-scheme", body) for body in themes.values()] == [["prefers-color-scheme"], [], []]
    assert COLOURS["dark"]["paper"] in themes["dark"]
    assert COLOURS["light"]["paper"] not in themes["dark"]


@pytest.mark.parametrize(("lang", "text"), SCRIPTS.values(), ids=SCRIPTS)
def test_lines_of_an_svg_are_narrow_enough_and_lose_nothing(lang, text):
    lines = broken(text, 8, lang)
    assert len(lines) > 1
    assert max(map(width, lines)) <= 8
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_thai_is_broken_between_words():
    assert broken("มนุษย์ทั้งหลายเกิดมา", 4, "th") == ["มนุษย์ทั้ง", "หลายเกิด", "มา"]


@pytest.mark.parametrize("lang", ["en", "my"])
def test_a_text_that_stands_alone_is_offered_in_shorter_cuts_too(lang):
    """One of which fits: a picture that has only the whole text cuts it through the middle of a line."""
    words = sheet(said(fragment("လူတိုင်း " * 45, lang="my", gloss=None), lang, HOST), Look(NARROWEST))
    lengths = [len(cut["main"]["lines"][0]) for cut in words["cuts"]]
    assert lengths == sorted(set(lengths), reverse=True)
    assert len(lengths) > 5
    assert words["cuts"][-1]["main"]["lines"][0].endswith("…")


def test_a_short_text_is_offered_once():
    assert len(sheet(said(fragment("A text.", gloss=None), "en", HOST), Look())["cuts"]) == 1
