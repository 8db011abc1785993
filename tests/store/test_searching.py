"""Finding: words in any script, on both databases, and what a new edition would change."""

import pytest

from fragments.nouns import State, Suppression
from fragments.review import OPERATOR
from fragments.store import matching
from fragments.store.changes import Editions
from fragments.store.searching import Finding, Wanted


@pytest.mark.parametrize(
    ("lang", "text", "asked"),
    [
        ("zh-Hans", "第一行文字在这里", "文字"),
        ("fa", "این یک متن است", "يك متن"),
        ("ar", "كَلِمَةٌ أُولى", "كلمه اولي"),
        ("vi", "Đường đời", "duong"),
        ("th", "คำที่หนึ่ง", "ที่"),
        ("en", 'A "quoted" 100% word_', '100% word_ "quoted'),
    ],
    ids=["two Chinese characters", "Persian as Arabic", "no vowels", "no accents", "Thai", "signs"],
)
def test_a_text_is_found_however_it_is_typed(archive, a_fragment, lang, text, asked):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment("one", lang=lang, text=text))
        desk.save_fragment(a_fragment("two", text="Something else"))

    found = Finding(archive.engine).fragments(Wanted(words=asked))

    assert [each.text for each in found] == [text]


@pytest.mark.parametrize("asked", ["字", "一", "文字", "qz", "q", "里 在", "颠覆", "覆"])
def test_words_of_one_and_two_letters_are_found_wherever_they_stand(archive, a_fragment, a_source, asked):
    act = Suppression(country="CN", who="", reason="煽动颠覆")  # the last words of a source
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment("one", text="第一行文字在这里qz", source=a_source(suppressions=(act,))))
        desk.save_fragment(a_fragment("two", text="Something else", source=a_source("other")))

    found = Finding(archive.engine).fragments(Wanted(words=asked))

    assert [each.text for each in found] == ["第一行文字在这里qz"]


def test_two_letters_are_not_found_across_two_texts(archive, a_fragment):
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment("one", text="文", gloss="字"))

    assert Finding(archive.engine).count(Wanted(words="文字")) == 0


def test_a_corrected_text_and_title_are_found_by_their_new_words_only(archive, a_fragment, a_source):
    finding = Finding(archive.engine)
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment("one", text="first words", source=a_source(title="Former")))
        desk.save_fragment(a_fragment("one", text="second words", source=a_source(title="Newer")))

    counts = [finding.count(Wanted(words=words)) for words in ("first", "former", "second", "newer", "nowhere")]

    assert counts == [0, 0, 1, 1, 0]


def test_the_next_edition_is_told_before_it_is_made_and_after(archive, a_fragment, now):
    editions = Editions(archive.engine)
    with archive.writing(OPERATOR) as desk:
        desk.save_fragment(a_fragment("one"), state=State.IN_REVIEW)
    archive.publish(OPERATOR, now)
    with archive.writing("ana") as desk:
        desk.withdraw(a_fragment("one").id, "asked to")

    assert editions.of(1).counts == {"added": 1, "changed": 0, "withdrawn": 0}
    assert editions.coming(now).counts == {"added": 0, "changed": 0, "withdrawn": 1}


@pytest.mark.parametrize("sample", [0, 1_000], ids=["as a common word", "as a rare word"])
def test_a_word_is_found_alike_whether_most_texts_have_it_or_few(archive, a_fragment, a_source, monkeypatch, sample):
    monkeypatch.setattr(matching, "SAMPLE", sample)
    with archive.writing("ana") as desk:
        desk.save_fragment(a_fragment("one", text="all the words", source=a_source("a", title="First")))
        desk.save_fragment(a_fragment("two", text="other words", source=a_source("b", title="All of it")))
        desk.save_fragment(a_fragment("three", text="nothing", source=a_source("c", title="Third")))

    found, count = Finding(archive.engine).page(Wanted(words="all"), limit=50)

    assert ({each.text for each in found}, count) == ({"all the words", "other words"}, 2)
