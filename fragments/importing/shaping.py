"""Sorts a row's cells by what they are about: the fragment, its source, each suppression, each translation.

Rules: flat columns, nested JSON and our own record (fragments.record) end in the same shape. Constants fill what a row
leaves empty. Nothing is lost in silence: what has no place here is handed to Columns.pass_over.

It does not judge values; fragments.importing.building does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fragments import languages
from fragments.errors import FieldError
from fragments.importing.columns import Columns, Constant, Target
from fragments.importing.schema import (
    BY_NAME,
    INSIDE_EVIDENCE,
    INSIDE_SOURCE,
    INSIDE_SUPPRESSION,
    INSIDE_TRANSLATION,
    Part,
    plain,
)

EMPTY: tuple[object, ...] = (None, "", [], {})
STAMPS = ("id", "revision", "published_at", "corrected_at", "correction")  # of our own record, kept as they are
SUPPRESSIONS = frozenset({"suppressions", "banned", "bans"})

Values = dict[str, object]


@dataclass(slots=True)
class Shaped:
    """A row's values by part. Keys are field names; suppressions by number from 1, translations by language."""

    fragment: Values = field(default_factory=dict)
    source: Values = field(default_factory=dict)
    suppressions: dict[int, Values] = field(default_factory=dict)
    translations: dict[str, Values] = field(default_factory=dict)
    stamps: Values = field(default_factory=dict)  # of our own record
    is_record: bool = False
    _ranks: dict[str, int] = field(default_factory=dict)

    def put(self, target: Target, value: object, columns: Columns, column: str) -> None:
        """Put one value in its place; a weaker column gives way to a stronger one."""
        if target.name == "note" and target.rank == 0:
            value = f"{column}: {value}"  # a remark of its own says what it is; a column's value does not
        values, rank = self.place(target), self._ranks.get(target.label)
        if rank is not None and BY_NAME[target.name].many and rank == target.rank == 0:
            values[target.name] = _joined(values[target.name], value)
            return
        if rank is not None and rank <= target.rank:
            columns.pass_over(column, value, f"{columns.column_of(target.label)} already gives {target.label}")
            return
        if rank is not None:
            columns.pass_over(columns.column_of(target.label), values[target.name], f"{column} gives {target.label}")
        values[target.name] = value
        self._ranks[target.label] = target.rank
        columns.filled(target.label, column)

    def place(self, target: Target) -> Values:
        """Where the value of a field belongs."""
        part = BY_NAME[target.name].part
        if target.lang:
            return self.translations.setdefault(target.lang, {})
        if part is Part.SOURCE:
            return self.source
        if part in (Part.SUPPRESSION, Part.EVIDENCE):
            return self.suppressions.setdefault(target.suppression, {})
        return self.fragment


def shape(cells: Mapping[str, object], columns: Columns, constants: tuple[Constant, ...] = ()) -> Shaped:
    """Sort the cells of one row. Raises FieldError for nested values that are not what they should be."""
    shaped = Shaped()
    cells = _unwrapped(cells, shaped)
    for column, value in cells.items():
        if value in EMPTY:
            columns.target(column)  # so that a mapped column counts as met
        elif not _put_nested(shaped, column, value, columns):
            _put_flat(shaped, column, value, columns)
    _fill(shaped, constants, columns)
    return shaped


def _unwrapped(cells: Mapping[str, object], shaped: Shaped) -> Mapping[str, object]:
    """Our own record says what it is; its `id` is the public one, its `external_id` is the row's id."""
    kind = cells.get("record")
    if kind not in ("fragment", "source") or "external_id" not in cells:
        return cells
    shaped.is_record = True
    if kind == "source":
        return {"id": cells["external_id"], "source": {k: v for k, v in cells.items() if k != "record"}}
    shaped.stamps = {key: cells[key] for key in STAMPS if key in cells}
    rest = {key: value for key, value in cells.items() if key not in (*STAMPS, "record", "external_id")}
    return {"id": cells["external_id"], **rest}


