"""What one run of an import remembers of the rows before: ids, texts, and sources that rows share.

Rules: an id may occur once in a run; the second row is refused and told where the first is. A text that another row
has too is only remarked on. A source that rows name by source_id is what the first of them says, or what the archive
holds. Ids and texts are kept as hashes of 64 bits: 100,000 rows cost about 30 MB, and two meet by chance once in
three billion such files.

It does not write.
"""

import hashlib
from dataclasses import dataclass, replace

from fragments.errors import FieldError
from fragments.importing.building import Built
from fragments.notes import Note
from fragments.nouns import Fragment, Source
from fragments.store.archive import Archive


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"line {self.line} of {self.file}"


class Memory:
    """The rows of one run so far."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._ids: dict[int, tuple[str, int]] = {}
        self._texts: dict[int, tuple[str, int]] = {}
        self._shared: dict[str, tuple[Source, Place]] = {}
        self._counted: set[int] = set()

    def settled(self, place: Place, built: Built) -> Built:
        """The row as it goes in: with the source it shares, and with a remark if its text is a second one.

        Raises FieldError: a second row with this id, a source that nobody has described.
        """
        self._refuse_second(place, built)
        settled = self._with_shared_source(place, built) if built.shares else built
        self._ids[_hash("id", _kind(built), built.external_id)] = (place.file, place.line)
        if settled.fragment:
            settled = self._with_remark_on_twin(place, settled, settled.fragment)
        return settled

    def is_first_of_source(self, external_id: str) -> bool:
        """Whether no row of this source was counted yet; from now on it is."""
        key = _hash("counted", external_id)
        is_first = key not in self._counted
        self._counted.add(key)
        return is_first

    def _refuse_second(self, place: Place, built: Built) -> None:
        first = self._ids.get(_hash("id", _kind(built), built.external_id))
        if first:
            other = Place(*first)
            reason = f"is the id of line {other.line} too" if other.file == place.file else f"is the id of {other} too"
            if not built.has_own_id:
                raise FieldError("text", f"is the same as in {other}", None, "give the rows ids if both are meant")
            raise FieldError("id", reason, built.external_id, "give this row another id, or take it out")

    def _with_shared_source(self, place: Place, built: Built) -> Built:
        name = built.source.external_id
        if name not in self._shared:
            self._shared[name] = (built.source if built.describes_source else self._from_archive(name), place)
        source, first = self._shared[name]
        notes = built.notes
        if built.describes_source and source != built.source:
            remark = f"source_id: {name!r} is described otherwise in {first}; that description is kept"
            notes = (*notes, Note("source-described-twice", remark))
        fragment = replace(built.fragment, source=source) if built.fragment else None
        return replace(built, source=source, fragment=fragment, notes=notes)

    def _from_archive(self, name: str) -> Source:
        source = self._archive.source(name)
        if source is None:
            hint = "describe it (title, author, …) in the first row that names it, or import the sources first"
            raise FieldError("source_id", "is not the name of a source", name, hint)
        return source

    def _with_remark_on_twin(self, place: Place, built: Built, fragment: Fragment) -> Built:
        key = _hash("text", _comparable(fragment))
        first = self._texts.setdefault(key, (place.file, place.line))
        if first == (place.file, place.line):
            return built
        remark = f"text: the same text is in {Place(*first)} under another id"
        return replace(built, notes=(*built.notes, Note("same-text", remark)))


def _kind(built: Built) -> str:
    return "fragment" if built.fragment else "source"


def _comparable(fragment: Fragment) -> str:
    return fragment.text or "\n".join(f"{each.lang} {each.text}" for each in fragment.translations)


def _hash(*parts: str) -> int:
    digest = hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest)
