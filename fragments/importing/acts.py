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
from fragments.notes import Note
from fragments.nouns import Evidence, Suppression, Verification

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def suppressions_of(acts: Mapping[int, Values], notes: list[Note]) -> tuple[Suppression, ...]:
    """The acts of a row in the order of their numbers. Raises FieldError."""
    return tuple(
        _act(acts[number], number, notes) for number in sorted(acts) if any(map(_filled, acts[number].values()))
    )


def _filled(value: object) -> bool:
    return value not in (None, "", [], {}) and not str(value).isspace()


def _act(given: Values, number: int, notes: list[Note]) -> Suppression:
    end = f".{number}" if number > 1 else ""
    evidence = _evidence(given, end, notes)
    return Suppression(
        country=_country(given, f"country{end}", notes),
        who=values.line(given.get("who"), f"who{end}", notes),
        company=values.line(given.get("company"), f"company{end}", notes),
        method=values.line(given.get("method"), f"method{end}", notes),
        action=values.line(given.get("action"), f"action{end}", notes),
        status=values.line(given.get("status"), f"status{end}", notes),
        since=values.date(given.get("since"), f"since{end}", notes),
        until=values.date(given.get("until"), f"until{end}", notes),
        reason=values.line(given.get("reason"), f"reason{end}", notes),
        note=_remark(given, f"suppression_note{end}", notes),
        evidence=evidence,
        verification=_verification(given, end, evidence, notes),
    )


def _country(given: Values, field: str, notes: list[Note]) -> str:
    text = values.plain_text(given.get("country"), field)
    if text is None:
        said = ", ".join(sorted(name for name, value in given.items() if _filled(value)))
        hint = "write the country's two letters (VN, IR), or --set country=VN for the whole file"
        raise FieldError(field, f"is empty, although the row says something about an act ({said})", None, hint)
    code = countries.canonical(text, field=field)
    notes.extend(Note(note.code, f"{field}: {note.message}") for note in countries.notes(text))
    return code


def _remark(given: Values, field: str, notes: list[Note]) -> str | None:
    parts = values.several(given.get("suppression_note"), field, "\n")
    lines = [values.line(part, field, notes) for part in parts]
    return " · ".join(line for line in lines if line) or None


def _evidence(given: Values, end: str, notes: list[Note]) -> tuple[Evidence, ...]:
    nested = given.get("evidence")
    if isinstance(nested, list) and any(isinstance(entry, dict) for entry in nested):
        proofs = tuple(_proof(entry, end, notes) for entry in nested if isinstance(entry, dict))
    else:
        proofs = _flat_evidence(given, end, notes)
    return tuple(proof for proof in proofs if proof.url or proof.citation)


def _flat_evidence(given: Values, end: str, notes: list[Note]) -> tuple[Evidence, ...]:
    """One address and one citation are one proof; of several, the first address goes with the first citation."""
    urls = values.several(given.get("evidence_url"), f"evidence_url{end}", "| \n\t")
    citations = values.several(given.get("evidence"), f"evidence{end}", "|\n")
    proofs = []
    for place in range(max(len(urls), len(citations))):
        proof: Values = {"evidence_url": urls[place]} if place < len(urls) else {}
        proof["evidence"] = citations[place] if place < len(citations) else None
        if place == 0:
            proof |= {name: given.get(name) for name in ("evidence_accessed", "evidence_sha256")}
        proofs.append(_proof(proof, end, notes))
    return tuple(proofs)


def _proof(given: Values, end: str, notes: list[Note]) -> Evidence:
    accessed = values.plain_text(given.get("evidence_accessed"), f"evidence_accessed{end}")
    if accessed and not _DAY.fullmatch(accessed):
        raise FieldError(f"evidence_accessed{end}", "is not a day", accessed, "write it as 2024-06-04")
    digest = values.plain_text(given.get("evidence_sha256"), f"evidence_sha256{end}")
    if digest and not _SHA256.fullmatch(digest.lower()):
        raise FieldError(f"evidence_sha256{end}", "is not a SHA-256", digest[:20], "write 64 digits, 0 to 9 and a to f")
    return Evidence(
        url=values.address(given.get("evidence_url"), f"evidence_url{end}", notes),
        citation=values.line(given.get("evidence"), f"evidence{end}", notes),
        accessed=accessed,
        sha256=digest.lower() if digest else None,
    )


def _verification(given: Values, end: str, evidence: tuple[Evidence, ...], notes: list[Note]) -> Verification:
    basis = values.line(given.get("basis"), f"basis{end}", notes) or ""
    in_text = basis.lower().startswith(str(Verification.SELF_STATED))
    if basis and not in_text and not basis.lower().startswith("general reference;"):
        remark = f"basis{end}: {basis!r} is not taken as evidence; cite what a reader can check"
        notes.append(Note("basis", remark))
    default = Verification.SELF_STATED if in_text else Verification.UNCITED
    default = Verification.CITED if evidence else default
    claimed = values.choice(given.get("verification"), f"verification{end}", default)
    if claimed is Verification.CITED and not evidence:
        notes.append(
            Note("cited-without-evidence", f"verification{end}: nothing is cited, so it stays without citation")
        )
        return Verification.UNCITED
    return claimed
