"""Folds words so that who searches finds them however they were typed; never for storing or showing.

Rules: compatibility forms are one (NFKC), case is gone, and so are marks that people leave out when they type: accents
of Latin, Greek and Cyrillic, the vowels of Arabic and Hebrew, tatweel, ZWJ and ZWNJ. Arabic and Persian spellings of
one letter are one. Marks of other scripts are letters and stay. It does not fold traditional into simplified Chinese.
"""

import unicodedata

import regex

_SILENT = regex.compile(
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    r"\u06d6-\u06ed\u00ad\u200b-\u200f\u061c\ufeff]"
)
_TWINS = str.maketrans(
    {"ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ٱ": "ا", "đ": "d", "ł": "l", "ø": "o", "ı": "i"}
)
_BLANKS = regex.compile(r"[\s\x00-\x1f]+")


def folded(text: str) -> str:
    """The words as a search compares them."""
    apart = unicodedata.normalize("NFKD", text)
    plain = unicodedata.normalize("NFC", _SILENT.sub("", apart)).casefold()
    return _BLANKS.sub(" ", plain.translate(_TWINS)).strip()
