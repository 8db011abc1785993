"""What is withheld, held, under embargo, expired or unapproved stands in nothing that the public can ask for."""

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import State, Visibility
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.terms import Terms
from widget_server.public.app import create_public
from widget_server.publishing import House, publish, refresh
from widget_server.settings import Settings
from widget_server.shelf import Shelf

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
AWAY = ("held", "embargoed", "expired", "waiting", "drafted")


@pytest.fixture
def house(sqlite_archive: Archive, tmp_path: Path, a_fragment: Callable, a_source: Callable) -> Iterator[House]:
    settings = Settings(data=tmp_path)
    keyring = Keyring.open_or_make(settings.keys_dir, settings.name, NOW)
    house = House(settings, sqlite_archive, keyring, Shelf(settings.shelf_dir))

    def text(name: str, **fields: object) -> object:
        told = {"title": f"zzsource {name}", "author": f"zzauthor {name}", **fields}
        words = {"text": f"zztext {name}", "gloss": f"zzgloss {name}", "campaign": f"zzcampaign-{name}"}
        return a_fragment(name, source=a_source(name, **told), topics=(f"zztopic-{name}",), **words)

    with sqlite_archive.writing(OPERATOR, NOW - 2 * DAY) as desk:
        for name in ("shown", *AWAY):
            desk.save_fragment(text(name), state=State.DRAFT if name == "drafted" else State.IN_REVIEW)
        nameless = text("nameless", author_visibility=Visibility.WITHHELD, author="zzsecret")
        desk.save_fragment(nameless, state=State.IN_REVIEW)
    with sqlite_archive.writing("ben", NOW - 2 * DAY) as desk:
        for name in ("shown", "nameless", "held", "embargoed", "expired"):
            desk.approve(id_of(name))
    with sqlite_archive.writing("ben", NOW - 2 * DAY) as desk:
        desk.set_terms(id_of("embargoed"), Terms(embargo_until=NOW + DAY))
        desk.set_terms(id_of("expired"), Terms(expires_at=NOW - timedelta(hours=1)))
    publish(house, "ben", NOW - DAY)  # shows what is held, and what has expired, later on
    with sqlite_archive.writing("ben", NOW - DAY) as desk:
        desk.hold(id_of("held"), "zzreason")
    yield house


def everything(house: House) -> Iterator[tuple[str, bytes]]:
    """All that is printed, and what the public app says of it; a deck unpacked."""
    printing = house.shelf.current()
    for path in printing.paths():
        found = printing.get(path)
        assert found
        yield path, gzip.decompress(found.body) if found.body[:2] == b"\x1f\x8b" else found.body
    browser = create_public(house.settings, house.shelf).test_client()
    asked = ["/", "/api/v1/fragments", "/republishers", "/feeds", "/embed", "/privacy", "/f/random?lang=en"]
    for id_ in map(id_of, ("shown", "nameless", *AWAY)):
        asked += [f"/f/{id_}", f"/f/{id_}/frame", f"/f/{id_}.svg", f"/f/{id_}.txt", f"/api/v1/fragments/{id_}"]
        asked += [f"/oembed?url={house.settings.public_url}/f/{id_}", f"/embed?f={id_}"]
    yield from ((path, browser.get(path).data) for path in asked)


@pytest.mark.parametrize("hours", [0, 25], ids=["printed by an editor", "printed again by the clock"])
def test_nothing_that_is_kept_back_is_said_in_public(house: House, hours: int) -> None:
    publish(house, "ben", NOW)
    refresh(house.settings, house.keyring, house.shelf, NOW + timedelta(hours=hours))

    said = list(everything(house))

    assert any(b"zztext shown" in body for _, body in said)
    kept = [f"zz{what} {name}" for what in ("text", "source", "author", "gloss") for name in AWAY]
    kept += [f"zz{what}-{name}" for what in ("campaign", "topic") for name in AWAY]
    for words in (*kept, "zzsecret", "zzreason"):
        assert [path for path, body in said if words.encode() in body] == []
