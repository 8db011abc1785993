"""The fields of an import: what each is called, what it belongs to, and the other names it answers to.

Rules: a name is one word for one thing (docs/import.md lists exactly these); upper case, spaces and hyphens in a
column name do not matter. An alias is never the name of another field of the same part.

It does not look at values.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Part(StrEnum):
    """What a field says something about."""

    FRAGMENT = "fragment"
    SOURCE = "source"
    SUPPRESSION = "suppression"
    EVIDENCE = "evidence"
    TRANSLATION = "translation"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in a table, its part, what to write in it, and the other names that files use for it.

    `many`: several columns may be mapped to it; their texts are kept one after the other.
    """

    name: str
    part: Part
    meaning: str
    aliases: tuple[str, ...] = ()
    many: bool = False


FIELDS: tuple[Field, ...] = (
    Field("id", Part.FRAGMENT, "Your own name for the row; never changes.", ("external_id", "key", "identifier")),
    Field("text", Part.FRAGMENT, "The passage itself.", ("passage", "quote", "quotation", "fragment", "content")),
    Field("lang", Part.FRAGMENT, "Language of the text: vi, fa, zh-Hans.", ("language", "text_lang", "language_code")),
    Field("script", Part.FRAGMENT, "Script of the text, where the language leaves it open: Latn, Hans."),
    Field("form", Part.FRAGMENT, "prose, verse, headline or keyword."),
    Field("gloss", Part.FRAGMENT, "One line saying what the text is about.", ("summary", "about")),
    Field("gloss_lang", Part.FRAGMENT, "Language of the gloss; en if empty.", ("summary_lang",)),
    Field("attribution", Part.FRAGMENT, "The line under the text, instead of “author, title (year)”.", ("credit",)),
    Field(
        "translator", Part.FRAGMENT, "Who translated the text, if it is itself a translation; translator.en: that one."
    ),
    Field("original_lang", Part.FRAGMENT, "Language the text was translated from.", ("original_language",)),
    Field("content_warning", Part.FRAGMENT, "Said before the text is shown.", ("cw", "trigger_warning")),
    Field("sensitivity", Part.FRAGMENT, "normal, or needs fresh: only shown while we can still withdraw it."),
    Field("weight", Part.FRAGMENT, "1 to 9: how many times likelier than others it is drawn."),
    Field("topics", Part.FRAGMENT, "Topics: words or short names.", ("topic", "tags", "keywords"), many=True),
    Field("campaign", Part.FRAGMENT, "The campaign it belongs to."),
    Field("source_id", Part.SOURCE, "Name of the source, where several rows share one.", ("source_external_id",)),
    Field("kind", Part.SOURCE, "work, book, poem, song, article, page, account, post, film, ...", ("source_kind",)),
    Field("title", Part.SOURCE, "Title of the source.", ("work", "book", "work_title", "source_title")),
    Field("title_lang", Part.SOURCE, "Language of the title.", ("work_lang",)),
    Field("author", Part.SOURCE, "Who wrote it; the pseudonym, where the name must not be known.", ("creator", "by")),
    Field(
        "author_first", Part.SOURCE, "First name, where the file keeps it apart.", ("author_firstname", "first_name")
    ),
    Field("author_last", Part.SOURCE, "Last name, where the file keeps it apart.", ("author_lastname", "last_name")),
    Field("author_visibility", Part.SOURCE, "named, pseudonym or withheld.", ("visibility",)),
    Field("author_died", Part.SOURCE, "Year of death; the reason for the rights, unless rights_basis says more."),
    Field("publisher", Part.SOURCE, "Who published it.", ("published_by",)),
    Field("place", Part.SOURCE, "Where it was published; kept with the publisher.", ("publication_place",)),
    Field(
        "date",
        Part.SOURCE,
        "When it was published; as exact or vague as known.",
        ("year", "work_year", "publication_date"),
    ),
    Field("url", Part.SOURCE, "Address of the source.", ("source_url", "link", "address")),
    Field("archived_urls", Part.SOURCE, "Addresses of archived copies.", ("archived_url", "archive_url"), many=True),
    Field("rights", Part.SOURCE, "public domain, CC BY 4.0, ...", ("licence", "license")),
    Field("rights_basis", Part.SOURCE, "Why: author died 1809.", ("licence_basis", "license_basis")),
    Field("country", Part.SUPPRESSION, "Where it was suppressed: VN, or the name.", ("country_code", "banned_in")),
    Field("who", Part.SUPPRESSION, "The authority that did it.", ("authority", "censor", "suppressed_by")),
    Field("company", Part.SUPPRESSION, "A company that helped.", ("organisation", "organization")),
    Field("method", Part.SUPPRESSION, "By what means: customs, court, filtering, takedown.", ("means",)),
    Field("action", Part.SUPPRESSION, "What was done: banned, burned, blocked, seized, listed."),
    Field("status", Part.SUPPRESSION, "in force, lifted or unknown.", ("suppression_status",)),
    Field("since", Part.SUPPRESSION, "From when.", ("year_from", "from", "banned_since", "date_banned")),
    Field("until", Part.SUPPRESSION, "Until when.", ("year_to", "to", "banned_until")),
    Field("reason", Part.SUPPRESSION, "The reason given by who did it.", ("reason_given", "grounds")),
    Field("suppression_note", Part.SUPPRESSION, "Anything else about the act; published.", ("ban_note",), many=True),
    Field("basis", Part.SUPPRESSION, "How the act is known: said in the text itself, general reference."),
    Field("verification", Part.SUPPRESSION, "cited, said in the text itself, or no citation yet.", ("verified",)),
    Field("evidence_url", Part.EVIDENCE, "Address of a proof of the act.", ("evidence_link",), many=True),
    Field("evidence", Part.EVIDENCE, "The proof in words: title, author, page.", ("citation",), many=True),
    Field("evidence_accessed", Part.EVIDENCE, "When the address was read: 2024-06-04.", ("accessed",)),
    Field("evidence_sha256", Part.EVIDENCE, "SHA-256 of what was read there.", ("sha256",)),
    Field("translation", Part.TRANSLATION, "Text in another language; write translation.en."),
    Field("translation_maker", Part.TRANSLATION, "human, machine or project; translation_maker.en."),
    Field("translation_note", Part.TRANSLATION, "A remark on the translation; translation_note.en."),
    Field("note", Part.DESK, "A remark for the editors; never published.", ("desk_note", "remark", "comment"), True),
)

