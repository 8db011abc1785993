"""/oembed over HTTP: found from the page, exact about what it cannot do."""

import json
import re
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest
from lxml import etree
from werkzeug.test import Client

from fragments.ids import id_of
from widget_server.lane import Lane

SITE = "http://127.0.0.1:8199"
ANY, GONE = id_of("arabic"), id_of("gone")


def ask(client, url, **more):
    return client.get("/oembed?" + urlencode({"url": url, **more}))


@pytest.mark.parametrize("page", [f"/f/{ANY}", f"/f/{ANY}?ui=fr", "/f/random?lang=ar&country=GB", "/f/random"])
def test_a_page_leads_to_its_embed(client, page):
    head = client.get(page).text.split("</head>")[0]
    links = dict(re.findall(r'<link rel="alternate" type="([a-z/]+\+oembed)" href="([^"]+)"', head))
    assert list(links) == ["application/json+oembed", "text/xml+oembed"]
    parts = urlsplit(unescape(links["application/json+oembed"]))
    found = client.get(f"{parts.path}?{parts.query}")
    assert (found.status_code, found.json["type"], found.json["version"]) == (200, "rich", "1.0")


def test_json_and_xml_say_the_same(client):
    as_json = ask(client, f"{SITE}/f/{ANY}").json
    xml = etree.fromstring(ask(client, f"{SITE}/f/{ANY}", format="xml").data)
    assert {each.tag: each.text for each in xml} == {name: str(value) for name, value in as_json.items()}


def test_a_deck_page_draws_in_its_frame(client):
    html = ask(client, f"{SITE}/f/random?lang=ar").json["html"]
    assert f'src="{SITE}/frame?lang=ar&amp;ui=en"' in html
    assert "نص قصير." in html


def test_the_language_of_the_page_is_the_language_of_the_embed(client):
    assert "ui=fa" in ask(client, f"{SITE}/f/{ANY}?ui=fa").json["html"]


@pytest.mark.parametrize("address", ["https://127.0.0.1:8199/f/{}", "http://127.0.0.1:8199/f/{}/?utm_source=x"])
def test_either_scheme_and_a_slash_are_the_same_page(client, address):
    assert ask(client, address.format(ANY)).status_code == 200


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, 400),
        ({"url": f"{SITE}/f/{ANY}", "maxwidth": "wide"}, 400),
        ({"url": f"{SITE}/f/{ANY}", "maxheight": "0"}, 400),
        ({"url": f"{SITE}/f/{ANY}", "format": "yaml"}, 501),
        ({"url": f"{SITE}/f/0000000000"}, 404),
        ({"url": f"{SITE}/about"}, 404),
        ({"url": f"https://evil.example/f/{ANY}"}, 404),
        ({"url": f"http://127.0.0.1:8199@evil.example/f/{ANY}"}, 404),
        ({"url": "http://[::1/"}, 404),
        ({"url": "javascript:alert(1)"}, 404),
        ({"url": f"{SITE}/f/random?lang=tlh"}, 404),
        ({"url": f"{SITE}/f/{GONE}"}, 410),
    ],
    ids=str,
)
def test_what_cannot_be_embedded_is_refused_as_the_protocol_says(client, words, status):
    answer = client.get("/oembed?" + urlencode(words))
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")


def test_any_page_may_ask_and_gets_no_cookie(client):
    answer = ask(client, f"{SITE}/f/{ANY}")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("address", "deck"), [(f"{SITE}/f/{ANY}", f"f-{ANY}"), (f"{SITE}/f/random?lang=ar", "lang-ar")]
)
def test_an_answer_is_one_display(app, shelf, address, deck):
    displays = []
    lane = Client(Lane(app, shelf, lambda kind, deck, _: displays.append((kind, deck))))
    lane.get("/oembed?" + urlencode({"url": address})).close()
    lane.get("/oembed?" + urlencode({"url": f"{SITE}/about"})).close()
    assert displays == [("oembed", deck)]


def test_hostile_text_stays_text(client):
    html = json.loads(ask(client, f"{SITE}/f/{id_of('hostile')}").data)["html"]
    assert set(re.findall(r"<(\w+)", html)) == {"blockquote", "a", "iframe"}
