"""What one run of an import remembers of the rows before: ids, texts, and sources that rows share.

Rules: an id may occur once in a run; the second row is refused and told where the first is. A text that another row
has too is only remarked on. A source that rows name by source_id is what the first of them says, or what the archive
holds. Ids and texts are kept as hashes of 64 bits, places as one number: 100,000 rows cost about 25 MB, and two hashes
meet by chance once in three billion such files.

It does not write.
"""

import hashlib
from dataclasses import dataclass, replace

from fragments.errors import FieldError
from fragments.importing.building import Built
from fragments.notes import Note
from fragments.nouns import Fragment, Source
from fragments.store.archive import Archive

BEYOND_LINES = 10**12  # more lines than a file has: a place is one number, which is a third of a pair's memory


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
        self._files: list[str] = []
        self._ids: dict[int, int] = {}
        self._texts: dict[int, int] = {}
        self._shared: dict[str, tuple[Source, Place]] = {}
        self._counted: set[str] = set()

    def settled(self, place: Place, built: Built) -> Built:
        """The row as it goes in: with the source it shares, and with a remark if its text is a second one.

        Raises FieldError: a second row with this id, a source that nobody has described.
        """
        self._refuse_second(place, built)
        settled = self._with_shared_source(place, built) if built.shares else built
        self._ids[_hash("id", _kind(built), built.external_id)] = self._packed(place)
        if settled.fragment:
            settled = self._with_remark_on_twin(place, settled, settled.fragment)
        return settled

    def is_first_of_source(self, built: Built) -> bool:
        """Whether no row of this source was counted yet; from now on one is."""
        if built.fragment and not built.shares:
            return True  # a source of its own, which no other row can name
        is_first = built.source.external_id not in self._counted
        self._counted.add(built.source.external_id)
        return is_first

    def _packed(self, place: Place) -> int:
        if not self._files or self._files[-1] != place.file:
            self._files.append(place.file)
        return (len(self._files) - 1) * BEYOND_LINES + place.line

    def _unpacked(self, packed: int) -> Place:
        number, line = divmod(packed, BEYOND_LINES)
        return Place(self._files[number], line)

    def _refuse_second(self, place: Place, built: Built) -> None:
        packed = self._ids.get(_hash("id", _kind(built), built.external_id))
        if packed is None:
            return
        first = self._unpacked(packed)
        if not built.has_own_id:
            raise FieldError("text", f"is the same as in {first}", None, "give the rows ids if both are meant")
        where = f"line {first.line}" if first.file == place.file else str(first)
        raise FieldError(
            "id", f"is the id of {where} too", built.external_id, "give this row another id, or take it out"
        )

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
        packed = self._packed(place)
        first = self._texts.setdefault(_hash("text", _comparable(fragment)), packed)
        if first == packed:
            return built
        remark = f"text: the same text is in {self._unpacked(first)} under another id"
        return replace(built, notes=(*built.notes, Note("same-text", remark)))


def _kind(built: Built) -> str:
    return "fragment" if built.fragment else "source"


def _comparable(fragment: Fragment) -> str:
    return fragment.text or "\n".join(f"{each.lang} {each.text}" for each in fragment.translations)


def _hash(*parts: str) -> int:
    digest = hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest)
