"""The form of a source: its suppressions, each with its evidence, typed flat and read back as a clean Source.

Rules: everything typed is plain text and cleaned as such; what the form does not touch stays as it was (a date that
reads the same keeps its reading); emptied or ticked for removal, a suppression is gone from the newest revision only.
Where there is evidence a suppression is cited, whatever is chosen. It stores nothing and knows no request.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from fragments import addresses, countries, dates, languages
from fragments.cleaning import clean_line
from fragments.errors import FieldError
from fragments.nouns import Evidence, PartialDate, Source, Suppression, Verification, Visibility

MOST_ACTS, MOST_PROOFS = 200, 50  # more than any source that we know of has
LINES = ("title", "kind", "author", "publisher", "rights", "rights_basis")
OF_ACT = ("country", "who", "company", "method", "action", "status", "since", "until", "reason", "note")
OF_PROOF = ("url", "citation", "accessed", "sha256")
Fields = Mapping[str, str]
_Kind = TypeVar("_Kind", bound=StrEnum)


def fields_of(source: Source) -> dict[str, str]:
    """The form of a source that is there."""
    found = {name: getattr(source, name) or "" for name in (*LINES, "title_lang", "url")}
    found |= {"author_visibility": source.author_visibility.value, "archived": "\n".join(source.archived_urls)}
    found["date"] = source.date.raw if source.date else ""
    for place, act in enumerate(source.suppressions):
        for name in OF_ACT:
            value = getattr(act, name)
            found[f"a{place}_{name}"] = value.raw if isinstance(value, PartialDate) else value or ""
        found[f"a{place}_verification"] = act.verification.value
        for piece, proof in enumerate(act.evidence):
            found |= {f"a{place}e{piece}_{name}": getattr(proof, name) or "" for name in OF_PROOF}
    return found


def rows_of(fields: Fields) -> list[tuple[int, int]]:
    """Which suppressions the form shows, and how many pieces of evidence of each: one empty one more of both."""
    acts = [place for place in range(MOST_ACTS) if _any(fields, f"a{place}_", OF_ACT) or _proofs_in(fields, place)]
    return [(place, len(_proofs_in(fields, place)) + 1) for place in (*acts, max(acts, default=-1) + 1)]


def read(fields: Fields, before: Source) -> Source:
    """The source that a form describes. Raises FieldError."""
    line = {name: _line(fields, name) for name in LINES}
    if not line["title"] and not fields.get("url", "").strip():
        raise FieldError("title", "is missing", hint="give it a title or an address")
    title_lang = fields.get("title_lang", "").strip()
    return replace(
        before,
        author=line["author"],
        publisher=line["publisher"],
        rights=line["rights"],
        rights_basis=line["rights_basis"],
        title=line["title"] or "",
        kind=line["kind"] or "work",
        title_lang=languages.canonical(title_lang, field="title_lang") if title_lang else None,
        url=_address(fields, "url"),
        archived_urls=tuple(dict.fromkeys(_archived(fields))),
        author_visibility=_choice(Visibility, fields, "author_visibility", Visibility.NAMED),
        date=_date(fields, "date", before.date),
        suppressions=tuple(_acts(fields, before)),
    )


def _acts(fields: Fields, before: Source) -> Iterator[Suppression]:
    for place in range(MOST_ACTS):
        at = f"a{place}_"
        if fields.get(f"{at}remove") or not (_any(fields, at, OF_ACT) or _proofs_in(fields, place)):
            continue
        old = before.suppressions[place] if place < len(before.suppressions) else None
        proofs = tuple(_proof(fields, f"a{place}e{piece}_") for piece in _proofs_in(fields, place))
        chosen = _choice(Verification, fields, f"{at}verification", Verification.UNCITED)
        uncited = Verification.UNCITED if chosen is Verification.CITED else chosen
        yield Suppression(
            **{name: _line(fields, f"{at}{name}") for name in OF_ACT if name not in ("country", "since", "until")},
            country=countries.canonical(fields.get(f"{at}country", ""), field=f"{at}country"),
            since=_date(fields, f"{at}since", old.since if old else None),
            until=_date(fields, f"{at}until", old.until if old else None),
            evidence=proofs,
            verification=Verification.CITED if proofs else uncited,
        )


def _proofs_in(fields: Fields, place: int) -> list[int]:
    return [piece for piece in range(MOST_PROOFS) if _any(fields, f"a{place}e{piece}_", OF_PROOF)]


def _proof(fields: Fields, at: str) -> Evidence:
    accessed, sha256 = (fields.get(f"{at}{name}", "").strip() for name in ("accessed", "sha256"))
    if accessed and not re.fullmatch(r"\d{4}-\d\d-\d\d", accessed):
        raise FieldError(f"{at}accessed", "is not a date", accessed, "write 2026-11-24")
    if sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise FieldError(f"{at}sha256", "is not a SHA-256", sha256, "write 64 hexadecimal digits")
    citation = _line(fields, f"{at}citation")
    return Evidence(
        url=_address(fields, f"{at}url"), citation=citation, accessed=accessed or None, sha256=sha256.lower() or None
    )


def _archived(fields: Fields) -> Iterator[str]:
    for line in fields.get("archived", "").split():
        yield addresses.canonical(line, field="archived")


def _address(fields: Fields, name: str) -> str | None:
    raw = fields.get(name, "").strip()
    return addresses.canonical(raw, field=name) if raw else None


def _date(fields: Fields, name: str, before: PartialDate | None) -> PartialDate | None:
    raw = fields.get(name, "").strip()
    if before and raw == before.raw.strip():
        return before
    return dates.read(raw) if raw else None


def _line(fields: Fields, name: str) -> str | None:
    raw = fields.get(name, "")
    return clean_line(raw, field=name, markup=False).text if raw.strip() else None


def _any(fields: Fields, at: str, names: tuple[str, ...]) -> bool:
    return any(fields.get(f"{at}{name}", "").strip() for name in names)


def _choice(kind: type[_Kind], fields: Fields, name: str, default: _Kind) -> _Kind:
    try:
        return kind(fields.get(name) or default.value)
    except ValueError:
        raise FieldError(name, "is not known", fields.get(name), f"write {' | '.join(kind)}") from None
