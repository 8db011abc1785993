"""The sheet of passages that an editor ticks: made of suggestions or of what was posted, and saved as drafts.

Rules: a sheet has a key, and the drafts' ids follow from it, so that sending it twice saves once. A near-duplicate
counts as shown when its id came back with the form. It knows no page and answers nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fragments import graphemes, languages
from fragments.errors import FieldError
from fragments.gathering.guessing import guess
from fragments.gathering.suggesting import REASONS, suggest
from fragments.ids import id_of
from fragments.nouns import Form, Source, State
from fragments.store.searching import FoundSource
from widget_server.desk import at_hand, forms
from widget_server.desk.looking import Near, near
from widget_server.gathering.readable import Page

MOST_PASSAGES = 20
LONGEST_FIELD = 2_048
_KEY = re.compile(r"[0-9a-f]{16}")
_FIELDS = re.compile(r"lang|topics|campaign|sensitivity|source|find_source|archived|archived_url|[sae]_[a-z0-9_]{1,20}")


@dataclass(frozen=True, slots=True)
class Passage:
    """One row of a sheet."""

    number: int
    text: str
    form: Form
    ticked: bool = False
    reasons: tuple[str, ...] = ()
    seen: frozenset[str] = frozenset()  # ids of near-duplicates that were on the page

    @property
    def length(self) -> int:
        """In characters as readers see them."""
        return graphemes.count(self.text)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Passages, the fields of their source, and the whole text where it is at hand."""

    key: str
    passages: tuple[Passage, ...]
    fields: Mapping[str, str]
    guessed: str = ""
    whole: str = ""


def suggested(page: Page, lang: str, form: Form | None, key: str) -> Sheet:
    """A new sheet of a text; `lang` as it was typed, or empty for a guess."""
    guessed = guess(page.text) or ""
    try:
        tag = languages.canonical(lang) if lang else guessed or "und"
    except FieldError:
        tag = guessed or "und"
    found = suggest(page.text, tag, form=form, title=page.title)
    passages = [Passage(number, each.text, each.form, False, each.reasons) for number, each in enumerate(found)]
    spare = Passage(len(passages), "", form or Form.PROSE)  # for what the suggestions missed
    fields = {"lang": lang or ("" if tag == "und" else tag), "sensitivity": "normal"}
    return Sheet(key, (*passages, spare), fields | _source_fields(page), guessed, page.text)


def _source_fields(page: Page) -> dict[str, str]:
    told = {
        "s_title": page.title,
        "s_author": page.author,
        "s_url": page.address,
        "s_date": page.date,
        "s_publisher": page.publisher,
        "s_kind": "page" if page.address else "work",
        "archived_url": archived_address(page),
    }
    return {name: value for name, value in told.items() if value}


def archived_address(page: Page) -> str:
    """Where the Internet Archive would have a copy: nearest to the page's date, else the newest. Nobody is asked."""
    if not page.address:
        return ""
    day = page.date.replace("-", "")
    return f"https://web.archive.org/web/{day if re.fullmatch('[0-9]{8}', day) else '2'}/{page.address}"


def is_key(key: str) -> bool:
    """Whether a sheet can have this key."""
    return bool(_KEY.fullmatch(key))


def sheet_of(form: Mapping[str, str]) -> Sheet:
    """A sheet as it was posted, under a key that is one."""
    numbers = [number for number in range(MOST_PASSAGES) if f"p{number}_text" in form]
    fields = {name: value[:LONGEST_FIELD] for name, value in form.items() if _FIELDS.fullmatch(name)}
    return Sheet(form["key"], tuple(_passage(form, number) for number in numbers), fields, "", form.get("whole", ""))


def _passage(form: Mapping[str, str], number: int) -> Passage:
    name = f"p{number}"
    return Passage(
        number,
        form[f"{name}_text"].replace("\r\n", "\n"),
        Form.VERSE if form.get(f"{name}_form") == Form.VERSE else Form.PROSE,
        bool(form.get(f"{name}_on")),
        tuple(code for code in form.get(f"{name}_why", "").split() if code in REASONS),
        frozenset(form.get(f"{name}_seen", "").split()),
    )


def twins_of(passages: Iterable[Passage]) -> dict[int, tuple[Near, ...]]:
    """What the archive has that is near to a passage, by its number."""
    found = {each.number: near(each.text) for each in passages}
    return {number: twins for number, twins in found.items() if twins}


def unseen_twins(passages: Iterable[Passage]) -> bool:
    """Whether something near to a ticked passage was not on the page that was sent."""
    return any({twin.id for twin in near(each.text)} - each.seen for each in passages)


def sources_like(words: str) -> tuple[FoundSource, ...]:
    """Sources that are here already, by words or by an address."""
    return at_hand.finding().sources(f'"{words}"' if "://" in words else words, limit=8) if words else ()


def save(sheet: Sheet, ticked: Iterable[Passage]) -> list[str]:
    """Save passages as drafts of one source, all or none; their ids. Raises FieldError, StaleRevision."""
    source = _source(sheet)
    filled = [
        forms.read(
            {**sheet.fields, "text": each.text, "form": each.form.value},
            _external_id(sheet.key, place),
            source,
        )
        for place, each in enumerate(ticked)
    ]
    with at_hand.archive().writing(at_hand.person().name, at_hand.now()) as store:
        for each in filled:
            store.save_fragment(each.fragment, state=State.DRAFT, notes=each.notes, based_on=0)
    return [each.fragment.id for each in filled]


def ids_of(key: str, many: str) -> list[str]:
    """The ids of the drafts that a sheet became."""
    count = int(many) if many.isdecimal() and len(many) < 3 else 0
    return [id_of(_external_id(key, place)) for place in range(min(count, MOST_PASSAGES))]


def _external_id(key: str, place: int) -> str:
    return f"gathered-{key}-{place}"


def _source(sheet: Sheet) -> Source:
    picked = sheet.fields.get("source")
    if picked:
        source = at_hand.archive().source(picked)
        if source is None:
            raise FieldError("source", "is not known", picked)
        return source
    source = forms.source_of(sheet.fields, f"gathered-{sheet.key}")
    if sheet.fields.get("archived") and sheet.fields.get("archived_url"):
        source = replace(source, archived_urls=(forms.address(sheet.fields, "archived_url"),))
    return source