COMPUTED = frozenset({"dir", "direction"})  # follow from the language; read past without a word

BY_NAME = {field.name: field for field in FIELDS}
NAMES = {name: field.name for field in FIELDS for name in (*field.aliases, field.name)}

# Inside nested JSON the shorter names of our own record (fragments.record) are written as well.
INSIDE_SOURCE = {
    **{name: field for name, field in NAMES.items() if BY_NAME[field].part is Part.SOURCE},
    "external_id": "source_id",
    "id": "source_id",
}
INSIDE_SUPPRESSION = {
    **{name: field for name, field in NAMES.items() if BY_NAME[field].part in (Part.SUPPRESSION, Part.EVIDENCE)},
    "note": "suppression_note",
}
INSIDE_EVIDENCE = {
    "url": "evidence_url",
    "citation": "evidence",
    "accessed": "evidence_accessed",
    "sha256": "evidence_sha256",
}
INSIDE_TRANSLATION = {
    "lang": "lang",
    "language": "lang",
    "text": "translation",
    "maker": "translation_maker",
    "translator": "translator",
    "note": "translation_note",
}


@lru_cache(maxsize=4096)  # asked for every cell of every row
def plain(name: str) -> str:
    """A column name as it is compared: lower case, spaces and hyphens as underscores, `workYear` as `work_year`."""
    parted = _HUMP.sub("_", name.strip())
    return "_".join(parted.lower().replace("-", " ").replace("_", " ").split())


def fields_of(part: Part) -> tuple[Field, ...]:
    """The fields of one part, in the order of docs/import.md."""
    return tuple(field for field in FIELDS if field.part is part)
