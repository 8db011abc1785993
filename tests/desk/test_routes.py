"""Who may open what: generated from the URL map, so that a route without a rule fails."""

import pytest

from widget_server.desk.rights import RIGHTS, Right

PLAIN = {"filename": "desk.css", "token": "x", "key": "0123456789abcdef", "number": 1, "kind": "csv", "submission_id": "1f"}
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


@pytest.mark.parametrize("address", ["/", "/find", "/write/0123456789abcdef", "/publish", "/audit", "/republishers"])
def test_every_page_is_locked_down(sign_in, address):
    headers = sign_in("ben").get(address).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
