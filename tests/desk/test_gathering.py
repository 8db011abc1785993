"""Gathering: from a text, a page, a feed or a file to drafts of one source."""

import gzip
import html
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest

from fragments.nouns import State, Verification
from widget_server.fetching import Fetcher

SENTENCE = "The river keeps every stone that the children throw into its slow brown water. "
ARTICLE = "\n\n".join(SENTENCE.replace("river", word) * 3 for word in ("river", "canal", "lake"))
POEM = "One line of the poem,<br>another line of the poem,<br>a third line of it,<br>and the last of all"
PARAGRAPHS = "".join(f"<p>{part}</p>" for part in ARTICLE.split("\n\n"))
PAGE = (
    '<html lang="en"><head><title>Alpha page</title><meta name="author" content="Nora Sample">'
    '<meta property="article:published_time" content="2019-03-04T10:00:00Z"></head>'
    f'<body><nav><a href="/">Home</a></nav><article><h1>Alpha page</h1>{PARAGRAPHS}<p>{POEM}</p></article>'
    "<script>alert(1)</script></body></html>"
)
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Feed of Alpha</title>'
    "<item><title>First of all</title><link>{origin}/page</link><description>A teaser.</description></item>"
    "<item><title>Second</title><link>javascript:alert(1)</link>"
    f"<description>{html.escape('<p>' + SENTENCE * 4 + '</p><script>alert(1)</script>')}</description></item>"
    "</channel></rss>"
)


