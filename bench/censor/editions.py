"""The publisher under attack: its keys, its editions, and the files that an honest origin serves.

Rules: files are made by the project's own press (embed.decks) and signed as docs/format.md says; the live edition is
number 7, a snippet was pasted when it was number 4. Every text says which edition it is of, so that a reader's page
can be judged by its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from embed.decks import Printer, Seal
from embed.loader.released import current
from fragments.ids import id_of
from fragments.keys import ROOT_LIVES
from fragments.nouns import Fragment, PartialDate, Sensitivity, Source, Suppression
from fragments.signing import Keypair, join_notes, sign_note
from fragments.statements import now_text, pin, root_text

NAME = "publisher.example"
LIVE_EDITION, MINIMUM = 7, 4
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW_LIVES = timedelta(hours=72)
STARTED = datetime.now(UTC).replace(microsecond=0)
DATED = STARTED - HOUR
FRAGMENTS = 40  # so that none of the sixteen parts holds the withdrawn one alone, and shows nothing


def passage(word: str, number: int, sensitivity: Sensitivity = Sensitivity.NORMAL) -> Fragment:
    """A text that nobody wrote; `word` says of which edition it is."""
    suppression = Suppression(country="GB", who="Office of Alpha", since=PartialDate(raw="1900", edtf="1900"))
    source = Source(external_id=word, title=f"{word} book", author="A. Author", suppressions=(suppression,))
    name, text = f"{word} {number}", f"{word} passage number {number}, in as many words as a short passage has."
    told = {"gloss": "Nothing in particular", "sensitivity": sensitivity}
    return Fragment(id=id_of(name), external_id=name, source=source, lang="en", text=text, **told)


def passages(word: str) -> tuple[Fragment, ...]:
    """Those of an edition."""
    return tuple(passage(word, number) for number in range(FRAGMENTS))


LIVE, OLDER, FORGED = passages("Live"), passages("Older"), passages("Forged")
CAREFUL = passage("Careful", 0, Sensitivity.NEEDS_FRESH)  # only with a fresh statement
WITHDRAWN = passage("Withdrawn", 0)  # in the live edition's decks; named in its freshness statement since
PASTED = passage("Pasted", 0)


@dataclass(frozen=True)
class Publisher:
    """Keys, and what is signed with them. `editors` sign editions, all of them unless told otherwise."""

    root: Keypair = field(default_factory=Keypair.make)
    editors: tuple[Keypair, ...] = field(default_factory=lambda: (Keypair.make(),))
    server: Keypair = field(default_factory=Keypair.make)
    before: tuple[str, ...] = ()  # root notes before the current one
    serial: int = 1

    def root_note(self, *, by: Sequence[Keypair] = ()) -> str:
        """The current root, signed by its own key and `by`."""
        signers = {
            "root": (1, [self.root]),
            "edition": (len(self.editors), list(self.editors)),
            "now": (1, [self.server]),
        }
        since = STARTED - 30 * DAY
        text = root_text(name=NAME, serial=self.serial, since=since, until=since + ROOT_LIVES, signers=signers)
        return sign_note(text, NAME, [*by, self.root])

    @property
    def chain(self) -> str:
        """Every root note, from the first."""
        return join_notes([*self.before, self.root_note()])

    @property
    def pinned(self) -> str:
        """What a snippet carries."""
        first = self.before[0] if self.before else self.root_note()
        return pin(first.split("\n\n")[0] + "\n")

    def rotated(self) -> "Publisher":
        """After a new edition key and a new server key."""
        return Publisher(root=self.root, before=(self.root_note(),), serial=2)

    def now_note(self, edition: int, since: datetime, withdrawn: Sequence[Fragment] = ()) -> str:
        """A freshness statement: 72 hours from `since`."""
        ids = [one.id for one in withdrawn]
        words = {"name": NAME, "edition": edition, "since": since, "until": since + NOW_LIVES}
        return sign_note(now_text(**words, withdrawn=ids, origins=()), NAME, [self.server])

    def files(
        self,
        edition: int,
        fragments: Sequence[Fragment],
        *,
        dated: datetime = DATED,
        now_note: str | None = None,
        signers: Sequence[Keypair] = (),
        chain: str = "",
    ) -> dict[str, bytes]:
        """path -> bytes of every part of the deck `all`."""
        seal = Seal(
            name=NAME,
            chain=chain or self.chain,
            edition=edition,
            dated=dated,
            signers=tuple(signers) or self.editors,
            now_note=self.now_note(edition, dated) if now_note is None else now_note,
        )
        return {f"/d/all/{part}.cf": body for part, body in Printer(seal).print_deck("all", fragments, Random(1))}

    def live(self) -> dict[str, bytes]:
        """What an honest origin serves: the live edition; one fragment of it was withdrawn since."""
        now = self.now_note(LIVE_EDITION, DATED, [WITHDRAWN])
        return self.files(LIVE_EDITION, (*LIVE, CAREFUL, WITHDRAWN), now_note=now)


LOADER: Mapping[str, bytes] = {current().path: current().body}
