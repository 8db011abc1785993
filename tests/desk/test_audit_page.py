"""The audit record as editors read it: what happened last stands first, and everything can be reached from there."""

import ast
import re
from datetime import timedelta
from pathlib import Path

from fragments.review import OPERATOR
from fragments.store.quarantine import TAKEN, THROWN
from fragments.terms import Terms
from tests.conftest import NOW
from widget_server.desk import accounting, audit_words

NUMBERS = re.compile(r"<tr><td class=\"number\">(\d+)</td>")
STORE = Path(__file__).parents[2] / "fragments" / "store"
CALLED = {"Act": 2, "_act": 0}  # who writes an act down, and which argument says what was done


def test_what_was_done_last_stands_first_and_the_rest_a_page_further(sign_in, written, monkeypatch):
    monkeypatch.setattr(accounting, "PAGE", 1)
    ben = sign_in("ben")

    first = ben.get("/audit").text
    second = ben.get(re.search(r'href="(/audit\?before=[^"]+)"', first)[1]).text

    assert (NUMBERS.findall(first), NUMBERS.findall(second)) == (["2"], ["1"])
    assert "The newest entries" in second
    assert "Earlier entries" not in second


def test_the_record_is_narrowed_by_what_it_is_about_and_by_who_did_it(sign_in, written):
    ben = sign_in("ben")

    assert NUMBERS.findall(ben.get(f"/audit?subject={written}").text) == ["2"]
    assert NUMBERS.findall(ben.get("/audit?actor=ana").text) == ["2", "1"]
    assert "No entry fits." in ben.get("/audit?actor=carol").text


def test_what_the_table_shows_narrows_the_record_as_what_is_recorded_does(desk, sign_in, written):
    archive = desk.extensions["archive"]
    with archive.writing(OPERATOR, NOW) as store:
        store.hold(written, "a court asks")
    archive.publish("ben", NOW)
    ben = sign_in("ben")

    def narrowed(lang, **asked):
        return NUMBERS.findall(ben.get("/audit", query_string=asked, headers={"Accept-Language": lang}).text)

    assert narrowed("fr", actor="Opérateur (ligne de commande)") == narrowed("fr", actor=OPERATOR) == ["3"]
    assert narrowed("fr", subject="Édition 1") == narrowed("en", subject="edition 1") == ["4"]
    assert narrowed("ar", subject="الإصدار 1") == ["4"]
    assert narrowed("en", subject="Edition 12") == []


def test_a_narrowed_record_keeps_what_is_recorded_in_its_links(desk, sign_in, written, monkeypatch):
    archive = desk.extensions["archive"]
    with archive.writing(OPERATOR, NOW) as store:
        store.hold(written, "a court asks")

    asked = {"actor": "opérateur (ligne de commande)"}
    monkeypatch.setattr(accounting, "PAGE", 1)
    page = sign_in("ben").get("/audit", query_string=asked | {"before": "9"}, headers={"Accept-Language": "fr"}).text

    assert 'value="opérateur (ligne de commande)"' in page
    assert re.search(r'href="/audit\?[^"]*actor=operator', page)


def test_details_dates_and_the_operator_are_said_in_the_readers_language(desk, sign_in, written):
    archive = desk.extensions["archive"]
    with archive.writing(OPERATOR, NOW) as store:
        store.set_terms(written, Terms(embargo_until=NOW + timedelta(days=3)))
        store.hold(written, "draft")  # words of a person that are a code elsewhere

    page = sign_in("ben").get("/audit", headers={"Accept-Language": "fr"}).text

    assert "opérateur (ligne de commande)" in page
    assert "embargo\xa0: <bdi>27 nov. 2026, 10:00 UTC</bdi> · expiration\xa0: <bdi>aucun</bdi>" in page
    assert "raison\xa0: <bdi>draft</bdi>" in page


def test_each_act_leads_to_what_it_was_done_to(desk, sign_in, written):
    desk.extensions["archive"].publish("ben", NOW)
    ben = sign_in("ben")

    page = ben.get("/audit").text
    places = re.findall(r'data-label="To"><a href="([^"]+)"', page)

    assert f"/fragments/{written}" in places
    assert "/editions/1" in places
    assert any(place.startswith("/source?id=") for place in places)
    assert [ben.get(place).status_code for place in places] == [200] * len(places)


def recorded():
    """Every act that the store writes down by its whole name."""
    calls = [
        (node, CALLED.get(getattr(node.func, "id", "") or getattr(node.func, "attr", "")))
        for path in STORE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]
    told = [node.args[place] for node, place in calls if place is not None and len(node.args) > place]
    return {each.value for each in told if isinstance(each, ast.Constant)} | {TAKEN, THROWN}


def test_every_act_has_words_of_the_desk():
    found = recorded()

    assert len(found) > 15
    assert found - set(audit_words.ACTS) == set()
