"""Who may open what: generated from the URL map, so that a route without a rule fails."""

import re

import pytest

from widget_server.desk.rights import RIGHTS, Right

PLAIN = {
    "filename": "desk.css",
    "token": "x",
    "key": "0123456789abcdef",
    "number": 1,
    "kind": "csv",
    "submission_id": "1f",
}
PLAIN["site"] = "bob.org"
PLAIN["deed"] = "approve"
REACH = {"": Right.ANYBODY, "ana": Right.WRITE, "ben": Right.REVIEW, "adm": Right.ADMINISTER}


def doors(desk, fragment_id):
    """Every endpoint and method with an address of it."""
    urls = desk.url_map.bind("localhost")
    for rule in desk.url_map.iter_rules():
        values = {name: {**PLAIN, "fragment_id": fragment_id}[name] for name in rule.arguments}
        for method in sorted(rule.methods & {"GET", "POST"}):
            yield rule.endpoint, method, urls.build(rule.endpoint, values, method=method)


def test_every_route_has_a_right_and_every_right_a_route(desk):
    assert {rule.endpoint for rule in desk.url_map.iter_rules()} == set(RIGHTS)


def test_the_table_of_doors_is_kept_for_each_role(desk, sign_in, written):
    for name, reach in REACH.items():
        for endpoint, method, address in doors(desk, written):
            client = sign_in(name)
            answer = client.open(
                address, method=method, data={"form_token": "f"} if method == "POST" else None, buffered=True
            )

            where = f"{method} {address} as {name or 'nobody'}: {answer.status_code}"
            assert answer.status_code < 500, where
            if reach < RIGHTS[endpoint] and name:
                assert answer.status_code == 404, where
            elif reach < RIGHTS[endpoint]:
                assert b"Sign in" in answer.data or answer.headers["Location"].endswith("/sign-in"), where


def test_no_form_of_another_session_does_anything(desk, sign_in, written):
    before = list(desk.extensions["archive"].audit())
    for _, method, address in doors(desk, written):
        if method == "POST":
            assert sign_in("adm").post(address, data={"form_token": "foreign"}).status_code in (302, 400, 404), address
            elsewhere = {"Sec-Fetch-Site": "cross-site"}
            answer = sign_in("adm").post(address, data={"form_token": "f"}, headers=elsewhere)
            assert answer.status_code in (302, 400, 404), address

    assert list(desk.extensions["archive"].audit()) == before


def test_a_contributor_finds_no_draft_of_another(sign_in, written):
    cleo = sign_in("cleo")

    assert cleo.get(f"/fragments/{written}").status_code == 404
    assert cleo.get(f"/write/{written}").status_code == 404
    assert written not in cleo.get("/find?words=alpha").text
    assert written not in cleo.get("/").text


HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOCKS = ("default-src 'none'", "require-trusted-types-for 'script'", "base-uri 'none'", "form-action 'self'")


@pytest.mark.parametrize("name", ["", "adm"], ids=["nobody", "administrator"])
def test_every_answer_is_locked_down(desk, sign_in, written, name):
    nonces = []
    for endpoint, method, address in doors(desk, written):
        answer = sign_in(name).open(address, method=method, data={"form_token": "f"} if method == "POST" else None)
        policy = answer.headers["Content-Security-Policy"]

        assert {each: answer.headers[each] for each in HEADERS} == HEADERS, address
        framed = "'self'" if endpoint == "writing.preview" and name else "'none'"
        assert f"frame-ancestors {framed}" in policy, address
        assert [lock for lock in LOCKS if lock not in policy and framed == "'none'"] == [], address
        assert "unsafe" not in policy, address
        nonces += re.findall(r"style-src 'nonce-([^']+)'", policy)[:1]
        answer.close()

    assert len(set(nonces)) == len(nonces) > 50


def test_what_another_person_wrote_opens_by_no_route(desk, sign_in, written):
    urls, known = desk.url_map.bind("localhost"), {**PLAIN, "key": written, "fragment_id": written}
    for rule in desk.url_map.iter_rules():
        if rule.arguments & {"fragment_id", "key"} and not rule.endpoint.startswith(("staff", "account", "factors")):
            address = urls.build(rule.endpoint, {name: known[name] for name in rule.arguments})
            for method in rule.methods & {"GET", "POST"}:
                data = {"form_token": "f"} if method == "POST" else None

                answer = sign_in("cleo").open(address, method=method, data=data)

                assert answer.status_code == 404 or method == "GET", address
                assert "Alpha" not in answer.text, address


def test_what_comes_from_another_site_changes_nothing_and_begins_no_session(sign_in):
    led = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    stranger = sign_in("").application.test_client()

    answer = stranger.get("/audit?after=5&subject=%22%3E%3Cscript%3E", headers=led)

    assert "Set-Cookie" not in answer.headers
    assert 'content="0; url=/audit?after=5&amp;subject=%22%3E%3Cscript%3E"' in answer.text
