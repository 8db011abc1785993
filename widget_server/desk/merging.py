"""Two people changed one text: what differs, field by field, and the form that follows from what was chosen. Pure.

Rules: nothing is chosen for anybody where both changed a field; where only one of them did, theirs or mine is
proposed, and shown all the same. Translations are compared by their language, never by their place, so that nobody's
words end up under another's language. A choice that is missing is a fault, not a default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fragments.errors import FieldError
from widget_server.desk.forms import MOST_TRANSLATIONS

Fields = Mapping[str, str]
THEIRS, MINE, OTHER = "theirs", "mine", "other"
CHOSEN_FROM = frozenset({"form", "sensitivity", "maker", "source"})  # fields without words of one's own
_OF_TRANSLATION = ("text", "maker", "translator", "note")
_USUAL = {"form": "prose", "sensitivity": "normal", "gloss_lang": "en", "maker": "human"}  # what an empty field means
_PLAIN = (
    *("lang", "form", "text", "gloss", "gloss_lang", "topics", "campaign"),
    *("content_warning", "attribution", "sensitivity", "source"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One field in which two texts differ: `lang` where it is of a translation, `proposed` where only one changed."""

    key: str
    name: str
    theirs: str
    mine: str
    lang: str = ""
    proposed: str = ""

    @property
    def has_words(self) -> bool:
        """Whether something else can be written in their place."""
        return self.name not in CHOSEN_FROM


def choices(base: Fields, theirs: Fields, mine: Fields) -> tuple[Choice, ...]:
    """Where two forms differ, with the one before both to tell who changed what."""
    before, other, own = _flat(base), _flat(theirs), _flat(mine)
    keys = [key for key in dict.fromkeys((*other, *own)) if other.get(key, "") != own.get(key, "")]
    return tuple(_choice(key, before.get(key, ""), other.get(key, ""), own.get(key, "")) for key in keys)


def merged(found: Iterable[Choice], mine: Fields, picked: Fields) -> dict[str, str]:
    """The form that follows: `picked` has `pick_<key>` for each choice, and `edit_<key>` for words of one's own.

    Raises FieldError for a choice that nobody made.
    """
    own = _flat(mine)
    for each in found:
        wish = picked.get(f"pick_{each.key}")
        if wish not in (THEIRS, MINE, OTHER) or (wish == OTHER and not each.has_words):
            raise FieldError(each.name, "is not chosen")
        own[each.key] = {THEIRS: each.theirs, MINE: each.mine, OTHER: picked.get(f"edit_{each.key}", "")}[wish]
    kept = {name: value for name, value in mine.items() if not _is_of_translation(name)}
    kept |= {name: own[name] for name in _PLAIN if name in own}
    return kept | _numbered(own)


def _choice(key: str, before: str, theirs: str, mine: str) -> Choice:
    lang, _, name = key.rpartition(".")
    proposed = THEIRS if mine == before else MINE if theirs == before else ""
    return Choice(key, name, theirs, mine, lang, proposed)


def _flat(fields: Fields) -> dict[str, str]:
    """The fields of a form by name, those of a translation by language and name: `fa.text`."""
    found = {name: fields.get(name) or _USUAL.get(name, "") for name in _PLAIN}
    for place in range(MOST_TRANSLATIONS):
        lang = fields.get(f"t{place}_lang", "").strip()
        if not fields.get(f"t{place}_text", "").strip():
            continue
        while f"{lang}.text" in found:  # two of one language: both are kept, for the form to refuse in words
            lang += " "
        told = {name: fields.get(f"t{place}_{name}") or _USUAL.get(name, "") for name in _OF_TRANSLATION}
        found |= {f"{lang}.{name}": value for name, value in told.items()}
    return {name: value.replace("\r\n", "\n") for name, value in found.items()}


def _numbered(flat: Fields) -> dict[str, str]:
    langs = [key.removesuffix(".text") for key, value in flat.items() if key.endswith(".text") and value.strip()]
    found: dict[str, str] = {}
    for place, lang in enumerate(langs[:MOST_TRANSLATIONS]):
        found[f"t{place}_lang"] = lang.strip()
        found |= {f"t{place}_{name}": flat.get(f"{lang}.{name}", "") for name in _OF_TRANSLATION}
    return found


def _is_of_translation(name: str) -> bool:
    return name[:1] == "t" and name[1:2].isdecimal()
