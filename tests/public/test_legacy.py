"""/query and /js/fragment-<width>.js over HTTP, asked as in 2006."""

import pytest
from lxml import etree
from werkzeug.test import Client

from fragments.ids import id_of
from widget_server.lane import Lane

CITED, GONE = id_of("cited"), id_of("gone")


@pytest.fixture
def ids(client):
    """The ids that /query finds, in its order."""

    def ask(words):
        answer = client.get(f"/query?{words}")
        assert answer.status_code == 200
        return [each.get("id") for each in etree.fromstring(answer.data).iter("fragment")]

    return ask


def names(*given):
    return {id_of(each) for each in given}


ALL = names("plain", "arabic", "chinese", "elsewhere", "warned", "corrected", "cited", "hostile")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ALL),
        ("limit=all", ALL),
        ("limit=ALL&random=True", ALL),
        ("country=VN", {CITED}),
        ("country=vietnam", {CITED}),
        ("country=chine&lang=fr", {""}),
        ("country=nowhere", {""}),
        ("country=vn,us", {CITED, id_of("hostile")}),
        ("domain=example.org", {CITED}),
        ("organisation=carrier", {CITED}),
        ("organisation=nobody", {""}),
        ("description=glavlit", {CITED}),
        ("fragment=hard", names("warned")),
        ("fragment=HARD+敢于", names("warned", "chinese")),
        ("fragment=text&description=corrected", names("corrected")),
        ("fragment=hard&country=VN", {""}),
        ("utm_source=x&chan=y", ALL),
    ],
)
def test_words_or_within_a_parameter_and_across(ids, words, found):
    assert set(ids(words)) == found


def test_the_newest_come_first_and_ten_unless_told(ids, client):
    everything = ids("limit=all")
    assert ids("limit=3") == everything[:3]
    assert len(ids("")) == min(10, len(everything))


def test_random_gives_another_order(ids):
    assert len({tuple(ids("random=True&limit=all")) for _ in range(5)}) > 1


@pytest.mark.parametrize(
    ("words", "said"),
    [("limit=0", "limit"), ("limit=x", "limit"), ("format=yaml", "format"), ("fragment=" + "a+" * 30, "fragment")],
)
def test_what_cannot_be_meant_is_refused_with_the_field(client, words, said):
    answer = client.get(f"/query?{words}")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert said in answer.text


def test_rss_is_another_format(client):
    answer = client.get("/query?format=RSS&limit=1")
    assert answer.mimetype == "application/rss+xml"
    assert etree.fromstring(answer.data).tag == "rss"


@pytest.mark.parametrize("words", ["", "?limit=1", "?random=true"])
def test_a_list_in_the_order_of_chance_is_never_kept(client, words):
    assert ("no-store" in client.get(f"/query{words}").headers["Cache-Control"]) == ("random" in words)


@pytest.mark.parametrize("width", [120, 180, 300, 468, 1000])
def test_a_script_of_any_width_may_run_on_any_page(client, width):
    answer = client.get(f"/js/fragment-{width}.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("width", ["119", "1001", "0", "-180", "x"])
def test_other_widths_are_not_there(client, width):
    assert client.get(f"/js/fragment-{width}.js").status_code == 404


def test_a_script_may_be_narrowed_by_the_facets_of_today(client):
    assert CITED in client.get("/js/fragment-180.js?country=SU").text


def test_a_script_is_one_display_of_its_kind(app, shelf):
    displays = []
    lane = Client(Lane(app, shelf, lambda kind, deck, _: displays.append((kind, deck))))
    for path in ("/js/fragment-180.js", "/js/fragment-468.js?country=VN", "/js/fragment-1.js"):
        lane.get(path).close()
    lane.head("/js/fragment-180.js").close()
    assert displays == [("2006", "all"), ("2006", "country-VN")]
