"""Values that break importers, from a file into a real archive: each is stored, remarked on or refused as it should be.

Written for this test; the kinds are those of docs/import.md.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fragments.ids import id_of
from fragments.importing.report import Report
from fragments.nouns import Fragment
from fragments.store.archive import Archive

SAID: dict[str, Callable[[Fragment], object]] = {
    "text": lambda fragment: fragment.text,
    "title": lambda fragment: fragment.source.title,
    "url": lambda fragment: fragment.source.url,
    "date": lambda fragment: fragment.source.date and (fragment.source.date.raw, fragment.source.date.edtf),
    "lang": lambda fragment: fragment.lang,
    "country": lambda fragment: fragment.source.suppressions[0].country,
}
STORED = [  # field, language, value, stored, codes of notes
    ("text", "zh-Hans", "\u200b自由\ufeff", "自由", set()),
    ("text", "fa", "می\u200cنویسم", "می\u200cنویسم", set()),
    ("text", "si", "ශ\u0dca\u200dරී", "ශ\u0dca\u200dරී", set()),
    ("text", "de", "an\u00adonym", "anonym", set()),
    ("text", "de", "Le\u00acningrad", "Le\u00acningrad", {"not-sign"}),
    ("text", "en", "safe \u202etxt\u202c", "safe txt", {"bidi"}),
    ("text", "he", "\u2067שלום", "שלום", {"bidi"}),
    ("text", "vi", "Tu\u031b\u0323 do", "Tự do", set()),
    ("text", "en", "① ﬁ", "① ﬁ", set()),
    ("text", "fr", "LibertÃ©", "LibertÃ©", {"wrong-encoding"}),
    ("text", "en", "free\ufffddom", "free\ufffddom", {"lost-character"}),
    ("text", "en", "a\x00b\x0bc\x1bd", "abcd", {"controls"}),
    ("text", "en", "<p>ok</p><script>alert(1)</script>", "ok", {"markup"}),
    ("text", "en", "Tom &amp; Jerry", "Tom & Jerry", {"markup"}),
    ("text", "en", "{{ config }}", "{{ config }}", set()),
    ("text", "en", "a ]]> b", "a ]]> b", set()),
    ("text", "zh-Hant", "自由", "自由", set()),
    ("title", "en", '=HYPERLINK("http://e.example","x")', '=HYPERLINK("http://e.example","x")', set()),
    ("url", "en", "http://www.example.org./", "http://www.example.org/", set()),
    ("url", "en", "https://user:pass@host.example/", "https://host.example/", set()),
    ("url", "en", "https://example.org/a b", "https://example.org/a%20b", set()),
    ("url", "en", "https://раураl.com/", "https://xn--l-7sba6dbr.com/", {"mixed-host"}),
    ("date", "en", "2013/7/19", ("2013/7/19", "2013-07-19"), set()),
    ("date", "en", "April 30, 2018", ("April 30, 2018", "2018-04-30"), set()),
    ("date", "en", "1925/28", ("1925/28", "1925/1928"), set()),
    ("date", "en", "um 1934", ("um 1934", "1934~"), set()),
    ("date", "en", 1955, ("1955", "1955"), set()),
    ("date", "en", "1954-02-29", ("1954-02-29", None), {"date-impossible"}),
    ("date", "en", "06/04/2019", ("06/04/2019", None), {"date-ambiguous"}),
    ("date", "fa", "۱۴۰۲/۰۳/۱۳", ("۱۴۰۲/۰۳/۱۳", None), {"date-calendar"}),
    ("date", "de", "o. J.", ("o. J.", "XXXX"), {"date-unknown"}),
    ("lang", "zh_CN", None, "zh-CN", set()),
    ("lang", "iw", None, "he", set()),
    ("lang", "und", None, "und", set()),
    ("country", "en", "SU", "SU", {"former-state"}),
    ("country", "en", "XK", "XK", set()),
    ("country", "en", "vietnam", "VN", {"country-from-name"}),
]
REFUSED = [  # field, value
    ("text", "x" * 5_000),
    ("text", "слово " * 12_000),
    ("text", "<svg><style><img src=x onerror=alert(1)></style></svg>"),
    ("url", "javascript:alert(1)"),
    ("url", "data:text/html,x"),
    ("url", "//evil.example/x"),
    ("lang", "zh"),
    ("lang", "cn"),
    ("country", "UK"),
    ("country", "CIS"),
]


@pytest.fixture
def rows() -> list[dict[str, object]]:
    """One row for each value, all of one file."""
    taken: list[dict[str, object]] = []
    for number, (field, lang, value, _, _) in enumerate(STORED):
        row: dict[str, object] = {"id": f"s{number}", "text": f"Text {number}", "lang": lang, "country": "VN"}
        taken.append({**row, field: lang if field == "lang" else value})
    for number, (field, bad) in enumerate(REFUSED):
        taken.append({"id": f"r{number}", "text": f"Bad {number}", "lang": "en", "country": "VN", field: bad})
    return taken


def test_each_value_is_stored_remarked_on_or_refused(
    sqlite_archive: Archive,
    rows: list[dict[str, object]],
    lines: Callable[..., Path],
    take: Callable[..., Report],
    tmp_path: Path,
) -> None:
    report = take(sqlite_archive, lines(*rows))

    held = [sqlite_archive.fragment(id_of(f"s{number}")) for number in range(len(STORED))]
    stored = [
        (field, SAID[field](each.fragment), {note.code for note in each.notes} - {"same-text"})
        for (field, *_), each in zip(STORED, held, strict=True)
    ]
    report.write(tmp_path / "report.json")
    rejected = json.loads((tmp_path / "report.json").read_text())["rejected"]
    assert stored == [(field, expected, codes) for field, _, _, expected, codes in STORED]
    assert [(each["line"], each["field"]) for each in rejected] == [
        (len(STORED) + number, field) for number, (field, _) in enumerate(REFUSED, 1)
    ]
    assert all(each["reason"] for each in rejected)
