"""What an approver says to have looked at; the answers go into the audit record with the approval."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from fragments.errors import FieldError

POINTS: dict[str, LazyString] = {
    "text": _l("The text is the source’s, word for word"),
    "rights": _l("We may publish it"),
    "risk": _l("It puts neither the author nor anybody named in it at risk"),
    "translation": _l("The translations say what it says"),
}
LONGEST_REASON = 500  # characters


def points_for(*, has_translations: bool) -> dict[str, LazyString]:
    """What there is to look at."""
    return {name: words for name, words in POINTS.items() if name != "translation" or has_translations}


def answers(form: Mapping[str, str], *, has_translations: bool) -> dict[str, str]:
    """The answers, for the record. Raises FieldError where a point was not ticked."""
    if not all(form.get(f"check_{name}") for name in points_for(has_translations=has_translations)):
        raise FieldError("check", "is not ticked")
    return {name: "yes" if name != "translation" or has_translations else "there is none" for name in POINTS}