class _Site(BaseHTTPRequestHandler):
    def do_GET(self):
        kinds = {"/page": "text/html; charset=utf-8", "/feed": "application/rss+xml", "/film": "video/mp4"}
        origin = f"http://127.0.0.1:{self.server.server_port}"
        bodies = {"/page": PAGE, "/feed": FEED.replace("{origin}", origin), "/film": "0"}
        body = bodies.get(self.path, "gone").encode()
        self.send_response(200 if self.path in bodies else 410)
        self.send_header("Content-Type", kinds.get(self.path, "text/html"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


@pytest.fixture
def site(desk):
    """A site on this machine, which the desk of this test may ask; its address."""
    desk.extensions["fetcher"] = Fetcher("test", allow_loopback=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def fields_of(page):
    """What a form on a page would send, its buttons and unticked boxes left out."""
    found = dict(re.findall(r'<input(?: id="\w+")? (?:type="hidden" )?name="(\w+)"[^>]*? value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.S))
    found = {name: value for name, value in found.items() if not name.endswith("_on") and name != "archived"}
    return {name: html.unescape(value) for name, value in found.items()} | {"form_token": "f", "source": ""}


def gathered(client, **fields):
    """The sheet of a pasted text."""
    return client.post("/gather/text", data={"form_token": "f", "pasted": ARTICLE, **fields})


def test_the_ticked_passages_of_an_article_become_drafts_of_one_source(desk, sign_in):
    ana, archive = sign_in("ana"), desk.extensions["archive"]
    sheet = fields_of(gathered(ana).text)

    sent = {**sheet, "p0_on": "yes", "p1_on": "yes", "s_title": "Alpha", "topics": "rivers", "do": "save"}
    answer = ana.post("/gather/drafts", data=sent)

    assert answer.status_code == 302, answer.text
    drafts = list(archive.fragments())
    assert len(drafts) == 2
    assert {each.source.external_id for each in drafts} == {f"gathered-{sheet['key']}-source"}
    assert {archive.fragment(each.id).state for each in drafts} == {State.DRAFT}
    assert {each.lang for each in drafts} == {"en"}
    assert all(each.text in ARTICLE and each.topics == ("rivers",) for each in drafts)
    made = ana.get(answer.headers["Location"].removeprefix("/desk")).text
    assert all(f"/write/{each.id}" in made for each in drafts)


def test_sending_the_same_sheet_twice_saves_once(desk, sign_in):
    ana = sign_in("ana")
    sent = {**fields_of(gathered(ana).text), "p0_on": "yes", "s_title": "Alpha", "do": "save"}
    first = ana.post("/gather/drafts", data=sent)
    seen = {"p0_seen": next(iter(desk.extensions["archive"].fragments())).id}

    second = ana.post("/gather/drafts", data={**sent, **seen})

    assert (first.status_code, second.status_code) == (302, 409)
    assert desk.extensions["archive"].count() == 1


def test_what_the_archive_has_nearly_the_same_is_shown_before_it_is_saved_again(desk, sign_in):
    ana, archive = sign_in("ana"), desk.extensions["archive"]
    sheet = fields_of(gathered(ana).text)
    ana.post("/gather/drafts", data={**sheet, "p0_on": "yes", "s_title": "Alpha", "do": "save"})
    changed = sheet["p0_text"].replace("brown", "green").upper()

    again = gathered(ana)
    other = {**fields_of(again.text), "p2_text": changed, "p2_on": "yes", "s_title": "Alpha two", "do": "save"}
    other = {name: value for name, value in other.items() if name != "p2_seen"}
    warned = ana.post("/gather/drafts", data=other)

    id_ = next(iter(archive.fragments())).id
    assert f"/fragments/{id_}" in again.text
    assert warned.status_code == 409
    assert archive.count() == 1
    assert ana.post("/gather/drafts", data={**fields_of(warned.text), "p2_on": "yes", "do": "save"}).status_code == 302


def test_a_near_duplicate_in_anothers_draft_is_told_without_its_words(sign_in):
    ana = sign_in("ana")
    ana.post(
        "/gather/drafts", data={**fields_of(gathered(ana).text), "p0_on": "y", "s_title": "Hidden title", "do": "save"}
    )

    seen = gathered(sign_in("cleo")).text

    assert "a draft of somebody else" in seen
    assert "/fragments/" not in seen


def test_nothing_is_saved_when_nothing_is_ticked_or_the_source_has_no_name(desk, sign_in):
    ana = sign_in("ana")
    sheet = fields_of(gathered(ana).text)

    assert ana.post("/gather/drafts", data={**sheet, "s_title": "Alpha", "do": "save"}).status_code == 400
    nameless = ana.post("/gather/drafts", data={**sheet, "p0_on": "yes", "do": "save"})

    assert nameless.status_code == 400
    assert 'name="p0_on" value="yes" checked' in nameless.text
    assert desk.extensions["archive"].count() == 0


def test_of_a_sheet_with_one_bad_passage_nothing_is_saved(desk, sign_in):
    ana = sign_in("ana")
    sheet = {**fields_of(gathered(ana).text), "s_title": "Alpha", "p0_on": "yes", "p1_on": "yes", "do": "save"}

    answer = ana.post("/gather/drafts", data={**sheet, "p1_text": "x" * 9000})

    assert answer.status_code == 400
    assert desk.extensions["archive"].count() == 0


def test_a_page_is_read_with_its_title_author_and_date_and_its_verse_stays_in_lines(desk, sign_in, site):
    ana = sign_in("ana")

    page = ana.post("/gather/page", data={"form_token": "f", "address": f"{site}/page"}).text
    sheet = fields_of(page)

    assert {sheet[name] for name in ("s_title", "s_author", "s_date")} == {"Alpha page", "Nora Sample", "2019-03-04"}
    assert sheet["archived_url"] == f"https://web.archive.org/web/20190304/{site}/page"
    assert "alert(1)" not in page
    verse = [value for name, value in sheet.items() if name.endswith("_text") and "One line of the poem" in value]
    assert verse == [POEM.replace("<br>", "\n")]

    number = next(name[:-5] for name, value in sheet.items() if value == verse[0])
    answer = ana.post("/gather/drafts", data={**sheet, f"{number}_on": "yes", "archived": "yes", "do": "save"})
    (draft,) = desk.extensions["archive"].fragments()

    assert answer.status_code == 302
    assert draft.text.count("\n") == 3
    assert draft.source.archived_urls == (sheet["archived_url"],)


def test_a_page_read_again_offers_the_source_it_has(sign_in, site):
    ana = sign_in("ana")
    asked = {"form_token": "f", "address": f"{site}/page"}
    sheet = fields_of(ana.post("/gather/page", data=asked).text)
    ana.post("/gather/drafts", data={**sheet, "p0_on": "yes", "do": "save"})

    again = ana.post("/gather/page", data=asked).text

    assert f'name="source" value="gathered-{sheet["key"]}-source"' in again


REFUSED = {
    "gone": ("/nowhere", "answer 410"),
    "a film": ("/film", "video/mp4"),
}


@pytest.mark.parametrize(("path", "words"), REFUSED.values(), ids=REFUSED)
def test_a_page_that_cannot_be_read_says_why_and_keeps_its_address(sign_in, site, path, words):
    answer = sign_in("ana").post("/gather/page", data={"form_token": "f", "address": site + path})

    assert answer.status_code == 400
    assert words in answer.text
    assert site + path in answer.text


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://169.254.169.254/latest/", "file:///etc/passwd", "x"])
def test_the_desk_asks_no_address_of_a_private_network(sign_in, address):
    answer = sign_in("ana").post("/gather/page", data={"form_token": "f", "address": address})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_an_entry_of_a_feed_is_chosen_and_its_own_text_used(sign_in, site):
    ana = sign_in("ana")
    listed = ana.post("/gather/feed", data={"form_token": "f", "feed": f"{site}/feed"}).text

    assert f'name="address" value="{site}/page"' in listed
    assert "javascript:" not in listed
    chosen = {"form_token": "f", "feed": f"{site}/feed", "title": "Second", "link": ""}
    sheet = ana.post("/gather/entry", data=chosen).text

    assert SENTENCE.strip() in sheet
    assert "alert(1)" not in sheet
    assert fields_of(sheet)["s_publisher"] == "Feed of Alpha"
    assert ana.post("/gather/entry", data={**chosen, "title": "Third"}).status_code == 404


ROWS = "id,passage,lang,work,nation\na1,{text},en,Alpha,VN\na2,,en,,\n"


def sent(client, body, name="rows.csv"):
    """Send a file; the address of the page that looks at it."""
    data = {"form_token": "f", "file": (BytesIO(body), name)}
    answer = client.post("/gather/file", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removeprefix("/desk")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_is_looked_at_rehearsed_and_taken_in_for_review(desk, sign_in, pack):
    ben, archive = sign_in("ben"), desk.extensions["archive"]
    address = sent(ben, pack(ROWS.format(text=SENTENCE.strip()).encode()))
    wishes = {"form_token": "f", "c4": "nation", "m4": "country"}

    looked = ben.get(address).text
    rehearsed = ben.post(address, data={**wishes, "do": "rehearse"}).text

    assert "Alpha" in looked and 'placeholder="title"' in looked
    assert "Dry run: nothing was written" in rehearsed
    assert archive.count() == 0
    taken = ben.post(address, data={**wishes, "do": "import"}).text
    (fragment,) = archive.fragments()
    assert fragment.source.suppressions[0].country == "VN"
    assert fragment.source.suppressions[0].verification is Verification.UNCITED
    assert archive.fragment(fragment.id).state is State.IN_REVIEW
    assert "rejected:  1" in taken
    assert ben.get(address).status_code == 404
    assert ben.get(f"{address}/report", buffered=True).json["rejected_rows"] == 1
    assert not list((desk.extensions["settings"].data / "uploads").glob("*.rows"))


def test_near_duplicates_in_the_first_rows_are_shown_before_anything_is_stored(sign_in, a_form):
    ana = sign_in("ana")
    id_ = ana.post("/write/0123456789abcdef", data={**a_form, "text": SENTENCE}).headers["Location"].rsplit("/", 1)[1]
    ben = sign_in("ben")

    looked = ben.get(sent(ben, ROWS.format(text=SENTENCE.upper().strip()).encode())).text

    assert f"/fragments/{id_}" in looked


def test_a_file_that_is_no_table_says_what_to_do(sign_in):
    ben = sign_in("ben")

    assert "save it as" in ben.get(sent(ben, b"PK\x03\x04 spreadsheet")).text


def test_nobody_opens_the_file_of_another_and_a_thrown_one_is_gone(desk, sign_in):
    ben = sign_in("ben")
    address = sent(ben, ROWS.encode())

    assert sign_in("adm").get(address).status_code == 404
    assert ben.post(address, data={"form_token": "f", "do": "drop"}).status_code == 302
    assert list((desk.extensions["settings"].data / "uploads").iterdir()) == []


def test_a_file_larger_than_the_page_says_is_refused_and_not_kept(desk, sign_in):
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n\r\n%s\r\n--b--\r\n'
    body = part % (b"x" * (21 << 20))

    answer = sign_in("ben").post("/gather/file", data=body, content_type="multipart/form-data; boundary=b")

    assert answer.status_code == 413
    assert not list((desk.extensions["settings"].data / "uploads").glob("*"))


def test_what_was_pasted_after_the_session_ended_is_given_back_at_the_sign_in(sign_in):
    nobody = sign_in("")

    answer = nobody.post("/gather/text", data={"form_token": "f", "pasted": ARTICLE})
    foreign = nobody.post("/gather/text", data={"pasted": ARTICLE}, headers={"Sec-Fetch-Site": "cross-site"})

    assert ARTICLE in answer.text
    assert "Sign in" in answer.text
    assert ARTICLE not in foreign.text
