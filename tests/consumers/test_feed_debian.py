"""Two readers that Debian ships subscribe to a running publisher: newsboat in a terminal, rss2email in a mailbox."""

import mailbox
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from fragments.ids import id_of
from fragments.nouns import Fragment, Source, Suppression, Translation, Withdrawal

pytestmark = pytest.mark.drill
FIRST = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
SOURCE = Source(external_id="s", title="Alpha", author="A. Author", suppressions=(Suppression(country="IR"),))


def fragment(name: str, text: str, **changes: object) -> Fragment:
    values: dict = {
        "published_at": FIRST,
        "translations": (Translation(lang="en", text=f"{name} in English"),),
        **changes,
    }
    return Fragment(id=id_of(name), external_id=name, source=SOURCE, lang="fa", text=text, **values)


STAYS, GOES, WRONG = fragment("stays", "باران"), fragment("goes", "برف"), fragment("wrong", "بادد")
NEW = fragment("new", "آفتاب", published_at=FIRST + timedelta(days=1))
MENDED = replace(WRONG, text="باد", correction="A letter too many.", corrected_at=FIRST + timedelta(days=2))
GONE = Withdrawal(id=GOES.id, at=FIRST + timedelta(days=2))


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    """Debian's packages: installed once where that may be done, asked for where it may not."""
    missing = [name for name, command in (("newsboat", "newsboat"), ("rss2email", "r2e")) if not shutil.which(command)]
    if missing and os.getuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet, timeout=300)
        asked = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        subprocess.run(asked, check=True, env=quiet, stdout=subprocess.DEVNULL, timeout=300)
        missing = []
    assert not missing, f"This drill needs Debian's packages. As root: apt install {' '.join(missing)}"


@pytest.fixture
def at_home(tmp_path: Path) -> dict[str, str]:
    """An environment whose home is empty."""
    home = tmp_path / "home"
    home.mkdir()
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def run(environ: dict[str, str], *command: str) -> str:
    done = subprocess.run(command, check=False, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_newsboat_keeps_up(newsroom, at_home: dict[str, str], ending: str) -> None:
    home = Path(at_home["HOME"])
    path = f"/feeds/lang/fa.{ending}"
    (home / "urls").write_text(newsroom.url + path + "\n")

    def poll() -> dict[str, tuple[str, str]]:
        run(at_home, "newsboat", "-u", f"{home}/urls", "-c", f"{home}/cache.db", "-x", "reload")
        with closing(sqlite3.connect(home / "cache.db")) as cache:
            return {
                url: (title, body) for url, title, body in cache.execute("SELECT url, title, content FROM rss_item")
            }

    def page(one: Fragment) -> str:
        return f"{newsroom.url}/f/{one.id}"

    newsroom.edition(STAYS, GOES, WRONG)
    first = poll()
    assert {url: title for url, (title, _) in first.items()} == {page(one): one.text for one in (STAYS, GOES, WRONG)}
    assert "stays in English" not in first[page(STAYS)][1]  # its readers read Persian
    assert "A. Author" in first[page(STAYS)][1]
    poll()  # it writes validators into the cache from the second poll on
    poll()
    assert [status for asked, status in newsroom.answered if asked == path] == [200, 200, 304]

    newsroom.edition(STAYS, MENDED, NEW, withdrawn=(GONE,))
    third = poll()
    assert third[page(NEW)][0] == "آفتاب"
    assert "A letter too many." in third[page(WRONG)][1]
    assert page(GOES) in third  # it keeps what it has: a feed recalls nothing


def test_rss2email_sends_each_fragment_once(newsroom, at_home: dict[str, str]) -> None:
    home = Path(at_home["HOME"])
    settings = home / "rss2email.cfg"
    settings.write_text(
        "[DEFAULT]\nfrom = feeds@fragments.example\nto = ana@fragments.example\nuse-publisher-email = False\n"
        f"email-protocol = maildir\nmaildir-path = {home}/mail\nmaildir-mailbox = \n"
    )
    for folder in ("cur", "new", "tmp"):
        (home / "mail" / folder).mkdir(parents=True)
    command = ["r2e", "-c", str(settings), "-d", str(home / "seen.json")]
    newsroom.edition(STAYS, GOES, WRONG)
    run(at_home, *command, "add", "fragments", f"{newsroom.url}/feed.atom")

    def subjects() -> list[str]:
        run(at_home, *command, "run")
        return sorted(str(make_header(decode_header(mail["Subject"]))) for mail in mailbox.Maildir(home / "mail"))

    assert subjects() == sorted(["باران", "برف", "بادد"])
    assert subjects() == sorted(["باران", "برف", "بادد"])
    assert newsroom.answered[-1] == ("/feed.atom", 304)
    newsroom.edition(STAYS, GOES, WRONG, NEW)
    assert subjects() == sorted(["باران", "برف", "بادد", "آفتاب"])
    (home / "mail").rename(home / "old mail")
    for folder in ("cur", "new", "tmp"):
        (home / "mail" / folder).mkdir(parents=True)
    newsroom.edition(STAYS, MENDED, NEW, withdrawn=(GONE,))
    assert set(subjects()) <= {"باد"}
