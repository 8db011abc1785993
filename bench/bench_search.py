"""What finding costs at the desk, on SQLite and on PostgreSQL, in one table of milliseconds.

    python -W ignore -m bench.bench_search [--fragments 100000] [--only sqlite] [--at sqlite:///FILE]

An archive of synthetic fragments in ten languages and scripts, twenty of one source, nine in ten published; the rest
are ana's, half of them drafts. Each page is asked three times of the desk's app as a browser asks it, without the
network, by somebody who is signed in. What is shown is the processor's time, the database server's included, so that
other work on the machine does not count; the best of three. `answer` is the whole page, `list` the rows of a search
alone, without counting, filters and HTML. `--at` keeps the archive, and measures it again without filling it.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient
from sqlalchemy import insert, text
from werkzeug.datastructures import MultiDict

from bench.bench_counting import postgres
from bench.bench_publish import WORDS, fragment
from fragments.nouns import Fragment, State
from fragments.review import OPERATOR
from fragments.store.archive import Archive
from fragments.store.people import People
from fragments.store.people_tables import people
from fragments.store.searching import Finding, Wanted
from widget_server.desk.app import create_desk
from widget_server.desk.secrecy import hash_of, new_token
from widget_server.desk.securing import SESSION_KEY
from widget_server.settings import Settings

NOW = datetime.now(UTC).replace(microsecond=0)
OF_A_SOURCE, BATCH, TIMES = 20, 200, 3
RARE = 400  # a word by its rank in a language's vocabulary
STAFF = {"ana": "contributor", "ben": "editor"}


def common(lang: str) -> str:
    """A word of five letters and more that stands in most texts of a language."""
    return next(word for word in WORDS[lang][3:] if len(word) >= 5)


# What is asked: who asks, which page, with which query. Words are of the synthetic vocabularies.
ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "nothing: the newest": ("ben", "/find", {}),
    "a common English word": ("ben", "/find", {"words": common("en")}),
    "a rare English word": ("ben", "/find", {"words": WORDS["en"][RARE]}),
    "a common Arabic word": ("ben", "/find", {"words": common("ar")}),
    "two Vietnamese words": ("ben", "/find", {"words": " ".join((common("vi"), WORDS["vi"][1]))}),
    "one Chinese character": ("ben", "/find", {"words": WORDS["zh-Hans"][RARE][:1]}),
    "two Chinese characters": ("ben", "/find", {"words": (WORDS["zh-Hans"][1] + WORDS["zh-Hans"][2])[:2]}),
    "two Latin letters": ("ben", "/find", {"words": "qx"}),
    "two Latin letters of most texts": ("ben", "/find", {"words": "ln"}),
    "a word that stands nowhere": ("ben", "/find", {"words": "unheard-of"}),
    "a source's words": ("ben", "/find", {"words": "Ministry"}),
    "a language": ("ben", "/find", {"lang": "my"}),
    "a country and a topic": ("ben", "/find", {"country": "VN", "topic": "poetry"}),
    "a campaign, published": ("ben", "/find", {"campaign": "spring", "state": "published"}),
    "an editor's texts": ("ben", "/find", {"editor": "ana"}),
    "a word and a language": ("ben", "/find", {"words": common("en"), "lang": "fa"}),
    "page 100 of everything": ("ben", "/find", {"page": "100"}),
    "a contributor: the newest": ("ana", "/find", {}),
    "a contributor: a common word": ("ana", "/find", {"words": common("en")}),
    "sources, by a word": ("ben", "/sources", {"words": common("en")}),
    "sources, unverified": ("ben", "/sources", {"which": "unverified"}),
    "what waits for review": ("ben", "/review", {}),
    "the first page": ("ben", "/", {}),
}


def fragments(many: int) -> Iterator[Fragment]:
    """Synthetic fragments, twenty of each source."""
    for first in range(0, many, OF_A_SOURCE):
        source = fragment(first).source
        for number in range(first, min(first + OF_A_SOURCE, many)):
            yield replace(fragment(number), source=source, published_at=None)


def stock(archive: Archive, many: int) -> None:
    """Fill an archive as an import and a writer do, and publish what was imported."""
    coming, batches = fragments(many), -(-many // BATCH)
    for number in range(batches):
        is_anas = number % 10 == 9
        state = State.DRAFT if is_anas and number % 20 == 9 else State.IN_REVIEW
        moment = NOW - timedelta(days=60) + timedelta(minutes=number)
        with archive.writing("ana" if is_anas else OPERATOR, moment) as desk:
            for each in islice(coming, BATCH):
                desk.save_fragment(each, state=state)
    archive.publish(OPERATOR, NOW)


def analysed(archive: Archive) -> None:
    """What PostgreSQL does by itself within a minute of so many rows."""
    if archive.engine.dialect.name == "postgresql":
        with archive.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def signed_in(archive: Archive, data: Path) -> dict[str, FlaskClient]:
    """A browser of each of the staff."""
    app = create_desk(Settings(data=data), archive, clock=lambda: NOW)
    app.config["SESSION_COOKIE_PATH"] = "/"  # the client asks below / instead of /desk
    found, accounts = {}, People(archive.engine)
    for name, role in STAFF.items():
        if not accounts.person(name):
            row = {"name": name, "name_key": name, "password_hash": "x", "role": role, "is_active": True}
            with archive.engine.begin() as connection:
                connection.execute(insert(people).values(**row, made_at=NOW))
        person, token = accounts.person(name), new_token()
        assert person
        accounts.open_session(hash_of(token), person, NOW, NOW + timedelta(days=1))
        found[name] = app.test_client()
        with found[name].session_transaction() as session:
            session[SESSION_KEY] = token
    return found


def milliseconds(do: Callable[[], object], spent: Callable[[], float]) -> float:
    """The best of a few runs, by a clock that counts seconds of the processor."""
    times = []
    for _ in range(TIMES):
        began = spent()
        do()
        times.append((spent() - began) * 1e3)
    return min(times)


def clock_of(archive: Archive) -> Callable[[], float]:
    """The processor's seconds of this process, and of all processes of a PostgreSQL server on this machine."""
    if archive.engine.dialect.name == "sqlite":
        return time.process_time
    with archive.engine.connect() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    server = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1]
    return lambda: time.process_time() + _seconds_of(server)


