"""A blogger presses "Check my page" and reads whether the embed really shows there."""

import re
import threading
from collections.abc import Callable, Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from flask.testing import FlaskClient

from embed.strings import UI_LANGUAGES
from widget_server.fetching import Fetcher
from widget_server.public import page_check
from widget_server.public.app import create_public
from widget_server.public.page_check import AT_ONCE, TRIES, WORDS_OF_REASON, judge
from widget_server.public.speaking import CATALOGUE
from widget_server.settings import Settings
from widget_server.shelf import Shelf
from widget_server.visiting import apart
from widget_server.visiting.finding import Fault, Found, Kind
from widget_server.wire import Reason

URL = "http://127.0.0.1:8199"
GIVEN = re.compile(r'<textarea id="(\w+)".*?>(.*?)</textarea>', re.S)
SAID = re.compile(r'<h1 class="page-title">(.*?)</h1>\s*<div role="status".*?>(.*?)</div>', re.S)


class Blog:
    """A blogger's server: `say(html)` gives the address of a page that says it; `asked` are the agents that came."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def say(self, html: str | bytes, status: int = 200, **headers: str) -> str:
        path = f"/{len(self.pages)}"
        self.pages[path] = (status, html if isinstance(html, bytes) else html.encode(), headers)
        return self.url + path

    def close(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(blog) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler below
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                blog.asked.append(self.headers["User-Agent"])
                blog.may_answer.wait(20)
                status, body, headers = blog.pages[self.path]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        return Handler


@pytest.fixture
def blog() -> Iterator[Blog]:
    running = Blog()
    yield running
    running.close()


@pytest.fixture
def app(shelf: Shelf) -> Flask:
    """The public app, whose checks may reach this machine."""
    return create_public(Settings(public_url=URL), shelf, fetcher=Fetcher("Unsilenced/test", allow_loopback=True))


@pytest.fixture
def snippets(client: FlaskClient) -> Callable[[str], str]:
    """What the builder gives: snippets("script"), or by the name of a place."""

    def given(name: str) -> str:
        place = "" if name in {"script", "frame", "quotation"} else name
        page = client.get(f"/embed?site={place}").get_data(as_text=True)
        return unescape(dict(GIVEN.findall(page))["placed" if place else name]).strip()

    return given


def said(client: FlaskClient, page: str, **asked) -> tuple[str, list[str]]:
    """The headline and the sentences of an answer."""
    answer = client.post("/embed/check", data={"page": page}, **asked)
    found = SAID.search(answer.get_data(as_text=True))
    assert found is not None
    return unescape(found[1]), [unescape(each) for each in re.findall(r"<p>(.*?)</p>", found[2])]


def words(headline: str, *lines: str, **values: object) -> tuple[str, list[str]]:
    say = CATALOGUE.say
    return say("en", f"check.{headline}"), [say("en", f"check.{line}", **values) for line in lines]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("script", "script"),
        ("frame", "frame"),
        ("quotation", "quotation"),
        ("wordpress_com", "quotation"),
        ("signature", "badge"),
    ],
)
def test_what_the_builder_gives_is_found_on_a_page(
    name: str, kind: str, client: FlaskClient, blog: Blog, snippets: Callable[[str], str]
) -> None:
    page = blog.say(f"<!doctype html><title>Mine</title><body><p>Hello</p>{snippets(name)}")
    assert said(client, page) == words("yes", f"kind.{kind}")


def test_what_wordpress_makes_of_the_address_is_a_live_frame(client: FlaskClient, blog: Blog) -> None:
    made = client.get("/oembed", query_string={"url": f"{URL}/f/random?lang=en"}).get_json()["html"]
    assert said(client, blog.say(f"<body>{made}")) == words("yes", "kind.frame")


def _without(pattern: str, instead: str = "") -> Callable[[str], str]:
    return lambda snippet: re.sub(pattern, instead, snippet, flags=re.S)


@pytest.mark.parametrize(
    ("change", "headline", "lines"),
    [
        (_without("<script.*?</script>"), "half", ["fault.script-gone"]),
        (_without("^.*?(?=<script)"), "no", ["fault.box-gone"]),
        (_without(' data-key="[^"]*"'), "half", ["fault.marks-gone"]),
        (_without('data-key="', 'data-key="x'), "half", ["fault.other-key"]),
        (_without("sha384-", "sha384-A"), "half", ["fault.wrong-integrity"]),
        (_without(' crossorigin="[^"]*"'), "half", ["fault.no-crossorigin"]),
        (_without(' integrity="[^"]*"'), "yes", ["kind.script", "fault.no-integrity"]),
    ],
    ids=["script-gone", "box-gone", "marks-gone", "other-key", "wrong-integrity", "no-crossorigin", "no-integrity"],
)
def test_what_is_wrong_with_a_snippet_is_said(
    change: Callable[[str], str],
    headline: str,
    lines: list[str],
    client: FlaskClient,
    blog: Blog,
    snippets: Callable[[str], str],
) -> None:
    assert said(client, blog.say(f"<body>{change(snippets('script'))}")) == words(headline, *lines)


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<body><p>Nothing of theirs", ["nothing", "nothing.hidden"]),
        ("", ["nothing", "nothing.hidden"]),
        (f'<body><a href="{URL}/f/random">there</a>', ["kind.link"]),
    ],
    ids=["a page without", "an empty page", "a link"],
)
def test_a_page_that_shows_nothing_is_told_what_to_do(
    html: str, lines: list[str], client: FlaskClient, blog: Blog
) -> None:
    assert said(client, blog.say(html)) == words("no", *lines)


def test_the_script_of_2006_still_counts(client: FlaskClient, blog: Blog) -> None:
    page = blog.say(f'<body><script src="{URL}/js/fragment-180.js"></script>')
    assert said(client, page) == words("yes", "kind.2006")


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("", "empty"),
        ("x" * 3_000, "empty"),
        ("ftp://example.org/", "not-http"),
        ("javascript:alert(1)", "not-http"),
        ("http://[", "not-http"),
        ("http://someone:secret@127.0.0.1/", "refused"),
        ("http://10.0.0.1/", "refused"),
        ("http://127.0.0.1:1/", "unreachable"),
        (f"{URL}/f/random", "own"),
    ],
    ids=["empty", "endless", "ftp", "javascript", "broken", "password", "private", "refused", "our own"],
)
def test_an_address_that_cannot_be_opened_is_said(typed: str, line: str, client: FlaskClient) -> None:
    assert said(client, typed) == words("unseen", line)


def test_a_page_that_answers_with_an_error_is_said(client: FlaskClient, blog: Blog) -> None:
    assert said(client, blog.say("gone", 404)) == words("unseen", "status", number=404)


def test_a_page_beyond_a_megabyte_is_said(client: FlaskClient, blog: Blog) -> None:
    assert said(client, blog.say(b" " * 1_000_001)) == words("unseen", "too-large")


@pytest.mark.parametrize(
    "html",
    ["<a " + " ".join(f"a{number}=1" for number in range(100_000)) + ">"],
    ids=["a tag with 100,000 attributes"],
)
def test_a_page_made_to_keep_a_parser_busy_is_given_up(
    html: str, client: FlaskClient, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SECONDS", 1.0)
    assert said(client, blog.say(html[:999_000])) == words("unseen", "too-large")


def test_a_page_that_leads_in_circles_is_said(client: FlaskClient, blog: Blog) -> None:
    assert said(client, blog.say("", 302, Location="/0")) == words("unseen", "redirects")


def test_a_page_that_never_comes_is_given_up(client: FlaskClient, blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_check, "PAGE", page_check.Limits(seconds=0.3))
    blog.may_answer.clear()
    assert said(client, blog.say("late")) == words("unseen", "too-slow", seconds=5)


def test_a_name_that_is_not_there_is_said(client: FlaskClient) -> None:
    assert said(client, "http://nobody.invalid/") == words("unseen", "unknown-host")


def test_the_usual_way_out_reaches_no_page_of_this_machine(shelf: Shelf, blog: Blog) -> None:
    client = create_public(Settings(public_url=URL), shelf).test_client()

    assert said(client, blog.say("secret").replace(blog.url, "http://127.0.0.1")) == words("unseen", "refused")
    assert said(client, blog.say("secret")) == words("unseen", "refused")
    assert blog.asked == []


def test_no_crawler_sets_a_check_off(client: FlaskClient, blog: Blog) -> None:
    page = client.get("/embed/check", query_string={"page": blog.say("x")})

    assert (page.status_code, blog.asked) == (200, [])
    assert '<meta name="robots" content="noindex">' in page.get_data(as_text=True)


@pytest.mark.parametrize("place", ["cross-site", "same-site"])
def test_a_form_on_another_site_sets_no_check_off(place: str, client: FlaskClient, blog: Blog) -> None:
    data = {"page": blog.say("x")}
    answer = client.post("/embed/check", data=data, headers={"Sec-Fetch-Site": place})

    assert (answer.status_code, blog.asked) == (400, [])


def test_the_visitor_names_itself_and_the_answer_is_kept_nowhere(client: FlaskClient, blog: Blog) -> None:
    answer = client.post("/embed/check", data={"page": blog.say("<p>Marker of the page")})

    assert blog.asked == ["Unsilenced/test"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert b"Marker" not in answer.data


def test_one_asker_may_not_check_without_end(client: FlaskClient) -> None:
    someone, another = ({"REMOTE_ADDR": f"192.0.2.{number}"} for number in (1, 2))
    for _ in range(TRIES[0]):
        client.post("/embed/check", data={"page": "http://10.0.0.1/"}, environ_base=someone)

    answers = [
        client.post("/embed/check", data={"page": "http://10.0.0.1/"}, environ_base=each) for each in (someone, another)
    ]

    assert [each.status_code for each in answers] == [429, 200]
    assert answers[0].headers["Retry-After"]


def test_slow_pages_leave_threads_for_readers(app: Flask, blog: Blog) -> None:
    page = blog.say("<p>late")
    blog.may_answer.clear()
    waiting = [
        threading.Thread(target=lambda: app.test_client().post("/embed/check", data={"page": page}))
        for _ in range(AT_ONCE)
    ]
    for each in waiting:
        each.start()
    arrived = threading.Event()
    while len(blog.asked) < AT_ONCE:
        arrived.wait(0.01)

    refused = app.test_client().post("/embed/check", data={"page": page})
    blog.may_answer.set()
    for each in waiting:
        each.join()
    after = app.test_client().post("/embed/check", data={"page": page})

    assert (refused.status_code, after.status_code) == (503, 200)


def test_every_fault_and_every_reason_has_words() -> None:
    keys = [f"check.fault.{each.value}" for each in Fault] + [f"check.kind.{each.value}" for each in Kind]

    assert [key for key in keys + list(WORDS_OF_REASON.values()) if not CATALOGUE.has(key)] == []
    assert set(WORDS_OF_REASON) == set(Reason)


def test_a_live_frame_beside_a_broken_script_still_shows() -> None:
    verdict = judge([Found(Kind.SCRIPT, (Fault.SCRIPT_GONE,)), Found(Kind.FRAME)])
    assert (verdict.headline, verdict.is_sound) == ("check.yes", False)


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_form_stands_on_the_builder_in_every_language(ui: str, client: FlaskClient) -> None:
    page = client.get(f"/embed?ui={ui}").get_data(as_text=True)

    assert f'action="/embed/check?ui={ui}"' in page
    assert page.index('name="site"') < page.index('name="lang"')
    assert CATALOGUE.say(ui, "check.kept") in unescape(page)
