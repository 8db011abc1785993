"""What was done to a source, and what it is, in the reader's words.

Rules: what is not known is said to be not known; a suppression without evidence says so; only http and https
addresses become links.
"""

import re
from dataclasses import dataclass

from embed import wording
from embed.strings import has
from embed.strings import say as embed_say
from fragments import addresses
from fragments.nouns import Evidence, PartialDate, Source, Suppression, Verification, Visibility
from widget_server.public.speaking import Speaker


@dataclass(frozen=True)
class Proof:
    """One piece of evidence."""

    url: str | None
    shown: str
    citation: str | None
    accessed: str
    sha256: str | None


@dataclass(frozen=True)
class Act:
    """One suppression in words."""

    heading: str
    where: str
    when: str
    who: str | None
    company: str | None
    action: str | None
    method: str | None
    status: str | None
    reason: str | None
    note: str | None
    evidence: tuple[Proof, ...]
    self_stated: bool
    uncited: bool


@dataclass(frozen=True)
class Origin:
    """The source in words."""

    title: str
    title_lang: str | None
    author: str | None
    date: str
    publisher: str | None
    url: str | None
    url_shown: str
    archived: tuple[tuple[str, str], ...]
    rights: str | None


def line(suppression: Suppression, speaker: Speaker) -> str:
    """One suppression in a line: where: what was done, by whom, when."""
    who = wording.isolated(suppression.who, "auto") if suppression.who else ""  # else a number beside it changes place
    parts = [_action(suppression.action, speaker), who, _when(suppression, speaker)]
    said = " · ".join(part for part in parts if part)
    country = speaker.country(suppression.country)
    return f"{country}: {said}" if said else country


def act(suppression: Suppression, speaker: Speaker) -> Act:
    """One suppression with all that is known of it."""
    cited = bool(suppression.evidence)
    self_stated = suppression.verification is Verification.SELF_STATED
    when = _when(suppression, speaker)
    country = speaker.country(suppression.country)
    return Act(
        heading=" · ".join(part for part in (country, when) if part),
        where=country,
        when=when,
        who=suppression.who,
        company=suppression.company,
        action=_action(suppression.action, speaker),
        method=suppression.method,
        status=_status(suppression.status, speaker),
        reason=suppression.reason,
        note=suppression.note,
        evidence=tuple(_proof(each, speaker) for each in suppression.evidence),
        self_stated=self_stated,
        uncited=not cited and not self_stated,
    )


def _action(action: str | None, speaker: Speaker) -> str | None:
    key = "action_" + (action or "").strip().lower().replace(" ", "_")
    return embed_say(speaker.ui, key) if action and has(key) else action


def _status(status: str | None, speaker: Speaker) -> str | None:
    known = status in ("in force", "lifted", "unknown")
    return speaker.say(f"fragment.status.{status}") if known else status


def _when(suppression: Suppression, speaker: Speaker) -> str:
    since, until = speaker.partial(suppression.since), speaker.partial(suppression.until)
    if since and until:
        return since if since == until else speaker.say("fragment.suppression.between", **{"from": since, "to": until})
    if until:
        return speaker.say("fragment.suppression.until", date=until)
    return since


def _proof(evidence: Evidence, speaker: Speaker) -> Proof:
    return Proof(
        url=web(evidence.url),
        shown=addresses.shown(evidence.url) if evidence.url else "",
        citation=evidence.citation or (None if web(evidence.url) else evidence.url),
        accessed=speaker.day(evidence.accessed),
        sha256=evidence.sha256,
    )


def origin(source: Source, speaker: Speaker) -> Origin:
    """The source, its author only as far as they may be shown."""
    return Origin(
        title=source.title,
        title_lang=source.title_lang,
        author=_author(source, speaker),
        date=speaker.partial(source.date),
        publisher=source.publisher,
        url=web(source.url),
        url_shown=addresses.shown(source.url) if source.url else "",
        archived=tuple((url, addresses.shown(url)) for url in source.archived_urls if web(url)),
        rights=_rights(source, speaker),
    )


def _rights(source: Source, speaker: Speaker) -> str | None:
    """Rights and their reason; the two that the importer itself writes are said in the reader's language."""
    rights, reason = source.rights or "", source.rights_basis or ""
    if rights.lower() == "public domain":
        rights = speaker.say("fragment.source.rights.public")
    if died := re.fullmatch(r"author died (\d{1,4})", reason):
        reason = speaker.say(
            "fragment.source.rights.died", year=speaker.partial(PartialDate(raw=died[1], edtf=died[1].zfill(4)))
        )
    return " – ".join(part for part in (rights, reason) if part) or None


def _author(source: Source, speaker: Speaker) -> str | None:
    if source.author_visibility is Visibility.WITHHELD:
        return speaker.say("fragment.source.author.withheld")
    if source.author and source.author_visibility is Visibility.PSEUDONYM:
        return f"{source.author} ({speaker.say('fragment.source.author.pseudonym')})"
    return source.author


def web(url: str | None) -> str | None:
    """Hygiene only; the guarantee is in addresses.canonical(): nothing but http(s) becomes a link."""
    return url if url and url.lower().startswith(("https://", "http://")) else None
