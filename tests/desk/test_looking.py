"""What an editor is told while writing, with and without JavaScript."""

import threading

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from fragments.nouns import Translation
from widget_server.desk.looking import is_paired

LONG = "The river keeps every stone that the children throw into its slow brown water. "
TOLD = {
    "no gloss": ({"gloss": ""}, "No gloss."),
    "no citation": ({"e_url": "", "e_accessed": ""}, "has no evidence"),
    "too long for the badge": ({"text": LONG * 2}, "140 characters a badge"),
    "too long for a widget": ({"text": LONG * 9}, "600 characters a widget"),
    "unpaired direction controls": ({"text": "Alpha \u202e text"}, "are not in pairs"),
    "unpaired in a translation": ({"t0_lang": "fr", "t0_text": "Un \u2067 texte"}, "are not in pairs"),
    "a private person": ({"text": "My neighbour Nora Sample saw it."}, "private person? <bdi>Nora Sample"),
    "another language": ({"text": "Mọi người đều có quyền tự do ngôn luận"}, "The text looks like Vietnamese"),
    "another script": ({"lang": "ar"}, "Is the language right?"),
}


@pytest.mark.parametrize(("fields", "words"), TOLD.values(), ids=TOLD)
def test_the_preview_tells_what_is_to_be_looked_at(sign_in, a_form, fields, words):
    ana = sign_in("ana")

    assert words in ana.post("/preview", data={**a_form, **fields}).text
    assert words not in ana.post("/preview", data=a_form).text


def test_a_form_that_is_not_finished_has_a_preview_all_the_same(sign_in):
    page = sign_in("ana").post("/preview", data={"form_token": "f", "text": LONG}).text

    assert page.count("<iframe") == 4
    assert "The river keeps" in page


def test_the_authors_own_name_is_no_question(sign_in, a_form):
    page = sign_in("ana").post("/preview", data={**a_form, "text": "I, Nora Sample.", "s_author": "Nora Sample"}).text

    assert "private person" not in page


def test_a_near_duplicate_is_shown_before_a_new_text_is_saved(desk, sign_in, a_form):
    ana = sign_in("ana")
    ana.post("/write/0123456789abcdef", data={**a_form, "text": LONG})
    twin = {**a_form, "text": LONG.replace("brown", "green")}

    warned = ana.post("/write/fedcba9876543210", data=twin)
    id_ = next(iter(desk.extensions["archive"].fragments())).id

    assert warned.status_code == 409
    assert f'name="seen" value="{id_} "' in warned.text
    assert desk.extensions["archive"].count() == 1
    assert ana.post("/write/fedcba9876543210", data={**twin, "seen": id_}).status_code == 302


def test_a_remark_on_a_translation_is_kept_and_can_be_changed(desk, sign_in, a_form):
    ana = sign_in("ana")
    told = {**a_form, "t0_lang": "fr", "t0_text": "Un texte", "t0_note": "A pun is lost"}
    id_ = ana.post("/write/0123456789abcdef", data=told).headers["Location"].rsplit("/", 1)[1]

    (kept,) = desk.extensions["archive"].fragment(id_).fragment.translations
    assert kept == Translation(lang="fr", text="Un texte", note="A pun is lost")
    assert "A pun is lost" in ana.get(f"/write/{id_}").text


def test_a_text_of_which_only_a_translation_may_be_carried_can_be_changed(desk, sign_in, a_form):
    told = {**a_form, "text": "", "t0_lang": "fr", "t0_text": "Un texte"}

    answer = sign_in("ana").post("/write/0123456789abcdef", data=told)

    (kept,) = desk.extensions["archive"].fragments()
    assert answer.status_code == 302
    assert (kept.text, kept.translations[0].text) == ("", "Un texte")


PAIRED = {
    "none": ("plain", True),
    "a pair": ("\u2067abc\u2069", True),
    "nested": ("\u2067a\u202bb\u202cc\u2069", True),
    "left open": ("\u202eabc", False),
    "closed unopened": ("abc\u2069", False),
    "crossed": ("\u2067a\u202bb\u2069c\u202c", False),
    "open at a line's end": ("\u2067a\nb\u2069", False),
}


