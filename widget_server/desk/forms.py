"""The form of a fragment: what an editor typed becomes a clean Fragment with notes, or a fault at a field.

Rules: everything typed is plain text and cleaned as such; fields are flat and keep their names in drafts; an address,
a language, a country and a date are canonical or refused. It stores nothing and knows no request.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import regex

from fragments import addresses, countries, dates, graphemes, languages
from fragments.cleaning import Cleaned, clean, clean_line
from fragments.errors import FieldError
from fragments.ids import id_of
from fragments.notes import Note
from fragments.nouns import (
    Evidence,
    Form,
    Fragment,
    Maker,
    Sensitivity,
    Source,
    Suppression,
    Translation,
    Verification,
    Visibility,
)

LONGEST_SHOWN = 600  # graphemes: embed.entries cuts there
BADGE = 140  # graphemes that a badge has room for
MOST_TRANSLATIONS = 8
_OF_FRAGMENT = ("lang", "form", "text", "gloss", "gloss_lang", "attribution", "content_warning", "sensitivity")
_OF_SOURCE = ("kind", "title", "title_lang", "url", "author", "author_visibility", "date", "publisher", "rights")
_OF_ACT = ("country", "who", "method", "action", "since", "reason")
_OF_PROOF = ("url", "citation", "accessed", "sha256")
_OF_TRANSLATION = ("lang", "text", "maker", "translator", "note")
Fields = Mapping[str, str]
_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that can be saved."""

    fragment: Fragment
    notes: tuple[Note, ...]


def fields_of(fragment: Fragment) -> dict[str, str]:
    """The form of a fragment that is there already."""
    found = {name: str(getattr(fragment, name) or "") for name in _OF_FRAGMENT}
    found |= {"topics": ", ".join(fragment.topics), "campaign": fragment.campaign or ""}
    found["source"] = fragment.source.external_id
    for place, each in enumerate(fragment.translations):
        found |= {f"t{place}_{name}": str(getattr(each, name) or "") for name in _OF_TRANSLATION}
    return found


def read(fields: Fields, external_id: str, source: Source | None, before: Fragment | None = None) -> Filled:
    """The fragment that a form describes; `source` where one was picked. Raises FieldError."""
    lang = languages.canonical(fields.get("lang", ""))
    form = _choice(Form, fields, "form", Form.PROSE)
    translations = tuple(_translations(fields, form))
    raw = fields.get("text", "")  # empty where the original may not be carried and a translation stands in for it
    text = clean(raw, lang=lang, form=form, markup=False) if raw.strip() or not translations else Cleaned("")
    fragment = Fragment(
        id=id_of(external_id),
        external_id=external_id,
        source=source or source_of(fields, external_id),
        lang=lang,
        text=text.text,
        form=form,
        gloss=_line(fields, "gloss"),
        gloss_lang=languages.canonical(fields.get("gloss_lang") or "en", field="gloss_lang"),
        attribution=_line(fields, "attribution"),
        content_warning=_line(fields, "content_warning"),
        sensitivity=_choice(Sensitivity, fields, "sensitivity", Sensitivity.NORMAL),
        topics=tuple(dict.fromkeys(filter(None, map(_slug, re.split(r"[,،、\n]", fields.get("topics", "")))))),
        campaign=_slug(fields.get("campaign", "")) or None,
        translations=translations,
        weight=before.weight if before else 1,  # what this form does not ask for stays
    )
    return Filled(fragment, text.notes)


def warnings(fragment: Fragment) -> tuple[str, ...]:
    """Codes of what an editor should look at before others do; words are in the template."""
    length = graphemes.count(fragment.text)
    acts = fragment.source.suppressions
    found = {
        "widget": length > LONGEST_SHOWN,
        "badge": BADGE < length <= LONGEST_SHOWN,
        "gloss": not fragment.gloss,
        "translation": not fragment.translations,
        "suppression": not acts,
        "citation": bool(acts) and not any(act.evidence for act in acts),
        "at-risk": fragment.sensitivity is Sensitivity.NEEDS_FRESH
        and fragment.source.author_visibility is Visibility.NAMED,
        "script": not _is_in_script(fragment.text, languages.script_of(fragment.lang)),
    }
    return tuple(name for name, is_so in found.items() if is_so)


