"""Errors of the archive: each is named after the fact and carries values, not sentences.

Whoever shows an error to a person words it there, in that person's language.
"""


class UnsilencedError(Exception):
    """Base of every error that the archive raises on purpose."""


class FieldError(UnsilencedError):
    """A value that cannot be taken: the field's name, the value, a code for the reason, and what to do."""

    def __init__(self, field: str, reason: str, value: object = None, hint: str = "") -> None:
        super().__init__(field, reason, value, hint)
        self.field = field
        self.reason = reason  # a sentence fragment in English: "is not a language tag"
        self.value = value
        self.hint = hint  # what to do: "write zh-Hans or zh-Hant"

    def __str__(self) -> str:
        shown = repr(self.value)[:60] if self.value is not None else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.field}: {shown} {self.reason}{hint}".replace("  ", " ")


class UnknownFragment(UnsilencedError):
    """No fragment has this id."""


class OwnApproval(UnsilencedError):
    """The person who wrote a text tried to approve it."""


class NotAllowed(UnsilencedError):
    """The move is not possible in this state or for this person."""


class UnderHold(NotAllowed):
    """The fragment is under a legal hold: nothing of it changes until another editor lifts it."""


class OwnHold(NotAllowed):
    """Whoever set a legal hold tried to lift it."""


class StaleRevision(UnsilencedError):
    """Somebody saved a newer revision meanwhile."""


class BadSignature(UnsilencedError):
    """A statement that nobody with a valid key has signed."""


class UnknownFacet(UnsilencedError):
    """A facet, or a value of one, that the edition does not have."""
