"""A WebSub subscriber that is not ours (flask-websub) finds our hub, is verified, and receives a push."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_websub.subscriber import Subscriber, discover

from embed.press import Press
from embed.printing import print_edition
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment
from fragments.store.archive import Archive
from tests.answering import answering
from widget_server.hub.rounds import one_round
from widget_server.lane import Lane
from widget_server.public.app import create_public
from widget_server.publishing import House
from widget_server.settings import Settings
from widget_server.shelf import Shelf


def test_a_subscriber_that_is_not_ours_finds_the_hub_and_receives_a_push(
    tmp_path: Path, sqlite_archive: Archive, a_fragment: Callable[..., Fragment], now: datetime
) -> None:
    keyring, shelf = Keyring.open_or_make(tmp_path / "keys", "127.0.0.1", now), Shelf(tmp_path / "shelf")
    site: list[object] = []
    reader, heard = Flask("reader"), []
    subscriber = Subscriber({}, {})
    reader.register_blueprint(subscriber.build_blueprint(url_prefix="/callbacks"))
    subscriber.add_listener(lambda topic, _, body: heard.append((topic, body)))

    with answering(lambda environ, start: site[0](environ, start)) as url, answering(reader) as callbacks:  # type: ignore[operator]  # noqa: PLW0108  # it is put there below
        settings = Settings(data=tmp_path, port=urlsplit(url).port)
        site.append(Lane(create_public(settings, shelf), shelf, None))
        house = House(settings, sqlite_archive, keyring, shelf)

        def publish(number: int) -> None:
            fragments = tuple(a_fragment(f"alpha-{each}", published_at=now) for each in range(number))
            edition = Edition(number=number, dated=now, fragments=fragments)
            press = Press(public_url=settings.public_url, mirrors=(), keyring=keyring, now=now, hub=settings.hub_url)
            shelf.place(number, print_edition(edition, press), at=now)

        publish(1)
        found = discover(f"{settings.public_url}/feed.atom")
        assert found == {"hub_url": f"{settings.public_url}/hub", "topic_url": f"{settings.public_url}/feed.atom"}
        with reader.test_request_context(base_url=callbacks):
            subscriber.subscribe(**found)
        one_round(house)
        assert len(subscriber.storage) == 1
        publish(2)
        one_round(house)
        printed = shelf.current().get("/feed.atom")
        assert printed is not None
        assert heard == [(f"{settings.public_url}/feed.atom", printed.body)]
        assert b"alpha" in printed.body.lower()
