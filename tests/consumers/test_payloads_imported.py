"""All public payloads as a file to be imported: each is taken or refused with the field and the reason, none is an
accident, and nothing that is taken holds what test_payloads.py leaves out.

Of 5,091 texts, read as plain, 8 are refused: nothing can be seen of them, or the title would be one endless word. Read
as markup, 1,842 are: the most are all markup, and no title is left. Of 5,091 addresses 9 are taken.
"""

import json
import re

import pytest

from fragments.importing.job import Wishes, run
from fragments.record import to_record

LEGAL = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")  # XML 1.0, section 2.2


def rows(payloads):
    """Each as text, title, author and gloss of one fragment, and as the address of the source of another."""
    for number, text in enumerate(payloads):
        said = {"text": text, "title": text, "author": text, "gloss": text}
        yield {"external_id": f"p{number}", "lang": "en", "source_id": f"p{number}", **said}
        told = {"text": "rain", "title": "Alpha", "url": text}
        yield {"external_id": f"u{number}", "lang": "en", "source_id": f"u{number}", **told}


@pytest.mark.parametrize("plain", [False, True], ids=["with markup", "plain"])
def test_every_payload_is_taken_or_refused_for_a_reason_that_is_said(sqlite_archive, payloads, tmp_path, plain):
    file = tmp_path / "payloads.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows(payloads)), "utf-8")

    report = run(sqlite_archive, [file], Wishes(plain=plain))

    refused = [json.loads(line) for line in report.rejections.lines()]
    assert report.unreadable == []
    assert len(payloads) > 5000
    assert report.rows == 2 * len(payloads) == report.fragments.new + len(refused)
    assert all(each["field"] and each["reason"] for each in refused)
    kept = list(sqlite_archive.fragments())
    assert all(each.text.strip() for each in kept)
    assert all(LEGAL.fullmatch(text) for each in kept for text in strings(to_record(each)))


def strings(record):
    """All texts in a record."""
    match record:
        case dict():
            return [text for each in record.values() for text in strings(each)]
        case list():
            return [text for each in record for text in strings(each)]
        case str():
            return [record]
    return []