def _put_flat(shaped: Shaped, column: str, value: object, columns: Columns) -> None:
    target = columns.target(column)
    if target is not None:
        shaped.put(target, value, columns, column)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _put_flat(shaped, f"{column}.{key}", inner, columns)
    elif not columns.is_computed(column):
        columns.pass_over(column, value)


def _put_nested(shaped: Shaped, column: str, value: object, columns: Columns) -> bool:
    """Take a list or object that our nested JSON has in this place; False where it has none."""
    name = plain(column)
    if name == "source" and isinstance(value, Mapping):
        _put_source(shaped, column, value, columns)
    elif name in SUPPRESSIONS and not isinstance(value, str):
        _put_suppressions(shaped, column, value, columns)
    elif name == "translations" and not isinstance(value, str):
        _put_translations(shaped, column, value, columns)
    elif name == "evidence" and _is_list_of_objects(value):
        proofs = [_renamed(proof, INSIDE_EVIDENCE, column, columns) for proof in _objects(column, value)]
        shaped.suppressions.setdefault(1, {})["evidence"] = proofs
    else:
        return False
    return True


def _put_source(shaped: Shaped, column: str, value: Mapping[str, object], columns: Columns) -> None:
    for key, inner in value.items():
        if plain(key) in SUPPRESSIONS:
            _put_suppressions(shaped, f"{column}.{key}", inner, columns)
        elif key != "record" and inner not in EMPTY:
            known = INSIDE_SOURCE.get(plain(key))
            if known is None:
                columns.pass_over(f"{column}.{key}", inner)
            else:
                shaped.put(Target(known), inner, columns, f"{column}.{key}")


def _put_suppressions(shaped: Shaped, column: str, value: object, columns: Columns) -> None:
    for number, entry in enumerate(_objects(column, value), 1):
        act = _renamed(entry, INSIDE_SUPPRESSION, column, columns)
        if _is_list_of_objects(act.get("evidence")):
            proofs = _objects(f"{column}.evidence", act["evidence"])
            act["evidence"] = [_renamed(proof, INSIDE_EVIDENCE, f"{column}.evidence", columns) for proof in proofs]
        shaped.suppressions.setdefault(number, {}).update(act)


def _put_translations(shaped: Shaped, column: str, value: object, columns: Columns) -> None:
    if isinstance(value, Mapping):  # {"en": "…"}
        value = [{"lang": lang, "text": text} for lang, text in value.items()]
    for entry in _objects(column, value):
        texts = _renamed(entry, INSIDE_TRANSLATION, column, columns)
        lang = texts.pop("lang", None)
        if not isinstance(lang, str):
            raise FieldError(column, "has an entry without a language", lang, 'write {"lang": "en", "text": "…"}')
        tag = languages.canonical(lang, field=column)
        if tag in shaped.translations:
            raise FieldError(column, "has two entries in one language", tag, "keep one of them")
        shaped.translations[tag] = texts


def _renamed(entry: Mapping[str, object], names: Mapping[str, str], column: str, columns: Columns) -> Values:
    found: Values = {}
    for key, value in entry.items():
        known = names.get(plain(key))
        if known is None:
            columns.pass_over(f"{column}.{key}", value)
        elif value not in EMPTY:
            found.setdefault(known, value)
    return found


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(each, Mapping) for each in value))


def _objects(column: str, value: object) -> Iterator[Mapping[str, object]]:
    entries = [value] if isinstance(value, Mapping) else value
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise FieldError(column, "is not a list of objects", value, f'write "{column}": [{{…}}]')
    yield from entries


def _joined(first: object, second: object) -> object:
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n{second}"
    return [*(first if isinstance(first, list) else [first]), *(second if isinstance(second, list) else [second])]


def _fill(shaped: Shaped, constants: tuple[Constant, ...], columns: Columns) -> None:
    """A constant of a suppression fills every act of the row; where there is none, it begins one."""
    for constant in constants:
        target = constant.target
        places = [shaped.place(target)]
        if constant.in_every_act:
            places = list(shaped.suppressions.values())
        for values in places:
            if values.setdefault(target.name, constant.value) is constant.value:
                columns.filled(target.label, "--set")