@pytest.mark.parametrize(("text", "is_so"), PAIRED.values(), ids=PAIRED)
def test_direction_controls_are_paired_line_by_line(text, is_so):
    assert is_paired(text) is is_so


@pytest.fixture
def ana_in(desk, sign_in, chromium):
    """ana's browsers: ana_in(java_script_enabled=False) gives a page of the desk."""
    desk.config["SESSION_COOKIE_PATH"] = "/desk"
    site = make_server("127.0.0.1", 0, DispatcherMiddleware(lambda *_: [], {"/desk": desk}), threaded=True)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    client = sign_in("ana")
    cookie = next(each for each in client._cookies.values() if each.key == "desk")
    contexts = []

    def opened(**options):
        context = chromium.new_context(**options)
        address = f"http://127.0.0.1:{site.server_port}/desk"
        context.add_cookies([{"name": "desk", "value": cookie.value, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/write")
        return page

    yield opened
    for context in contexts:
        context.close()
    site.shutdown()
    site.server_close()
    thread.join()


@pytest.mark.browser
def test_warnings_and_a_guess_appear_beside_the_form_while_ana_types(ana_in):
    page = ana_in()
    page.fill("#text", "Mọi người đều có quyền tự do ngôn luận và bầy tỏ quan điểm")
    page.fill("#gloss", "Five!")

    page.wait_for_selector("#to-look-at li")
    assert "Nothing says who suppressed it" in page.inner_text("#to-look-at")
    assert page.inner_text("#gloss-count") == "5"
    page.click("#use-guess")
    page.wait_for_selector("#use-guess", state="hidden")
    assert page.input_value("#lang") == "vi"


@pytest.mark.browser
def test_warnings_are_seen_without_java_script(ana_in):
    page = ana_in(java_script_enabled=False)
    page.fill("#text", LONG * 9)

    page.click("#preview")

    look = page.frame_locator("#shown").locator("#look")
    look.wait_for()
    assert "600 characters a widget" in look.inner_text()


def typed(page, text):
    """Type a text, and wait until the preview shows it."""
    page.fill("#text", text)
    shown = page.frame_locator("#shown").frame_locator("iframe >> nth=0")
    shown.get_by_text(text).first.wait_for()


@pytest.mark.browser
def test_back_leaves_the_form_however_many_previews_were_shown(ana_in):
    page = ana_in()
    began = page.evaluate("history.length")

    for text in ("One sentence here.", "Two sentences here.", "Three sentences here."):
        typed(page, text)

    assert page.evaluate("history.length") == began


@pytest.mark.browser
def test_a_new_preview_stands_where_the_one_before_was_read(ana_in):
    page = ana_in()
    typed(page, "One sentence here.")
    page.evaluate("document.getElementById('shown').contentWindow.scrollTo(0, 300)")

    typed(page, "Two sentences here.")

    assert page.evaluate("document.getElementById('shown').contentWindow.scrollY") == 300
    assert page.locator(".frames iframe").count() == 1


@pytest.mark.browser
def test_what_is_there_already_is_previewed_when_the_form_opens(ana_in):
    page = ana_in()
    typed(page, "One sentence here.")
    page.locator("#kept:not(:empty)").wait_for()

    page.reload()

    page.frame_locator("#shown").frame_locator("iframe >> nth=0").get_by_text("One sentence here.").first.wait_for()


def test_a_new_source_of_a_title_that_is_here_is_asked_about(sign_in, written, a_form):
    ana = sign_in("ana")
    asked = "A source of this title is here already."

    assert asked in ana.post("/preview", data={**a_form, "s_title": "ALPHA"}).text
    assert asked not in ana.post("/preview", data={**a_form, "s_title": "Alpha and more"}).text
    assert asked not in ana.post("/preview", data={**a_form, "s_title": ""}).text
