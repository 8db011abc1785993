"""The audit record as editors read it: what happened last stands first, and everything can be reached from there."""

import re

from widget_server.desk import accounting

NUMBERS = re.compile(r"<tr><td>(\d+)</td>")


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
