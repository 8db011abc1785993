"""Builds the acts of suppression of one row, each with its evidence.

Rules: an act needs a country. A cited act has evidence; without any it is "no citation yet", whatever the file claims,
unless the text itself speaks of it. Sentences that only say where a fact is known from ("general reference") are no
evidence: the editors get them as a note.

It does not judge whether an act is true.
"""

import re
from collections.abc import Mapping

from fragments import countries
from fragments.errors import FieldError
from fragments.importing import values
from fragments.importing.shaping import Values
from fragments.importing.values import Taker
from fragments.notes import Note
from fragments.nouns import Evidence, Suppression, Verification

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def suppressions_of(acts: Mapping[int, Values], take: Taker) -> tuple[Suppression, ...]:
    """The acts of a row in the order of their numbers. Raises FieldError."""
    return tuple(
        _act(acts[number], number, take) for number in sorted(acts) if any(map(_filled, acts[number].values()))
    )


def _filled(value: object) -> bool:
    return value not in (None, "", [], {}) and not str(value).isspace()


def _act(given: Values, number: int, take: Taker) -> Suppression:
    end = f".{number}" if number > 1 else ""
    evidence = _evidence(given, end, take)
    return Suppression(
        country=_country(given, f"country{end}", take),
        who=take.line(given.get("who"), f"who{end}"),
        company=take.line(given.get("company"), f"company{end}"),
        method=take.line(given.get("method"), f"method{end}"),
        action=take.line(given.get("action"), f"action{end}"),
        status=take.line(given.get("status"), f"status{end}"),
        since=take.date(given.get("since"), f"since{end}"),
        until=take.date(given.get("until"), f"until{end}"),
        reason=take.line(given.get("reason"), f"reason{end}"),
        note=_remark(given, f"suppression_note{end}", take),
        evidence=evidence,
        verification=_verification(given, end, evidence, take),
    )


def _country(given: Values, field: str, take: Taker) -> str:
    text = values.plain_text(given.get("country"), field)
    if text is None:
        said = ", ".join(sorted(name for name, value in given.items() if _filled(value)))
        hint = "write the country's two letters (VN, IR), or --set country=VN for the whole file"
        raise FieldError(field, f"is empty, although the row says something about an act ({said})", None, hint)
    code = countries.canonical(text, field=field)
    take.notes.extend(Note(note.code, f"{field}: {note.message}") for note in countries.notes(text))
    return code


def _remark(given: Values, field: str, take: Taker) -> str | None:
    parts = values.several(given.get("suppression_note"), field, "\n")
    lines = [take.line(part, field) for part in parts]
    return " · ".join(line for line in lines if line) or None


def _evidence(given: Values, end: str, take: Taker) -> tuple[Evidence, ...]:
    nested = given.get("evidence")
    if isinstance(nested, list) and any(isinstance(entry, dict) for entry in nested):
        proofs = tuple(_proof(entry, end, take) for entry in nested if isinstance(entry, dict))
    else:
        proofs = _flat_evidence(given, end, take)
    return tuple(proof for proof in proofs if proof.url or proof.citation)


def _flat_evidence(given: Values, end: str, take: Taker) -> tuple[Evidence, ...]:
    """One address and one citation are one proof; of several, the first address goes with the first citation."""
    urls = values.several(given.get("evidence_url"), f"evidence_url{end}", "| \n\t")
    citations = values.several(given.get("evidence"), f"evidence{end}", "|\n")
    read = {name: given.get(name) for name in ("evidence_accessed", "evidence_sha256") if _filled(given.get(name))}
    if read and not (urls or citations):
        raise FieldError(
            f"{min(read)}{end}", "says when a proof was read, but there is none", None, "write evidence_url"
        )
    proofs = []
    for place in range(max(len(urls), len(citations))):
        proof: Values = {**read} if place == 0 else {}
        proof["evidence_url"] = urls[place] if place < len(urls) else None
        proof["evidence"] = citations[place] if place < len(citations) else None
        proofs.append(_proof(proof, end, take))
    return tuple(proofs)


def _proof(given: Values, end: str, take: Taker) -> Evidence:
    accessed = values.plain_text(given.get("evidence_accessed"), f"evidence_accessed{end}")
    if accessed and not _DAY.fullmatch(accessed):
        raise FieldError(f"evidence_accessed{end}", "is not a day", accessed, "write it as 2024-06-04")
    digest = values.plain_text(given.get("evidence_sha256"), f"evidence_sha256{end}")
    if digest and not _SHA256.fullmatch(digest.lower()):
        raise FieldError(f"evidence_sha256{end}", "is not a SHA-256", digest[:20], "write 64 digits, 0 to 9 and a to f")
    return Evidence(
        url=take.address(given.get("evidence_url"), f"evidence_url{end}"),
        citation=take.line(given.get("evidence"), f"evidence{end}"),
        accessed=accessed,
        sha256=digest.lower() if digest else None,
    )


def _verification(given: Values, end: str, evidence: tuple[Evidence, ...], take: Taker) -> Verification:
    basis = take.line(given.get("basis"), f"basis{end}") or ""
    in_text = basis.lower().startswith(str(Verification.SELF_STATED))
    if basis and not in_text and not basis.lower().startswith("general reference;"):
        remark = f"basis{end}: {basis!r} is not taken as evidence; cite what a reader can check"
        take.notes.append(Note("basis", remark))
    default = Verification.SELF_STATED if in_text else Verification.UNCITED
    default = Verification.CITED if evidence else default
    claimed = values.choice(given.get("verification"), f"verification{end}", default)
    if claimed is Verification.CITED and not evidence:
        take.notes.append(
            Note("cited-without-evidence", f"verification{end}: nothing is cited, so it stays without citation")
        )
        return Verification.UNCITED
    return claimed
