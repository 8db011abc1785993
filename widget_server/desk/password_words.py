"""Why a password is easy to guess, as a sentence. Words only; passwords.py decides."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

GUESSES: dict[str, LazyString] = {  # by what zxcvbn warns of
    "Straight rows of keys": _l("Straight rows of keys are easy to guess."),
    "Short keyboard patterns": _l("Short keyboard patterns are easy to guess."),
    "Repeats like": _l("Repetitions are easy to guess."),
    "Sequences like": _l("Sequences such as abc or 6543 are easy to guess."),
    "Recent years": _l("Recent years are easy to guess."),
    "Dates are": _l("Dates are easy to guess."),
    "This is a": _l("This is one of the commonest passwords."),
    "This is similar": _l("This is like one of the commonest passwords."),
    "A word by itself": _l("A word by itself is easy to guess."),
    "Names and surnames": _l("Names by themselves are easy to guess."),
    "Common names": _l("Common names are easy to guess."),
}


def guess(warning_of: str) -> str:
    """Why a password is easy to guess."""
    fitting = [words for beginning, words in GUESSES.items() if warning_of.startswith(beginning)]
    return str(fitting[0]) if fitting else _("This is easy to guess.")