def _is_in_script(text: str, script: str) -> bool:
    """Whether at least a fifth of the letters are of the language's script; a suggestion, never a refusal."""
    parts = {"Hans": "Han", "Hant": "Han", "Jpan": "Han}\\p{Hiragana}\\p{Katakana", "Kore": "Hangul", "Aran": "Arab"}
    letters = regex.findall(r"\p{L}", text)
    try:
        own = regex.findall(rf"[\p{{{parts.get(script, script)}}}]", "".join(letters))
    except regex.error:
        return True
    return script == "Zyyy" or not letters or len(own) * 5 >= len(letters)


def source_of(fields: Fields, external_id: str) -> Source:
    """The new source that a form describes, for the fragment of this external id. Raises FieldError."""
    told = {name: fields.get(f"s_{name}", "") for name in _OF_SOURCE}
    if not told["title"].strip() and not told["url"].strip():
        raise FieldError("s_title", "is missing", hint="pick a source, or give this one a title or an address")
    line = {name: _line(fields, f"s_{name}") for name in ("title", "author", "publisher", "rights")}
    return Source(
        external_id=f"{external_id}-source",
        kind=_line(fields, "s_kind") or "work",
        title=line["title"] or "",
        title_lang=languages.canonical(told["title_lang"], field="s_title_lang") if told["title_lang"] else None,
        url=addresses.canonical(told["url"], field="s_url") if told["url"].strip() else None,
        publisher=line["publisher"],
        author=line["author"],
        author_visibility=_choice(Visibility, fields, "s_author_visibility", Visibility.NAMED),
        date=dates.read(told["date"].strip()) if told["date"].strip() else None,
        rights=line["rights"],
        suppressions=_acts(fields),
    )


def _acts(fields: Fields) -> tuple[Suppression, ...]:
    if not any(fields.get(f"a_{name}", "").strip() for name in _OF_ACT):
        return ()
    proof = _proof(fields)
    since = fields.get("a_since", "").strip()
    return (
        Suppression(
            country=countries.canonical(fields.get("a_country", ""), field="a_country"),
            who=_line(fields, "a_who"),
            method=_line(fields, "a_method"),
            action=_line(fields, "a_action"),
            reason=_line(fields, "a_reason"),
            since=dates.read(since) if since else None,
            evidence=proof,
            verification=Verification.CITED if proof else Verification.UNCITED,
        ),
    )


def _proof(fields: Fields) -> tuple[Evidence, ...]:
    told = {name: fields.get(f"e_{name}", "").strip() for name in _OF_PROOF}
    if not told["url"] and not told["citation"]:
        return ()
    if told["accessed"] and not re.fullmatch(r"\d{4}-\d\d-\d\d", told["accessed"]):
        raise FieldError("e_accessed", "is not a date", told["accessed"], "write 2026-11-24")
    if told["sha256"] and not re.fullmatch(r"[0-9a-fA-F]{64}", told["sha256"]):
        raise FieldError("e_sha256", "is not a SHA-256", told["sha256"], "write 64 hexadecimal digits")
    return (
        Evidence(
            url=addresses.canonical(told["url"], field="e_url") if told["url"] else None,
            citation=_line(fields, "e_citation"),
            accessed=told["accessed"] or None,
            sha256=told["sha256"].lower() or None,
        ),
    )


def _translations(fields: Fields, form: Form) -> list[Translation]:
    found = []
    for place in range(MOST_TRANSLATIONS):
        raw = fields.get(f"t{place}_text", "")
        if not raw.strip():
            continue
        lang = languages.canonical(fields.get(f"t{place}_lang", ""), field=f"t{place}_lang")
        text = clean(raw, field=f"t{place}_text", lang=lang, form=form, markup=False).text
        maker = _choice(Maker, fields, f"t{place}_maker", Maker.HUMAN)
        told = {name: _line(fields, f"t{place}_{name}") for name in ("translator", "note")}
        found.append(Translation(lang=lang, text=text, maker=maker, **told))
    return found


def address(fields: Fields, name: str) -> str:
    """A web address in its canonical form. Raises FieldError."""
    return addresses.canonical(fields.get(name, ""), field=name)


def _line(fields: Fields, name: str) -> str | None:
    raw = fields.get(name, "")
    return clean_line(raw, field=name, markup=False).text if raw.strip() else None


def _slug(words: str) -> str:
    return re.sub(r"[^\w]+", "-", words.strip().casefold()).strip("-")[:60]


def _choice(kind: type[_Kind], fields: Fields, name: str, default: _Kind) -> _Kind:
    try:
        return kind(fields.get(name) or default.value)
    except ValueError:
        raise FieldError(name, "is not known", fields.get(name), f"write {' | '.join(kind)}") from None
