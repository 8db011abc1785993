"""Words of a text that may name a private person, and marks by which one can be found: a question for the editor.

Whether somebody is a public figure, an author who wants to be named or a neighbour who will be visited for it cannot be
decided by a program, nor can every name be seen: a list of names knows the famous ones best, and those need no
protection. So this only finds what looks like a name, and the page asks about the words found. In scripts with capitals
that is two capitalised words in a row (initials and particles between them count; a first word that the text writes
small elsewhere does not); in scripts without, a word after a form of address. E-mail addresses,
telephone numbers and account names are found in every script. Where nothing is found
nothing is said, which is no promise: the checklist of the review asks the same of a person.

It decides nothing and stores nothing.
"""

import regex

from fragments.folding import folded

MOST = 12  # words shown
_PARTICLE = r"(?:(?:von|van|der|den|de|da|di|dos|del|la|le|bin|ibn|bint|al|el|ul|ter|ten|zu|af|y|e)[ ’'-])"
_WORD = r"\p{Lu}[\p{L}\p{M}’'-]*\p{Ll}[\p{L}\p{M}’'-]*"
_NAMES = regex.compile(
    rf"(?:{_WORD}|\p{{Lu}}\.)(?:[ \u00a0](?:{_PARTICLE}){{0,2}}(?:{_WORD}|\p{{Lu}}\.)){{1,4}}", regex.V1
)
# Forms of address before a name, and in Chinese, Japanese and Korean after it.
_BEFORE = regex.compile(
    r"(?<!\p{L})(?:السيدة|السيد|الآنسة|الدكتورة|الدكتور|آقای|خانم|دکتر|جناب|د\.|"
    r"श्रीमती|श्री|জনাব|শ্রী|มิสเตอร์|นางสาว|นาย|นาง|คุณ|ဦး|ဒေါ်|မောင်|ကိုကို|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|M\.|Mme|Herr|Frau|"
    r"Señora|Señor|Sra?\.|ông|bà|г-жа|г-н|господин|госпожа)"
    r"[ \u00a0]*[\p{L}\p{M}\u200c]+(?:[ \u00a0][\p{Lu}\p{Lo}][\p{L}\p{M}\u200c]*)?"
)
_AFTER = regex.compile(
    r"[\p{Han}]{1,4}(?:先生|女士|小姐|律师|律師|老师|老師)|[\p{Hangul}]{2,4} ?(?:씨|선생님)|"
    r"[\p{Han}\p{Katakana}]{1,6}(?:さん|氏)"
)
_MARKS = (
    regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    regex.compile(r"(?<![\w/])@[A-Za-z0-9_]{3,30}"),
    regex.compile(r"(?<![\d\w])(?!\d{4}.\d{4}(?!\d))\+?\d[\d ()./-]{7,17}\d(?![\d\w])"),
)


def may_name(text: str, known: str = "") -> tuple[str, ...]:
    """Words that may name or lead to a person, in the order of the text.

    `known`: words that need no question, such as the author's name, the title and the publisher.
    """
    ours = set(regex.findall(r"[\p{L}\p{M}]+", folded(known)))
    found = [match for pattern in (_NAMES, _BEFORE, _AFTER, *_MARKS) for match in pattern.finditer(text)]
    shown: dict[str, None] = {}
    end = 0
    for match in sorted(found, key=lambda each: (each.start(), -each.end())):
        words = _without_opener(match[0].strip(), text)
        if words and match.start() >= end and not _is_known(words, ours):
            shown[words] = None
            end = match.end()
    return tuple(shown)[:MOST]


def _without_opener(words: str, text: str) -> str:
    """Without a first word that is only large because it begins a sentence ("The Ministry"): the text has it small too.

    Empty where one word is left, which may be a place, a month or a German noun.
    """
    first, _, rest = words.partition(" ")
    if (
        not rest
        or not first[0].isupper()
        or not regex.search(rf"(?<!\p{{L}}){regex.escape(first.lower())}(?!\p{{L}})", text)
    ):
        return words
    return rest if " " in rest else ""


def _is_known(words: str, ours: set[str]) -> bool:
    """Whether every word of a name is one that the source gives anyway."""
    return all(word in ours for word in folded(words).replace(".", " ").split())