def _seconds_of(server: str) -> float:
    """Of those that run, to the nanosecond; of those that are gone (parallel workers), to the tick."""
    gone = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[13:15]
    total = sum(map(int, gone)) / os.sysconf("SC_CLK_TCK")
    for child in Path(f"/proc/{server}/task/{server}/children").read_text().split():
        with suppress(FileNotFoundError, ProcessLookupError):
            total += int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) / 1e9
    return total


def measured(archive: Archive, data: Path) -> dict[str, tuple[int | None, float | None, float]]:
    """By question: how many fragments fit, milliseconds of the list, of the whole answer."""
    browsers, finding, clock = signed_in(archive, data), Finding(archive.engine), clock_of(archive)
    found: dict[str, tuple[int | None, float | None, float]] = {}
    for question, (name, path, query) in ASKED.items():
        number, listing = None, None
        if path == "/find":
            wanted = _wanted(name, query)
            offset = 50 * (int(query.get("page", 1)) - 1)
            number = finding.count(wanted)
            listing = milliseconds(partial(finding.fragments, wanted, limit=51, offset=offset), clock)
        found[question] = (number, listing, milliseconds(partial(_opened, browsers[name], path, query), clock))
    return found


def _wanted(name: str, query: dict[str, str]) -> Wanted:
    fields = {key: value for key, value in query.items() if key != "page"}
    return Wanted(**fields, seen_by=name if STAFF[name] == "contributor" else "")  # type: ignore[arg-type]


def _opened(browser: FlaskClient, path: str, query: dict[str, str]) -> None:
    answer = browser.get(path, query_string=MultiDict(query))
    if answer.status_code != 200:
        raise SystemExit(f"{path} {query}: {answer.status}")


@contextmanager
def sqlite() -> Iterator[str]:
    """A database file in a temporary folder."""
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'archive.sqlite3'}"


DATABASES = {"SQLite": sqlite, "PostgreSQL": postgres}


@contextmanager
def filled(url: str, many: int) -> Iterator[Archive]:
    """An archive of so many fragments, filled unless it is already."""
    with Archive.open(url) as archive:
        if not archive.count():
            began, cpu = time.perf_counter(), time.process_time()
            stock(archive, many)
            took, ours = time.perf_counter() - began, time.process_time() - cpu
            print(f"{many:,} fragments saved, indexed and published in {took:.0f} s, {ours:.0f} s of it our CPU")
            analysed(archive)
        yield archive


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fragments", type=int, default=100_000)
    parser.add_argument("--only", choices=[name.lower() for name in DATABASES])
    parser.add_argument("--at", help="address of a database of its own, which is kept")
    options = parser.parse_args()
    databases: dict[str, Callable[[], AbstractContextManager[str]]]
    databases = {name: make for name, make in DATABASES.items() if options.only in (None, name.lower())}
    if options.at:
        databases = {options.at.partition(":")[0]: lambda: nullcontext(options.at)}
    found = {}
    for name, database in databases.items():
        with database() as url, filled(url, options.fragments) as archive, TemporaryDirectory() as data:
            found[name] = measured(archive, Path(data))
    show(found)


def show(found: dict[str, dict[str, tuple[int | None, float | None, float]]]) -> None:
    """One table, a row a question."""
    heads = "".join(f" {name} list | {name} answer |" for name in found)
    print(f"\nmilliseconds of the processor\n\n| asked | fit |{heads}\n|---|--:|" + "--:|--:|" * len(found))
    for question in ASKED:
        number = next(iter(found.values()))[question][0]
        cells = "".join(f" {_shown(each[question][1])} | {each[question][2]:.0f} |" for each in found.values())
        fit = "" if number is None else f"> {number - 1:,}" if number > 10_000 else f"{number:,}"
        print(f"| {question} | {fit} |{cells}")


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


if __name__ == "__main__":
    main()
