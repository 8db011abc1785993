"""Hot paths: conditional requests, encodings, and the facets of a random frame, for every way readers ask."""

import gzip
import json
from collections import Counter
from email.utils import formatdate
from random import Random

import brotli
import pytest

from widget_server import hotpaths, shelf
from widget_server.hotpaths import METHODS, Answer, answer, route_of
from widget_server.shelf import Printing

from .conftest import DATED, IDS

DECK = "/d/all/0.cf"
PLACED = int(DATED.timestamp())
SAME_TIME, EARLIER, LATER = (formatdate(PLACED + shift, usegmt=True) for shift in (0, -60, 60))


def ask(printing: Printing, path: str = DECK, query: str = "", method: str = "GET", **headers: str) -> Answer:
    sent = {name.replace("_", "-").title(): value for name, value in headers.items()}
    found = answer(printing, method, path, query, sent)
    assert found is not None
    return found


def header(found: Answer, name: str) -> str | None:
    return dict(found.headers).get(name)


def tag(printing: Printing, encoding: str = "") -> str:
    return header(ask(printing, accept_encoding=encoding), "ETag") or ""


CONDITIONS = {
    # given the tags and dates a reader sends, whether its copy is good
    "the tag": ({"if_none_match": "{plain}"}, 304),
    "the tag of the brotli form": ({"if_none_match": "{br}"}, 304),
    "the tag of the gzip form": ({"if_none_match": "{gzip}"}, 304),
    "the tag made weak on the way": ({"if_none_match": "W/{plain}"}, 304),
    "the suffix of Apache": ({"if_none_match": '"{bare}-gzip"'}, 304),
    "a list with the tag in it": ({"if_none_match": '"x", W/"y",{br} , "z"'}, 304),
    "a list without it": ({"if_none_match": '"x", W/"y"'}, 200),
    "a star": ({"if_none_match": "*"}, 304),
    "an empty tag": ({"if_none_match": '""'}, 200),
    "nothing at all in it": ({"if_none_match": ""}, 200),
    "half of the tag": ({"if_none_match": '"{half}"'}, 200),
    "the very date": ({"if_modified_since": SAME_TIME}, 304),
    "a later date": ({"if_modified_since": LATER}, 304),
    "an earlier date": ({"if_modified_since": EARLIER}, 200),
    "a date that is none": ({"if_modified_since": "yesterday"}, 200),
    "a date beyond the calendar": ({"if_modified_since": "Mon, 01 Jan 99999 00:00:00 GMT"}, 200),
    "a wrong tag beats a good date": ({"if_none_match": '"x"', "if_modified_since": LATER}, 200),
    "a good tag beats an old date": ({"if_none_match": "{plain}", "if_modified_since": EARLIER}, 304),
    "no condition": ({}, 200),
}


@pytest.mark.parametrize("case", CONDITIONS)
def test_a_copy_that_is_still_good_is_not_sent_again(printing: Printing, case: str) -> None:
    conditions, status = CONDITIONS[case]
    plain = tag(printing)
    tags = {"plain": plain, "br": tag(printing, "br"), "gzip": tag(printing, "gzip"), "bare": plain.strip('"')}
    tags["half"] = tags["bare"][:16]
    found = ask(printing, **{name: value.format(**tags) for name, value in conditions.items()})
    assert found.status == status
    assert bool(found.body) == (status == 200)


