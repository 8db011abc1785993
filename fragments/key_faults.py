"""What can be wrong with the keys of a machine, each named after the fact and with a sentence where a person meets it.

Rules: none holds or tells a private key.
"""

from pathlib import Path

from fragments.errors import UnsilencedError


class IncompleteKeyring(UnsilencedError):
    """A directory that holds some of a keyring's files and not the others."""

    def __init__(self, directory: Path, missing: tuple[str, ...]) -> None:
        super().__init__(directory, missing)
        self.directory = directory
        self.missing = missing

    def __str__(self) -> str:
        names = ", ".join(self.missing)
        return f"{self.directory}: {names} missing; restore from a backup, new keys would orphan every snippet"


class KeyringExists(UnsilencedError):
    """New keys were asked for where a keyring stands."""


class StrangeKeys(UnsilencedError):
    """Keys that the current root does not name: whatever they sign would be refused. The name, the roles."""


class KeysElsewhere(UnsilencedError):
    """Something that only the root or edition keys can do, and they are kept on another machine."""

    def __str__(self) -> str:
        return (
            str(self.args[0])
            if self.args
            else "the root and edition keys are kept on another machine; it is done there"
        )


class NotJoined(UnsilencedError):
    """The keys of a machine that is to sign beside others, and that no root names yet."""

    def __str__(self) -> str:
        return "no root names the keys of this machine yet: `unsilenced keys adopt` takes one that does"


class NeedsOthers(UnsilencedError):
    """A root that others have to sign before it counts: how many signatures are missing, at least."""

    def __str__(self) -> str:
        missing = "one more signature" if self.args[0] == 1 else f"{self.args[0]} more signatures"
        return f"this root lacks {missing} by other machines (`unsilenced keys sign` there): nothing was changed"


class OtherChain(UnsilencedError):
    """A chain of roots that does not go on from the one that is kept here."""

    def __str__(self) -> str:
        return "these roots do not follow from those of this machine: nothing was changed"


class OpenKeyring(UnsilencedError):
    """A private key that other accounts of the machine can read: the file and its mode."""

    def __str__(self) -> str:
        return f"other accounts can read {self.args[0]} ({self.args[1]}): chmod 600 it, and rotate if somebody may have"


class UnreadableKeyring(UnsilencedError):
    """A key file that holds no key of its kind, or a chain that is none."""
