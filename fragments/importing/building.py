"""Builds a source and its fragment from the sorted values of one row.

Rules: a row with a text or a translation is a fragment, another one is a source alone. A fragment without `source_id`
has a source of its own. A proof is only ever what the file gives as proof: a `basis` that is none leaves the act
without a citation and goes to the editors as a note. Where a text is itself a translation, its translator is named.

It does not read files and does not know the archive.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fragments import languages
from fragments.errors import FieldError
from fragments.ids import id_of
from fragments.importing import values
from fragments.importing.acts import suppressions_of
from fragments.importing.shaping import Shaped, Values
from fragments.importing.values import Taker
from fragments.notes import Note
from fragments.nouns import Form, Fragment, Maker, Sensitivity, Source, Translation, Visibility
from fragments.record import from_record

SOURCE_OF = "source-of:"  # before the id of a fragment that has a source of its own
LONGEST_NOTE = 2_000  # characters of a file's own remark


@dataclass(frozen=True, slots=True)
class Built:
    """What one row becomes: a source, a fragment of it or none, and what the editors should know.

    `shares` is True where the row names its source with source_id, and `describes_source` where it says more about it.
    """

    external_id: str
    source: Source
    fragment: Fragment | None
    notes: tuple[Note, ...]
    shares: bool = False
    describes_source: bool = True
    has_own_id: bool = True


def build(shaped: Shaped, *, id_prefix: str = "", sources_only: bool = False, plain: bool = False) -> Built:
    """Build the nouns of a row; `plain` where `<` and `&` mean themselves. Raises FieldError."""
    take = Taker(markup=not (plain or shaped.is_record))
    is_fragment = not sources_only and _has_text(shaped)
    own_id = values.identifier(shaped.fragment.get("id"), "id")
    external_id = id_prefix + (own_id or _hash_id(shaped, is_fragment))
    shared = values.identifier(shaped.source.get("source_id"), "source_id")
    source_id = id_prefix + shared if shared else (SOURCE_OF + external_id if is_fragment else external_id)
    source = _source(shaped, source_id, take)
    fragment = _fragment(shaped, external_id, source, take) if is_fragment else None
    if fragment is None:
        _refuse_nothing(source, "title" if sources_only else "text")
    _desk_notes(shaped.fragment, take)
    return Built(
        external_id=external_id if is_fragment else source_id,
        source=source,
        fragment=fragment,
        notes=tuple(dict.fromkeys(take.notes)),
        shares=shared is not None and is_fragment,
        describes_source=bool(source.title or source.author or source.url),
        has_own_id=bool(own_id or (shared and not is_fragment)),
    )


def _has_text(shaped: Shaped) -> bool:
    texts = [shaped.fragment.get("text"), *(each.get("translation") for each in shaped.translations.values())]
    return any(values.plain_text(text, "text") is not None for text in texts)


def _hash_id(shaped: Shaped, is_fragment: bool) -> str:
    """An id for a row that has none: the same words get the same id, so that a second import changes nothing."""
    if is_fragment:
        said: list[object] = [shaped.fragment.get("lang"), shaped.fragment.get("text")]
        said += [each.get("translation") for each in shaped.translations.values()]
    else:
        said = [shaped.source.get(name) for name in ("title", "author", "author_first", "author_last", "date", "url")]
    words = "\n".join(str(each or "").strip() for each in said)
    return "row-" + hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _source(shaped: Shaped, source_id: str, take: Taker) -> Source:
    given = shaped.source
    title_lang = values.named(languages.canonical, given.get("title_lang"), "title_lang")
    title = take.line(given.get("title"), "title", title_lang) or ""
    rights_basis = take.line(given.get("rights_basis"), "rights_basis")
    died = take.line(given.get("author_died"), "author_died")
    return Source(
        external_id=source_id,
        kind=(take.line(given.get("kind"), "kind") or "work").lower(),
        title=title,
        title_lang=title_lang if title else None,
        url=take.address(given.get("url"), "url"),
        archived_urls=take.addresses(given.get("archived_urls"), "archived_urls"),
        publisher=_together(given, ("publisher", "place"), ", ", take),
        author=take.line(given.get("author"), "author") or _together(given, ("author_first", "author_last"), " ", take),
        author_visibility=values.choice(given.get("author_visibility"), "author_visibility", Visibility.NAMED),
        date=take.date(given.get("date"), "date"),
        rights=take.line(given.get("rights"), "rights"),
        rights_basis=rights_basis or (f"author died {died}" if died else None),
        suppressions=suppressions_of(shaped.suppressions, take),
    )


def _together(given: Values, names: tuple[str, ...], between: str, take: Taker) -> str | None:
    parts = (take.line(given.get(name), name) for name in names)
    return between.join(part for part in parts if part) or None


def _refuse_nothing(source: Source, field: str) -> None:
    if not (source.title or source.url or source.author):
        hint = "give the row the title, author or address of a source" + (", or a text" if field == "text" else "")
        raise FieldError(field, "is empty, and nothing else says what this row is", None, hint)


def _fragment(shaped: Shaped, external_id: str, source: Source, take: Taker) -> Fragment:
    given = shaped.fragment
    form = values.choice(given.get("form"), "form", Form.PROSE)
    lang = _lang(given)
    text = take.passage(given.get("text"), "text", lang, form)
    translations = _translations(shaped, lang, text, form, take)
    translator = take.line(given.get("translator"), "translator")
    original = values.named(languages.canonical, given.get("original_lang"), "original_lang")
    attribution = take.line(given.get("attribution"), "attribution")
    if original and original != lang and text:
        translations = (Translation(lang=lang, text=text, translator=translator), *translations)
        lang, text = original, ""
    elif translator:
        attribution = attribution or _credit(source, translator)
    _refuse_empty(given, text, translations)
    gloss_lang = values.named(languages.canonical, given.get("gloss_lang"), "gloss_lang") or "en"
    fragment = Fragment(
        id=id_of(external_id),
        external_id=external_id,
        source=source,
        lang=lang,
        text=text,
        form=form,
        gloss=take.line(given.get("gloss"), "gloss", gloss_lang),
        gloss_lang=gloss_lang,
        attribution=attribution,
        content_warning=take.line(given.get("content_warning"), "content_warning"),
        sensitivity=values.choice(given.get("sensitivity"), "sensitivity", Sensitivity.NORMAL),
        weight=values.whole(given.get("weight"), "weight", 1, 9, default=1),
        topics=_topics(given.get("topics")),
        campaign=values.named(lambda text: values.slug(text, "campaign"), given.get("campaign"), "campaign"),
        translations=translations,
    )
    if not source.suppressions:
        take.notes.append(Note("no-suppression", "country: the row does not say who suppressed it, and where"))
    return _stamped(fragment, shaped)


def _lang(given: Values) -> str:
    tag = values.plain_text(given.get("lang"), "lang")
    script = values.plain_text(given.get("script"), "script")
    if tag is None:
        raise FieldError("lang", "is empty", None, "write the language's tag (en, fa, zh-Hans); und if nobody knows")
    return languages.canonical(tag, script=script)


def _translations(shaped: Shaped, lang: str, text: str, form: Form, take: Taker) -> tuple[Translation, ...]:
    found = []
    for tag, given in shaped.translations.items():
        field = f"translation.{tag}"
        words = take.passage(given.get("translation"), field, tag, form)
        if not words:
            if any(values.plain_text(value, field) for value in given.values()):
                raise FieldError(field, "has no text", None, "write it, or empty the other cells of this language")
            continue
        if tag == lang and text:
            raise FieldError(field, "is in the language of the text itself", tag, "correct lang or the column's name")
        maker = values.choice(given.get("translation_maker"), f"translation_maker.{tag}", Maker.HUMAN)
        translator = take.line(given.get("translator"), f"translator.{tag}")
        note = take.line(given.get("translation_note"), f"translation_note.{tag}")
        found.append(Translation(lang=tag, text=words, maker=maker, translator=translator, note=note))
    return tuple(found)


def _credit(source: Source, translator: str) -> str:
    """Author, title (year), translated by: the line a reader needs where the text is not the author's own words."""
    author = None if source.author_visibility is Visibility.WITHHELD else source.author
    dated = f" ({source.date.raw})" if source.date else ""
    work = f"{source.title}{dated}" if source.title else ""
    return ", ".join(part for part in (author, work, f"translated by {translator}") if part)


