"""Two revisions of a fragment, field by field: what differs, in words and each in its own language.

Rules: a field of one choice is shown by its words, a text by the pieces that went and came. It decides nothing.
"""

from dataclasses import dataclass

from fragments.nouns import Fragment
from widget_server.desk import forms, wording
from widget_server.desk.differing import sides

Pieces = list[tuple[str, str]]
_CHOSEN_FROM = frozenset({"form", "sensitivity", "maker"})  # fields whose values are codes


@dataclass(frozen=True, slots=True)
class Apart:
    """A field in which two revisions differ; `lang` is `und` where nothing says in which language its words are."""

    name: str
    label: str
    lang: str
    before: Pieces
    after: Pieces


def apart(old: Fragment, new: Fragment) -> list[Apart]:
    """Each field of the form that differs."""
    before, after = forms.fields_of(old), forms.fields_of(new)
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name, "") != after.get(name, "")]
    return [
        Apart(name, _label(name), _language(name, {**before, **after}), *sides(*(_said(name, each) for each in both)))
        for name in names
        for both in [(before.get(name, ""), after.get(name, ""))]
    ]


def _plain(name: str) -> str:
    return name.split("_", 1)[1] if name[:1] == "t" and name[1:2].isdecimal() else name


def _label(name: str) -> str:
    """The label of a field; of a translation's, with its number."""
    number = name[1 : name.index("_")] if _plain(name) != name else ""
    return f"{wording.field(name)} ({int(number) + 1})" if number else wording.field(name)


def _said(name: str, value: str) -> str:
    return wording.value(value) if value and _plain(name) in _CHOSEN_FROM else value


def _language(name: str, fields: forms.Fields) -> str:
    named = {"text": "lang", "gloss": "gloss_lang", "content_warning": "gloss_lang"}
    if _plain(name) == "text" != name:
        return fields.get(name.replace("_text", "_lang")) or "und"
    return fields.get(named.get(name, "")) or "und"
