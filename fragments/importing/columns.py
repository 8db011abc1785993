"""Says which field a column of a file means, and remembers the columns that mean none.

Rules: what the caller maps comes first, then a field's own name, then its aliases in their order. Where two columns of
a row mean one field and both have a value, the stronger one is taken and the other counts as not used. A column that
means nothing is never fatal: it is counted, with the name of a field that looks like it.

It does not look into values, except to see whether they are empty.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from fragments import languages
from fragments.errors import FieldError, UnsilencedError
from fragments.importing.schema import BY_NAME, COMPUTED, NAMES, Part, plain

MOST_UNUSED = 200  # names of columns remembered; JSON may have a new key in every row
MOST_SUPPRESSIONS = 20  # in one row of a table: country.20


class UnknownField(UnsilencedError):
    """A field named by the caller that does not exist, and the names that look like it."""

    def __init__(self, name: str, near: str = "") -> None:
        super().__init__(name, near)
        self.name = name
        self.near = near


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column goes: the field, which suppression it is about or which language, and how sure we are."""

    name: str
    suppression: int = 1
    lang: str = ""
    rank: int = 0  # 0 mapped by the caller, 1 the field's own name, 2 and more its aliases

    @property
    def label(self) -> str:
        """As an editor writes it: country, country.2, translation.en."""
        suffix = self.lang or (str(self.suppression) if self.suppression > 1 else "")
        return f"{self.name}.{suffix}" if suffix else self.name


@dataclass(frozen=True, slots=True)
class Constant:
    """A value for every row that leaves the field empty."""

    target: Target
    value: str
    in_every_act: bool  # country without a number: every act of the row


@dataclass(slots=True)
class Unused:
    """A column that went nowhere: how many rows had something in it, one example, and why."""

    column: str
    rows: int = 0
    example: str = ""
    hint: str = ""


@dataclass(slots=True)
class Columns:
    """The columns of one import."""

    mapping: Mapping[str, str] = field(default_factory=dict)  # their column -> our field
    unused: dict[str, Unused] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)  # columns of the mapping that were met
    _targets: dict[str, Target | None] = field(default_factory=dict)
    _mapped: dict[str, Target] = field(default_factory=dict)
    _columns: dict[str, str] = field(default_factory=dict)  # label -> column that filled it last

    def __post_init__(self) -> None:
        self._mapped = {column: replace(parse(name), rank=0) for column, name in self.mapping.items()}

    def target(self, column: str) -> Target | None:
        """The field that a column means, or None."""
        if column not in self._targets:
            if len(self._targets) > 10 * MOST_UNUSED:
                self._targets.clear()
            self._targets[column] = self._find(column)
        return self._targets[column]

    def _find(self, column: str) -> Target | None:
        mapped = self._mapped.get(column)
        if mapped:
            self.seen.add(column)
            return mapped
        try:
            return parse(column)
        except (UnknownField, FieldError):
            return None

    def is_computed(self, column: str) -> bool:
        """Whether a column says what follows from others, so that nothing is lost by passing it over."""
        return plain(column) in COMPUTED and column not in self._mapped

    def pass_over(self, column: str, value: object, hint: str = "") -> None:
        """Remember that a column was not used in one row."""
        if column not in self.unused and len(self.unused) >= MOST_UNUSED:
            column = "(more columns)"
        unused = self.unused.setdefault(column, Unused(column, hint=hint or self._hint(column)))
        if value not in (None, "", [], {}):
            unused.rows += 1
            unused.example = unused.example or str(value)[:60]

    def _hint(self, column: str) -> str:
        near = _near(column, NAMES)
        return f"did you mean {near}? --map {_quoted(column)}={near}" if near else ""

    def missing(self) -> list[str]:
        """Columns of the mapping that no row had."""
        return [column for column in self.mapping if column not in self.seen]

    def filled(self, label: str, column: str) -> None:
        """Remember which column gave a field its value, for the report's sake."""
        self._columns[label] = column

    def column_of(self, label: str) -> str:
        """The file's own name of a field."""
        return self._columns.get(label, label)


def parse(name: str) -> Target:
    """Read a field's name: title, country.2, translation.zh-Hans. Raises UnknownField, FieldError (language)."""
    base, _, suffix = name.strip().partition(".")
    known = NAMES.get(plain(base))
    if known is None:
        raise UnknownField(name, _near(name, NAMES))
    rank = 1 if known == plain(base) else 2 + BY_NAME[known].aliases.index(plain(base))
    part = BY_NAME[known].part
    if part is Part.TRANSLATION or (known == "translator" and suffix):
        if not suffix:
            raise UnknownField(name, f"{known}.en")
        return Target(known, lang=languages.canonical(suffix, field=name), rank=rank)
    if not suffix:
        return Target(known, rank=rank)
    numbered = suffix.isascii() and suffix.isdigit() and 1 <= int(suffix) <= MOST_SUPPRESSIONS
    if part not in (Part.SUPPRESSION, Part.EVIDENCE) or not numbered:
        raise UnknownField(name, known)
    return Target(known, suppression=int(suffix), rank=rank)


def constants_of(given: Mapping[str, str]) -> tuple[Constant, ...]:
    """Read `--set` values. Raises UnknownField, FieldError."""
    targets = [(name, parse(name), value) for name, value in given.items()]
    acts = (Part.SUPPRESSION, Part.EVIDENCE)
    return tuple(
        Constant(target, value, in_every_act=BY_NAME[target.name].part in acts and "." not in name)
        for name, target, value in targets
    )


def _near(name: str, known: Iterable[str]) -> str:
    """The field whose name looks like it; rights_uri is no slip for rights, but autor is one for author."""
    asked = plain(name)
    found = difflib.get_close_matches(asked, list(known), n=1, cutoff=0.8)
    return NAMES[found[0]] if found and not asked.startswith(found[0] + "_") else ""


def _quoted(column: str) -> str:
    return column if column.replace("_", "").isalnum() else f"'{column}'"