def _refuse_empty(given: Values, text: str, translations: tuple[Translation, ...]) -> None:
    if not text and not translations:
        hint = "nothing is left of it after cleaning: look for markup or invisible characters"
        raise FieldError("text", "is empty", given.get("text"), hint)


def _topics(given: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values.slug(word, "topics") for word in values.several(given, "topics", "|;,\n")))


def _desk_notes(given: Values, take: Taker) -> None:
    for remark in values.several(given.get("note"), "note", "\n"):
        cleaned = Taker().line(remark[:LONGEST_NOTE], "note")
        if cleaned:
            take.notes.append(Note("from-the-file", cleaned))


def _stamped(fragment: Fragment, shaped: Shaped) -> Fragment:
    """Revision and times of our own record, kept as they are. Its public id follows from the external id again."""
    if not shaped.stamps:
        return fragment
    record: Mapping[str, object] = {
        **{name: value for name, value in shaped.stamps.items() if name != "id"},
        "external_id": fragment.external_id,
        "lang": fragment.lang,
        "source": {"external_id": fragment.source.external_id},
    }
    stamps = from_record(record)
    return replace(
        fragment,
        revision=stamps.revision,
        published_at=stamps.published_at,
        corrected_at=stamps.corrected_at,
        correction=stamps.correction,
    )
