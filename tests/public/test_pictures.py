"""Badges over HTTP: the same all day, known before they are drawn, counted once, harmless to open."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from werkzeug.test import Client

from fragments.ids import id_of
from widget_server.lane import Lane
from widget_server.public.pictures import MOST_KEPT, Studio

ANY = id_of("plain")
GONE = id_of("gone")


@pytest.fixture
def at(app, now):
    """Sets the clock of the app: at(days)."""
    yield lambda days: app.extensions.update(clock=lambda: now + timedelta(days=days))
    app.extensions.pop("clock", None)


@pytest.fixture
def counted(app, shelf):
    """What is counted when a path is asked for, through the lane as a server runs it."""

    def ask(path, method="GET"):
        displays = []
        lane = Lane(app, shelf, lambda kind, deck, _: displays.append((kind, deck)))
        Client(lane).open(path, method=method).close()
        return displays

    return ask


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"/f/{ANY}.png", "image/png"),
        (f"/f/{ANY}.svg", "image/svg+xml; charset=utf-8"),
        ("/badge.png?country=GB", "image/png"),
        ("/badge.svg?lang=ar", "image/svg+xml; charset=utf-8"),
        (f"/f/{ANY}/card.png", "image/png"),
    ],
)
def test_a_picture_may_be_shown_by_any_page_and_kept_for_minutes(client, path, kind):
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, kind)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_reader_who_has_a_picture_gets_no_bytes(client):
    first = client.get(f"/f/{ANY}.png?width=480")
    again = client.get(f"/f/{ANY}.png?width=480", headers={"If-None-Match": f"W/{first.headers['ETag']}"})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_each_look_has_a_tag_of_its_own(client):
    words = ("", "?width=320", "?theme=dark", "?ui=fa", "?width=320&theme=dark")
    assert len({client.head(f"/f/{ANY}.svg{each}").headers["ETag"] for each in words}) == len(words)


def test_the_width_asked_for_is_the_width_got(client):
    image = Image.open(io.BytesIO(client.get(f"/f/{ANY}.png?width=320&utm_source=x").data))
    assert image.size == (320, 278)


def test_a_badge_is_the_same_all_day_and_another_one_on_another_day(client, at):
    def drawn_on(day):
        at(day)
        return client.get("/badge.svg").headers["ETag"]

    days = [drawn_on(day) for day in range(12)]
    assert [drawn_on(day) for day in range(12)] == days
    assert len(set(days)) > 2


@pytest.mark.parametrize(
    ("path", "displays"),
    [
        (f"/f/{ANY}.png", [("badge", f"f-{ANY}")]),
        ("/badge.svg?country=GB", [("badge", "country-GB")]),
        ("/badge.svg?country=GB&country=US", [("badge", "several")]),
        ("/badge.svg", [("badge", "all")]),
        (f"/f/{ANY}/card.png", []),
    ],
)
def test_a_badge_is_one_display_and_a_preview_is_none(counted, path, displays):
    assert counted(path) == displays
    assert counted(path, "HEAD") == []


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/f/{GONE}.png", 410, "withdrawn"),
        ("/f/0000000000.png", 404, "no fragment has this id"),
        (f"/f/{ANY}.png?width=3000", 400, "width"),
        (f"/f/{ANY}.png?width=x", 400, "width"),
        (f"/f/{ANY}.svg?theme=pink", 400, "theme"),
        ("/badge.png?lang=tlh", 404, "tlh"),
        ("/badge.png?colour=red", 400, "colour"),
        ("/badge.svg?lang=ar&country=US", 404, "no fragment has all of these"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line_of_text(client, counted, path, status, said):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert said in answer.text
    assert counted(path) == []


def test_nothing_to_draw_before_anything_is_published(empty):
    assert empty.get("/badge.png").status_code == 503


def test_memory_for_pictures_is_bounded():
    studio = Studio()
    for number in range(40):
        studio.once(str(number), lambda: bytes(MOST_KEPT // 8))
    drawn = []
    studio.once("39", lambda: drawn.append("again") or b"")
    studio.once("0", lambda: drawn.append("new") or b"")
    assert (drawn, sum(map(len, studio._kept.values())) <= MOST_KEPT) == (["new"], True)


def test_a_page_names_its_card_for_previews(client):
    page = client.get(f"/f/{ANY}?ui=fr").text
    assert f'<meta property="og:image" content="http://127.0.0.1:8199/f/{ANY}/card.png?ui=' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
