"""A real edition, printed and on a real shelf, with the texts that are hard to show; and the public app over it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient

from embed.printing import Press, print_edition
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import (
    Edition,
    Evidence,
    Form,
    Fragment,
    Maker,
    PartialDate,
    Source,
    Suppression,
    Translation,
    Verification,
    Visibility,
    Withdrawal,
)
from widget_server.public.app import create_public
from widget_server.settings import Settings
from widget_server.shelf import Shelf

NOW = datetime.now(UTC).replace(microsecond=0)
URL = "http://127.0.0.1:8199"
HOSTILE = "</script><script>alert(1)</script>\u2028<img src=x onerror=alert(2)>{{ 7 * 7 }} & \"'"
GONE = id_of("gone")


def _source(name: str, **fields: object) -> Source:
    told = {
        "title": f"Title of {name}",
        "author": f"Author of {name}",
        "date": PartialDate(raw="1900", edtf="1900"),
        "suppressions": (Suppression(country="GB", who="Crown", action="banned"),),
    }
    return Source(external_id=name, **{**told, **fields})  # type: ignore[arg-type]


def _fragment(name: str, text: str = "A text.", lang: str = "en", **fields: object) -> Fragment:
    told = {"source": _source(name), "published_at": NOW, "gloss": f"What {name} is about.", "topics": ("press",)}
    return Fragment(id=id_of(name), external_id=name, text=text, lang=lang, **{**told, **fields})  # type: ignore[arg-type]


def _cast() -> tuple[Fragment, ...]:
    evidence = Evidence(url="https://example.org/ruling", citation="Ruling 7", accessed="2026-01-02", sha256="ab" * 32)
    translated = tuple(
        Translation(lang=lang, text=f"In {lang}.", maker=maker, translator=translator)
        for lang, maker, translator in (
            ("en", Maker.HUMAN, "Tana"),
            ("zh-Hans", Maker.MACHINE, None),
            ("fa", Maker.PROJECT, None),
            ("fr", Maker.HUMAN, None),
        )
    )
    return (
        _fragment("plain", campaign="cause"),
        _fragment("arabic", "نص قصير.", "ar", translations=translated),
        _fragment("chinese", "　真的猛士\n　敢于直面", "zh-Hans", form=Form.VERSE),
        _fragment("elsewhere", "", "la", translations=translated[:1]),
        _fragment("warned", "A hard text.", content_warning="violence"),
        _fragment("corrected", correction="The year was wrong.", corrected_at=NOW),
        _fragment(
            "cited",
            source=_source(
                "cited",
                url="https://example.org/%C3%A9?utm_source=x",
                archived_urls=("https://archive.example/1",),
                author_visibility=Visibility.WITHHELD,
                suppressions=(
                    Suppression(
                        country="SU",
                        who="Glavlit",
                        action="banned",
                        method="post",
                        company="Carrier",
                        status="lifted",
                        since=PartialDate(raw="1921", edtf="1921"),
                        until=PartialDate(raw="1988", edtf="1988"),
                        reason="slander",
                        evidence=(evidence,),
                        verification=Verification.CITED,
                    ),
                    Suppression(country="VN", verification=Verification.SELF_STATED),
                    Suppression(country="IR"),
                ),
            ),
        ),
        _fragment(
            "hostile",
            HOSTILE,
            gloss=HOSTILE,
            content_warning=None,
            source=_source(
                "hostile",
                title=HOSTILE,
                author=HOSTILE,
                url="javascript:alert(3)",
                archived_urls=("data:text/html,<script>alert(4)</script>",),
                suppressions=(
                    Suppression(
                        country="US", who=HOSTILE, note=HOSTILE, evidence=(Evidence(url="javascript:alert(5)"),)
                    ),
                ),
            ),
            translations=(Translation(lang="vi", text=HOSTILE, translator=HOSTILE, note=HOSTILE),),
        ),
    )


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The edition on a shelf, as publishing places it."""
    directory = tmp_path_factory.mktemp("public")
    keyring = Keyring.open_or_make(directory / "keys", "127.0.0.1", NOW)
    edition = Edition(
        number=7,
        dated=NOW,
        fragments=_cast(),
        withdrawn=(Withdrawal(id=GONE, at=NOW),),
        campaigns={"cause": "A good cause"},
    )
    placed = Shelf(directory / "shelf")
    placed.place(7, print_edition(edition, Press(public_url=URL, mirrors=(), keyring=keyring, now=NOW)), at=NOW)
    return placed


@pytest.fixture(scope="session")
def app(shelf: Shelf) -> Flask:
    """The public app over the edition; what it draws comes from a seed."""
    return create_public(Settings(public_url=URL), shelf, Random(5))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


@pytest.fixture
def empty(tmp_path: Path) -> FlaskClient:
    """A visitor of a site that has published nothing."""
    return create_public(Settings(public_url=URL), Shelf(tmp_path / "shelf"), Random(5)).test_client()


@pytest.fixture(scope="session")
def id_by() -> Callable[[str], str]:
    """The id of a fragment of the cast: id_by("arabic")."""
    return id_of
