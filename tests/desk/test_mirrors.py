"""What editors see of mirrors, and what doctor says of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fragments.store.archive import Archive
from fragments.store.watching import Mirror, Watch
from tests.conftest import NOW
from widget_server.checking import findings
from widget_server.settings import Settings

SOUND, ALTERED, ONION, NEW = (
    "https://sound.example",
    "https://altered.example",
    f"http://{'a' * 56}.onion",
    "https://new.example",
)
SEEN = Mirror(
    address=SOUND,
    is_sound=True,
    fault="",
    detail="",
    edition=12,
    said_at=NOW,
    looked_at=NOW,
    failing_since=None,
    dropped_at=None,
    whole_at=None,
    good_looks=4,
    next_file=5,
)


@pytest.fixture
def settings(tmp_path: Path, sqlite_archive: Archive) -> Settings:
    url = sqlite_archive.engine.url.render_as_string(hide_password=False)
    return Settings(data=tmp_path / "data", mirrors=(SOUND, ALTERED, ONION, NEW), database_url=url)


@pytest.fixture
def watched(sqlite_archive: Archive) -> Archive:
    watch = Watch(sqlite_archive.engine)
    watch.record(SEEN)
    gone = NOW - timedelta(days=2)
    watch.record(
        replace(
            SEEN, address=ALTERED, is_sound=False, fault="altered", detail="/feed.atom", dropped_at=gone, edition=11
        )
    )
    return sqlite_archive


def test_the_archive_gives_back_what_was_seen(archive: Archive) -> None:
    Watch(archive.engine).record(SEEN)
    Watch(archive.engine).record(replace(SEEN, edition=13))
    assert Watch(archive.engine).mirrors() == {SOUND: replace(SEEN, edition=13)}


def test_editors_see_health_edition_age_and_reason_of_each_listed_mirror(
    watched: Archive, settings: Settings, desk: Flask, sign_in: Callable[[str], FlaskClient]
) -> None:
    assert watched
    desk.extensions["settings"] = settings
    page = sign_in("ben").get("/mirrors").text

    assert "A file is not what was signed." in page
    assert "/feed.atom" in page
    assert page.count('<strong class="state">no</strong>') == 1
    assert "An onion service cannot be looked at from here." in page
    assert "Nobody has looked yet." in page
    assert page.count('class="state">yes') == 3


def test_contributors_do_not_see_the_mirrors(sign_in: Callable[[str], FlaskClient]) -> None:
    assert sign_in("ana").get("/mirrors").status_code == 404


def test_doctor_has_a_line_for_each_mirror(watched: Archive, settings: Settings) -> None:
    assert watched
    settings.data.mkdir()
    said = [each.sentence for each in findings(settings, NOW) if each.sentence.startswith("Mirror ")]

    assert [sentence.split()[1] for sentence in said] == [SOUND, ALTERED, ONION, NEW]
    assert "shows edition 12, named to readers" in said[0]
    assert "is altered (/feed.atom): no longer named to readers" in said[1]
