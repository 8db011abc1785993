"""The check of the audit record at the desk: unbroken, or broken at an entry that is named."""

from sqlalchemy import text


def check(client):
    return client.post("/audit/check", data={"form_token": "f"})


def test_a_record_that_holds_is_said_to_be_unbroken(sign_in, written, desk):
    ben = sign_in("ben")
    chain = desk.extensions["archive"].check_audit()

    page = check(ben).text

    assert f"unbroken: {chain.entries}" in page
    assert chain.head in page
    assert "Check the whole record" in ben.get("/audit").text


def test_an_entry_that_was_altered_in_the_database_is_named(sign_in, written, desk):
    with desk.extensions["archive"].engine.begin() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='audit'"))
        for name in triggers.scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE audit SET actor = 'somebody else' WHERE number = 2"))

    page = check(sign_in("ben")).text

    assert "broken at entry 2" in page
    assert "unbroken" not in page


def test_a_contributor_cannot_have_the_record_checked(sign_in):
    assert check(sign_in("ana")).status_code == 404
