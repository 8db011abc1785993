"""The words of design.md as frozen values. Imported by all, imports nothing of ours.

Texts in here are already clean (fragments.cleaning); languages are canonical BCP 47 tags
(fragments.languages); countries are two-letter codes of ISO 3166-1 or, for states that no longer
exist, their withdrawn two-letter code (SU, DD, YU, CS; fragments.countries). Times are aware, in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a fragment stands at the desk."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Form(StrEnum):
    """How a text is laid out: line breaks are content in verse only."""

    PROSE = "prose"
    VERSE = "verse"
    HEADLINE = "headline"
    KEYWORD = "keyword"


class Visibility(StrEnum):
    """What of an author may be shown."""

    NAMED = "named"
    PSEUDONYM = "pseudonym"
    WITHHELD = "withheld"


class Maker(StrEnum):
    """Who made a translation."""

    HUMAN = "human"
    MACHINE = "machine"
    PROJECT = "project"  # "translation made for this project"


class Sensitivity(StrEnum):
    """How careful an embed must be with a fragment."""

    NORMAL = "normal"
    NEEDS_FRESH = "needs fresh"  # never shown without a fresh "now" statement: its author is at risk


class Verification(StrEnum):
    """How far a suppression is shown to be true."""

    CITED = "cited"  # at least one piece of evidence
    SELF_STATED = "said in the text itself"
    UNCITED = "no citation yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date as it was found and, where it can be read, in EDTF (ISO 8601-2:2019): 1934~, 1912/1923, 2021-10."""

    raw: str
    edtf: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something a reader can check: an address, a citation in words, or both."""

    url: str | None = None
    citation: str | None = None
    accessed: str | None = None  # ISO date
    sha256: str | None = None  # of the bytes at url on that date, lower-case hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """One act against a source."""

    country: str
    who: str | None = None  # the authority, in English or its own language
    company: str | None = None  # one that helped
    method: str | None = None  # by what means: customs, court, filtering, takedown
    action: str | None = None  # what was done: banned, burned, blocked, seized, listed, ...
    status: str | None = None  # in force, lifted, unknown
    since: PartialDate | None = None
    until: PartialDate | None = None
    reason: str | None = None  # the reason given by who did it
    note: str | None = None
    evidence: tuple[Evidence, ...] = ()
    verification: Verification = Verification.UNCITED


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The work, page or account that was suppressed."""

    external_id: str
    kind: str = "work"  # work, book, poem, song, article, page, account, post, film, ...
    title: str = ""
    title_lang: str | None = None
    url: str | None = None
    archived_urls: tuple[str, ...] = ()
    publisher: str | None = None
    author: str | None = None
    author_visibility: Visibility = Visibility.NAMED
    date: PartialDate | None = None
    rights: str | None = None  # e.g. "public domain", "CC BY 4.0"
    rights_basis: str | None = None  # why: "author died 1809"
    suppressions: tuple[Suppression, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A fragment's text in another language."""

    lang: str
    text: str
    maker: Maker = Maker.HUMAN
    translator: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A passage of a source, short enough for a widget.

    `text` is empty where the original may not be carried; then at least one translation stands in for it.
    """

    id: str  # ten characters of Crockford base32, lower case; see fragments.ids
    external_id: str
    source: Source
    lang: str  # of the original
    text: str = ""
    form: Form = Form.PROSE
    gloss: str | None = None  # one line saying what it is about
    gloss_lang: str = "en"
    attribution: str | None = None  # replaces "author, title (year)" where given
    content_warning: str | None = None
    sensitivity: Sensitivity = Sensitivity.NORMAL
    weight: int = 1  # 1 to 9: how many times likelier than others it is drawn
    topics: tuple[str, ...] = ()  # slugs
    campaign: str | None = None  # slug
    translations: tuple[Translation, ...] = ()
    revision: int = 1
    published_at: datetime | None = None  # of its first edition; never moves
    corrected_at: datetime | None = None  # of the last stated correction
    correction: str | None = None  # what was corrected, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A fragment that was published and is no longer."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A numbered, dated snapshot of everything published. Never changed, only followed."""

    number: int
    dated: datetime
    fragments: tuple[Fragment, ...]  # in order of first publication, then id
    withdrawn: tuple[Withdrawal, ...] = ()  # every fragment ever withdrawn and not published again
    audit_head: str = ""  # hash of the audit record's last entry when it was frozen, hex
    campaigns: Mapping[str, str] = field(default_factory=dict)  # slug -> name
