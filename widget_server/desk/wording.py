"""What the archive says in codes and in English, as sentences of the desk in the language of whoever reads.

Rules: the archive's errors and notes are named after facts and carry values; each is worded here once, as a whole
sentence, so that a translator never has to finish somebody else's. What has no words here is shown as the archive
says it: in English, but never lost.

It decides nothing, and knows neither the archive nor the request.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException, default_exceptions

from fragments.errors import FieldError
from fragments.notes import Note

SESSION_OVER = _l("Your session is over. Sign in, and the text you were writing is still here.")
SESSION_OVER_COPY = _l("Your session is over. Copy the text below, sign in, and paste it again.")

VALUES: dict[str, LazyString] = {  # of every enumeration of fragments.nouns: no two share a value with two meanings
    "draft": _l("draft"),
    "in review": _l("in review"),
    "published": _l("published"),
    "withdrawn": _l("withdrawn"),
    "prose": _l("prose"),
    "verse": _l("verse"),
    "headline": _l("headline"),
    "keyword": _l("keyword"),
    "named": _l("named"),
    "pseudonym": _l("pseudonym"),
    "withheld": _l("withheld"),
    "human": _l("a person"),
    "machine": _l("a machine"),
    "project": _l("this project"),
    "normal": _l("normal"),
    "needs fresh": _l("author at risk"),
    "cited": _l("cited"),
    "said in the text itself": _l("said in the text itself"),
    "no citation yet": _l("no citation yet"),
    "waiting": _l("waits for a second person"),
    "embargo": _l("has an embargo"),
    "expiry": _l("has a date of expiry"),
    "hold": _l("under a legal hold"),
    "text": _l("text"),
    "rights": _l("rights"),
    "risk": _l("risk"),
    "translation": _l("translation"),
    "yes": _l("looked at"),
    "there is none": _l("there is none"),
    "none": _l("none"),
}

NOTES: dict[str, LazyString] = {  # by the code of a note of cleaning
    "markup": _l("Markup was taken out of the text."),
    "looks-like-verse": _l("The text has short lines like verse, but its form is prose."),
    "lone-surrogate": _l("The text held half a character, which now is U+FFFD."),
    "controls": _l("Control characters were taken out of the text."),
    "bidi": _l("Direction controls were taken out of the text."),
    "piled-marks": _l("The text had more than 4 accents on one letter; the others were taken out."),
    "lost-character": _l("The text holds U+FFFD where a character was lost. Restore it from the source."),
    "private-use": _l("The text holds a private-use character, which most readers see as an empty box."),
    "not-sign": _l("The text holds a not sign inside a word, probably a hyphen at the end of a printed line."),
    "wrong-encoding": _l("The text looks like UTF-8 that was read in a wrong encoding."),
    "markup-as-text": _l("The text holds what looks like HTML; readers will see it as it is written."),
    "signs-left": _l("The text holds Markdown or BBCode signs; readers will see them as they are written."),
    "same-text": _l("Another fragment has the same text."),
}

WARNINGS: dict[str, LazyString] = {  # by the code of forms.warnings
    "widget": _l("Longer than the 600 characters a widget shows: the end is cut there."),
    "badge": _l("Longer than the 140 characters a badge has room for: a badge shows its beginning."),
    "gloss": _l("No gloss. Bloggers who cannot read the text will not know what it is about."),
    "translation": _l("No translation. Most readers will see only the original."),
    "suppression": _l("Nothing says who suppressed it, where and when."),
    "citation": _l("The suppression has no evidence: nobody can check it."),
    "at-risk": _l("The author is at risk, and the form shows the name. Consider a pseudonym, or withhold it."),
    "script": _l("Hardly a letter is in the script of this language. Is the language right?"),
}

FIELDS: dict[str, LazyString] = {  # the labels of the form's fields; those of a translation lose their number
    "lang": _l("Language"),
    "form": _l("Form"),
    "text": _l("Text"),
    "gloss": _l("Gloss"),
    "gloss_lang": _l("Language of the gloss"),
    "topics": _l("Topics"),
    "campaign": _l("Campaign"),
    "content_warning": _l("Content warning"),
    "attribution": _l("Attribution"),
    "sensitivity": _l("Sensitivity"),
    "maker": _l("Made by"),
    "translator": _l("Translator"),
    "note": _l("Note on the translation"),
    "source": _l("Source"),
    "s_title": _l("Title"),
    "s_title_lang": _l("Language of the title"),
    "s_author": _l("Author"),
    "s_author_visibility": _l("What of the author may be shown"),
    "s_kind": _l("Kind"),
    "s_url": _l("Address"),
    "s_date": _l("Date"),
    "s_publisher": _l("Publisher"),
    "s_rights": _l("Rights"),
    "a_country": _l("Suppressed in"),
    "a_who": _l("By whom"),
    "a_action": _l("What was done"),
    "a_method": _l("By what means"),
    "a_since": _l("Since"),
    "a_reason": _l("Reason given"),
    "e_url": _l("Evidence: address"),
    "e_citation": _l("Evidence: in words"),
    "e_accessed": _l("Read on"),
    "e_sha256": _l("SHA-256 of what was read"),
}

FAULTS: dict[str, LazyString] = {  # by the beginning of a FieldError's reason
    "is not ticked": _l("Tick each point once you have looked at it."),
    "says no reason": _l("Say why: the writer and the record will show it."),
    "is empty": _l("This is empty. Give it some words."),
    "is missing": _l("This is missing. Pick a source, or give this one a title or an address."),
    "is too long": _l("This is too long. Choose a passage of at most 8 kB."),
    "is not text": _l("This is not text."),
    "has a word too long for any page": _l("This has a word that is too long for any page."),
    "holds markup that cannot be made safe": _l("This holds markup that cannot be made safe. Paste the words only."),
    "holds half a character": _l("This holds half a character. Copy it again."),
    "is not a language tag": _l("This is not a language tag. Write a tag such as ar, fa, zh-Hans or vi."),
    "is not a language": _l("This is not a language. Write a tag such as ar, fa, zh-Hans or vi."),
    "has extensions or private codes": _l(
        "This has extensions or private codes. Write language, script and region only."
    ),
    "does not say how it is written": _l("This does not say how it is written. Write zh-Hans or zh-Hant."),
    "is not a code of ISO 3166-1": _l("This is not a code of ISO 3166-1. Write a country’s name or its two letters."),
    "is not a country": _l("This is not a country. Write a country’s name or its two letters."),
    "is a region or a group, not a country": _l("This is a region or a group, not a country. Name one country."),
    "is a state whose code now means": _l("This state’s code means Czechoslovakia here. Write RS or ME."),
    "is in the past": _l("This date is in the past. Leave it empty, or withdraw the text."),
    "is not after the embargo": _l("The expiry has to come after the end of the embargo."),
    "is under a legal hold": _l("This text is under a legal hold. Another editor has to lift it first."),
    "says nothing new": _l("It has this label already."),
    "is the same source": _l("These are one and the same source. Choose two."),
    "is not one that is here": _l("This source is not here, or was merged into another. Look it up again."),
    "is not a date": _l("This is not a date. Write it like 2026-11-24."),
    "is not a SHA-256": _l("This is not a SHA-256. Write 64 hexadecimal digits."),
    "is not known": _l("This is not known here. Choose it again."),
    "is not a web address": _l("This is not a web address. Write it whole, such as https://example.org/page."),
    "does not begin with https://": _l("This does not begin with https://. Write it whole."),
    "begins with": _l("Only addresses that begin with http:// or https:// are taken."),
    "has a backslash in its host": _l("The host of this address has a backslash."),
    "has a host name that cannot exist": _l("The host name of this address cannot exist. Check its spelling."),
    "has no host name": _l("This address has no host name. Write it whole, such as https://example.org/page."),
    "has a host that is no IP address": _l("The host of this address is no IP address. Check its spelling."),
}

REFUSALS: dict[str, LazyString] = {  # by the last word of a NotAllowed
    "is draft": _l("That is not possible now: this text is a draft."),
    "is in review": _l("That is not possible now: this text is in review."),
    "is published": _l("That is not possible now: this text is published."),
    "is withdrawn": _l("That is not possible now: this text is withdrawn."),
    "is approved already": _l("That is not possible now: this text is approved already."),
    "is under a legal hold": _l("That is not possible now: this text is under a legal hold."),
    "is under no legal hold": _l("That is not possible now: this text is under no legal hold."),
    "has to be released by another editor than who set it": _l("You set this hold, so another editor has to lift it."),
    "has a fragment under a legal hold": _l("A fragment of this source is under a legal hold. Lift it first."),
    "has a note that stops publishing": _l("That is not possible now: this text has a note that stops publishing."),
}

PROBLEMS: dict[int, tuple[LazyString, LazyString]] = {
    400: (_l("Not taken"), _l("The desk could not read this request. Go back and try again.")),
    404: (
        _l("Not found"),
        _l(
            "There is no such page here. A link that makes an account works once, and for a day; starting the server "
            "again prints a new one while there is no administrator."
        ),
    ),
    405: (_l("Not possible"), _l("This address does something only by a form of the desk.")),
    409: (_l("Something changed meanwhile"), _l("Go back, load the page again and look at it once more.")),
    413: (_l("Too large"), _l("This is more than the desk takes at once. Send a smaller part.")),
    429: (_l("Too many tries"), _l("Wait a little and try again.")),
    500: (
        _l("A fault of the desk"),
        _l("Something broke here. What you typed may not be stored: go back and copy it."),
    ),
}


def value(code: str) -> str:
    """The words for a state, a form, a maker, a sensitivity, a visibility or a verification."""
    return str(VALUES.get(str(code), code))


def note(found: Note) -> str:
    """A note of cleaning as a sentence."""
    words = NOTES.get(found.code)
    return str(words) if words else _("The text %(what_is_said)s.", what_is_said=found.message)


def warning(code: str) -> str:
    """A warning of the form as a sentence."""
    return str(WARNINGS.get(code, code))


def field(name: str) -> str:
    """The label of a field, of the form or of a fault."""
    plain = name.split("_", 1)[1] if name[:1] == "t" and name[1:2].isdecimal() else name
    return str(FIELDS.get(plain, plain))


def fault(found: FieldError) -> str:
    """What is wrong with a field, and what to do, as sentences."""
    fitting = [words for reason, words in FAULTS.items() if found.reason.startswith(reason)]
    return str(fitting[0]) if fitting else str(found)


def refusal(why: str) -> str:
    """Why a move is not possible now."""
    return str(REFUSALS[why]) if why in REFUSALS else _("That is not possible now: %(why)s.", why=why)


def problem(found: HTTPException) -> tuple[str, str]:
    """Title and sentence of an error page; a view that says why is heard."""
    code = found.code or 500
    title, words = PROBLEMS.get(code) or PROBLEMS[400 if code < 500 else 500]
    usual = default_exceptions.get(code)
    said = None if usual is None or found.description == usual.description else found.description
    return str(title), str(said or words)


FILTERS = {"value": value, "note": note, "warning": warning, "field": field, "fault": fault}