def test_an_unchanged_answer_repeats_the_validators(printing: Printing) -> None:
    whole, unchanged = ask(printing), ask(printing, if_none_match="*")
    for name in ("ETag", "Last-Modified", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert header(unchanged, name) == header(whole, name)
        assert header(whole, name)
    assert header(unchanged, "Content-Length") is None


ENCODINGS = {
    "nothing said": ("", ""),
    "brotli": ("br", "br"),
    "gzip": ("gzip", "gzip"),
    "what browsers say": ("gzip, deflate, br, zstd", "br"),
    "anything": ("*", "br"),
    "brotli refused": ("br;q=0, gzip", "gzip"),
    "brotli refused with a fraction": ("br;q=0.000, *", "gzip"),
    "everything refused": ("*;q=0", ""),
    "anything but gzip": ("gzip;q=0, *", "br"),
    "gzip liked better": ("br;q=0.5, gzip;q=0.9", "gzip"),
    "capitals and spaces": ("  GZIP ; q=1.0 ", "gzip"),
    "a weight that is none": ("br;q=very, gzip", "gzip"),
    "only what we have not": ("zstd, deflate", ""),
    "identity": ("identity", ""),
    "commas only": (",,,", ""),
}


@pytest.mark.parametrize("case", ENCODINGS)
def test_each_reader_gets_an_encoding_it_takes(printing: Printing, case: str) -> None:
    accepted, expected = ENCODINGS[case]
    found = ask(printing, accept_encoding=accepted)
    unpack = {"": bytes, "br": brotli.decompress, "gzip": gzip.decompress}[expected]
    assert (header(found, "Content-Encoding") or "") == expected
    assert unpack(found.body) == b"signed deck " * 100
    assert header(found, "Content-Length") == str(len(found.body))
    assert header(found, "Vary") == "Accept-Encoding"


def test_each_encoding_has_a_tag_of_its_own(printing: Printing) -> None:
    assert len({tag(printing), tag(printing, "br"), tag(printing, "gzip")}) == 3


def test_head_says_what_get_would(printing: Printing) -> None:
    head, get = ask(printing, method="HEAD"), ask(printing)
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")
    assert (head.display, get.display) == (None, ("script", "all"))


def test_a_loader_never_changes_and_says_so(printing: Printing) -> None:
    assert header(ask(printing, "/e/abc.js"), "Cache-Control") == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/feed.atom", "/feeds/lang/vi.json"])
def test_feed_readers_are_asked_to_wait_a_quarter_of_an_hour(printing: Printing, path: str) -> None:
    assert header(ask(printing, path), "Cache-Control") == "public, max-age=900"


def test_a_junk_query_string_changes_nothing(printing: Printing) -> None:
    assert ask(printing, "/feed.atom", "utm_source=x&lang=vi") == ask(printing, "/feed.atom")


@pytest.mark.parametrize(
    ("path", "display"),
    [
        (DECK, ("script", "all")),
        ("/d/lang-vi.country-VN/15.cf", ("script", "lang-vi.country-VN")),
        (f"/f/{IDS[0]}/frame", ("frame", f"f-{IDS[0]}")),
        ("/frame", ("frame", "all")),
        ("/feed.atom", ("feed", "/feed.atom")),
        ("/e/abc.js", None),
        (f"/f/{IDS[0]}.txt", None),
        ("/edition.json", None),
    ],
)
def test_what_is_a_display_and_of_which_deck(printing: Printing, path: str, display: tuple[str, str] | None) -> None:
    assert ask(printing, path).display == display
    assert ask(printing, path, if_none_match="*").display == display


@pytest.mark.parametrize("path", ["/", "/embed", f"/f/{IDS[0]}", "/d/all", "/.facets", ".facets", "/desk", "/f/random"])
def test_other_paths_are_left_to_flask(printing: Printing, path: str) -> None:
    assert answer(printing, "GET", path, "", {}) is None


def test_an_unknown_file_and_another_method_are_left_to_flask(printing: Printing) -> None:
    assert answer(printing, "GET", "/d/nowhere/0.cf", "", {}) is None
    assert answer(printing, "POST", DECK, "", {}) is None


def test_a_preflight_is_told_what_is_allowed(printing: Printing) -> None:
    found = ask(printing, method="OPTIONS")
    assert (found.status, header(found, "Allow")) == (204, ", ".join(METHODS))
    assert header(found, "Access-Control-Allow-Origin") == "*"


def shown(printing: Printing, query: str, seed: int = 1, times: int = 300) -> Counter[str]:
    chance = Random(seed)
    answers = [answer(printing, "GET", "/frame", query, {}, chance) for _ in range(times)]
    return Counter(found.body.decode()[3:13] for found in answers if found)


def test_a_random_frame_shows_every_fragment_of_its_facets_and_no_other(printing: Printing) -> None:
    assert set(shown(printing, "")) == set(IDS)
    assert set(shown(printing, "lang=vi")) == set(IDS[::2])
    assert set(shown(printing, "country=IR&theme=dark&ui=fa")) == set(IDS[1::2])
    assert set(shown(printing, "country=IR,VN")) == set(shown(printing, "country=IR&country=VN")) == set(IDS)


def test_a_random_frame_is_never_kept(printing: Printing) -> None:
    found = ask(printing, "/frame", if_none_match="*")
    assert (found.status, header(found, "Cache-Control"), header(found, "ETag")) == (200, "no-store", None)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("colour=red", 400),
        ("lang=%00", 400),
        ("country=Atlantis", 400),
        ("&".join(f"a{n}=1" for n in range(60)), 400),
        ("lang=de", 404),
        ("lang=vi&country=IR", 404),
    ],
    ids=["facet", "control character", "country", "too many", "language not in use", "never together"],
)
def test_a_facet_that_cannot_be_had_is_a_clear_refusal(printing: Printing, query: str, status: int) -> None:
    found = ask(printing, "/frame", query)
    assert found.status == status
    assert f'<meta name="description" content="{status} ' in found.body.decode()
    assert header(found, "Content-Type") == "text/html; charset=utf-8"
    assert found.display is None


def test_frames_may_be_framed_and_run_only_their_own_script(printing: Printing) -> None:
    policy = header(ask(printing, "/frame"), "Content-Security-Policy") or ""
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert policy.count("script-src") == 1
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy


def test_the_whole_table_is_reached_by_the_printing(printing: Printing) -> None:
    hot = [path for path in printing.paths() if path.startswith("/")]
    assert all(route_of(path) for path in hot)
    assert json.loads(ask(printing, "/edition.json").body)["number"] == 7


def test_an_answer_kept_ready_is_the_same_answer_and_never_one_for_another_reader(printing: Printing) -> None:
    for encoding in ("", "br", "gzip", "br;q=0, gzip", "gzip;q=1, br;q=0.1"):
        first, again = (ask(printing, accept_encoding=encoding) for _ in range(2))
        assert again is first
        printing.ready = {}
        assert ask(printing, accept_encoding=encoding) == first
    assert ask(printing, if_none_match="*").status == 304
    assert ask(printing, method="HEAD").body == b""
    assert ask(printing, path="/feed.atom") != ask(printing)


def test_answers_kept_ready_stay_few_and_small(printing: Printing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "READY", 3)
    for path in [path for path in printing.paths() if route_of(path)]:
        assert ask(printing, path).status == 200
        assert len(printing.ready) <= 3
    monkeypatch.setattr(hotpaths, "SHORT", 10)
    printing.ready = {}
    ask(printing)

    assert printing.ready == {}
