"""A publisher gone, or its keys changed: pages pasted before show genuine fragments from a mirror's files."""

from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from embed import snippets
from embed.printing import Press, print_edition
from fragments.keys import Keyring
from fragments.nouns import Edition
from tests import answering
from widget_server.app import create_app
from widget_server.cli import main
from widget_server.settings import Settings
from widget_server.shelf import Shelf

running = partial(answering.running, host="publisher.localhost")


class Plain(SimpleHTTPRequestHandler):
    """What `python3 -m http.server` answers, with the one header a mirror must add."""

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_):
        """Nothing is logged."""


@pytest.fixture
def house(tmp_path: Path, press, fragments):
    """A data directory with an edition of the six fragments, ready to be served."""
    settings = Settings(data=tmp_path / "data", desk_host="off")
    keyring = Keyring.make(settings.keys_dir, "publisher.localhost", press.dated)

    def publish(keyring: Keyring) -> None:
        place = Press(public_url="http://publisher.localhost", mirrors=(), keyring=keyring, now=press.dated)
        edition = Edition(number=7, dated=press.dated, fragments=tuple(fragments))
        Shelf(settings.shelf_dir).place(7, print_edition(edition, place), at=press.dated)

    publish(keyring)
    return settings, keyring, publish


def mirrored(url: str, copy: Path, pinned: str) -> None:
    result = CliRunner().invoke(
        main, ["mirror", url.replace("publisher.localhost", "127.0.0.1"), str(copy), "--key", pinned]
    )
    assert result.exit_code == 0, result.output


def test_with_the_publisher_gone_a_page_shows_random_fragments_from_a_mirrors_plain_files(
    web, house, fragments, reading, tmp_path: Path
) -> None:
    settings, keyring, _ = house
    with running(make_server("127.0.0.1", 0, create_app(settings), threaded=True)) as url:
        mirrored(url, tmp_path / "copy", keyring.pin)
    with running(ThreadingHTTPServer(("127.0.0.1", 0), partial(Plain, directory=tmp_path / "copy"))) as plain:
        mirror = plain.replace("publisher.", "mirror.")
        # The script comes from the mirror too: with SRI it does not matter from where.
        told = replace(web.options, public_url=mirror, pinned=keyring.pin, origins=(url, mirror))
        page = web.post(snippets.script_snippet(fragments[0], told))
        shown = set()
        for seed in range(6):
            with reading(seed) as reader:
                shown.add(reader.visit(page).live())
    known = {fragment.text.replace("\n", "") for fragment in fragments}
    assert len(shown) > 1
    assert {text.replace("\n", "") for text in shown} <= known


def test_a_snippet_pasted_before_two_rotations_still_shows_live_fragments(
    web, house, fragments, reading, tmp_path
) -> None:
    settings, keyring, publish = house
    with running(ThreadingHTTPServer(("127.0.0.1", 0), partial(Plain, directory=tmp_path / "copy"))) as mirror:
        told = replace(web.options, public_url=mirror, pinned=keyring.pin, origins=(mirror,))
        page = web.post(snippets.script_snippet(fragments[0], told))
        for _ in range(2):
            publish(Keyring.rotate(settings.keys_dir, web.press.dated, root=True))
        with running(make_server("127.0.0.1", 0, create_app(settings), threaded=True)) as url:
            mirrored(url, tmp_path / "copy", keyring.pin)
        with reading() as reader:
            assert reader.visit(page).live().replace("\n", "") in {f.text.replace("\n", "") for f in fragments}
    assert (tmp_path / "copy" / "d/all/0.cf").read_text().count("unsilenced root 1\n") == 3
