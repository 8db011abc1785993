"""Makes the shared test vectors: genuine and spoiled deck files, and the verdict on each, in vectors.json.

Keys and dates are fixed and signatures deterministic, so a second run changes no byte. The keys are for these files
only: they are made from words anybody can read here. Run from the top of the project: python -m tests.vectors.make
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fragments.signing import Keypair, join_notes, read_notes, sign_note
from fragments.statements import deck_text, now_text, pin, root_text, stamp

NAME = "fragments.example"
DATED = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY, YEAR = timedelta(days=1), timedelta(days=396)
ENTRIES = [
    {
        "i": "a000000001",
        "x": [["zh-Hans", "小国寡民。"], ["en", "A small land, few people."]],
        "a": "老子, 道德經",
        "c": "CN",
    },
    {"i": "b000000002", "x": [["fa", "سخن", 1], ["en", "Speech"]], "a": "Rumi", "c": "IR", "w": "Court, 1501", "n": 5},
    {"i": "c000000003", "x": [["vi", "Tiếng nói"]], "g": ["en", "On speaking"], "a": "Nguyễn", "c": "VN", "s": 1},
]


def keypair(word: str) -> Keypair:
    """The keys made from a word."""
    edwards = hashlib.sha256(f"ed25519 {word}".encode()).digest()
    scalar = int.from_bytes(hashlib.sha256(f"p256 {word}".encode()).digest()) >> 1  # below the order of the group
    return Keypair.of(Ed25519PrivateKey.from_private_bytes(edwards), ec.derive_private_key(scalar, ec.SECP256R1()))


ROOT, EDITION, NOW = keypair("root"), keypair("edition"), keypair("now")
ROOT2, EDITION2, NOW2 = keypair("root 2"), keypair("edition 2"), keypair("now 2")
CAROL = keypair("carol from outside")


def root(serial=1, *, since=DATED, keys=(ROOT, EDITION, NOW), by=(ROOT,), editors=None, threshold=1, name=NAME):
    """A root note."""
    signers = {"root": (1, [keys[0]]), "edition": (threshold, editors or [keys[1]]), "now": (1, [keys[2]])}
    text = root_text(name=name, serial=serial, since=since, until=since + YEAR, signers=signers)
    return sign_note(text, name, list(by))


def deck(*, edition=7, dated=DATED, name="all", by=(EDITION,), entries=ENTRIES, publisher=NAME):
    """A deck note."""
    lines = [json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries]
    text = deck_text(name=publisher, edition=edition, dated=dated, until=dated + YEAR, deck=name, entries=lines)
    return sign_note(text, publisher, list(by))


def now(*, edition=7, since=DATED, by=(NOW,), withdrawn=()):
    """A now note."""
    until = since + 3 * DAY
    origins = ["https://fragments.example", "https://mirror.example"]
    text = now_text(name=NAME, edition=edition, since=since, until=until, withdrawn=withdrawn, origins=origins)
    return sign_note(text, NAME, list(by))


def file(*notes: str) -> str:
    """Notes as one file."""
    return join_notes(notes)


def without_p256(note: str) -> str:
    """The note without its first signature, which is the P-256 one."""
    text, lines = note.split("\n\n")
    return f"{text}\n\n{lines.split(chr(10), 1)[1]}"


GENUINE = file(root(), deck(), now())
ROTATED = (
    root(),
    root(2, since=DATED + 300 * DAY, keys=(ROOT2, EDITION2, NOW2), by=(ROOT, ROOT2)),
    root(3, since=DATED + 600 * DAY, keys=(ROOT, EDITION, NOW2), by=(ROOT2, ROOT)),
)
ALL = ["a000000001", "b000000002", "c000000003"]
CALM = ALL[:2]  # without the one that needs a fresh now
LATER = DATED + 601 * DAY
HTML = (
    "<!DOCTYPE html>\n<html><head><title>Blocked</title></head>\n\n<body><p>This site is blocked.</p></body></html>\n"
)
PAIR = keypair("second editor")


def genuine():
    """File, verdict and what may be shown: (name, about, body, shown, fresh, other conditions)."""
    slow, fast = {"now": DATED - DAY}, {"now": DATED + 2 * DAY}
    at = {"now": LATER + DAY}
    two = root(editors=[EDITION, PAIR], threshold=2)
    later = {"dated": LATER}
    yield "genuine", "a deck with a fresh now", GENUINE, ALL, True, {}
    yield "genuine-minimum", "the snippet's minimum is this edition", GENUINE, ALL, True, {"minimum_edition": 7}
    yield "clock-slow", "the reader's clock is a day slow", GENUINE, ALL, True, slow
    yield "clock-fast", "the reader's clock is two days fast", GENUINE, ALL, True, fast
    yield (
        "withdrawn",
        "a withdrawn fragment is not shown",
        file(root(), deck(), now(withdrawn=ALL[:1])),
        ALL[1:],
        True,
        {},
    )
    yield "expired-now", "the now has expired", GENUINE, CALM, False, {"now": DATED + 4 * DAY}
    yield "no-now", "the now was cut off", file(root(), deck()), CALM, False, {}
    yield "cut-now", "the file ends in the middle of the now", GENUINE[:-150], CALM, False, {}
    yield "forged-now", "the now is signed by somebody else", file(root(), deck(), now(by=[CAROL])), CALM, False, {}
    yield (
        "now-by-edition",
        "the now is signed by the edition's key",
        file(root(), deck(), now(by=[EDITION])),
        CALM,
        False,
        {},
    )
    yield "behind-now", "the now is older than the deck", file(root(), deck(), now(edition=6)), ALL, True, {}
    yield (
        "two-rotations",
        "keys were rotated twice",
        file(*ROTATED, deck(**later), now(since=LATER, by=[NOW2])),
        ALL,
        True,
        at,
    )
    yield "two-signers", "two of two editors signed", file(two, deck(by=(EDITION, PAIR)), now()), ALL, True, {}


def spoiled():
    """Files to be refused, and the fact: (name, about, body, fact, other conditions)."""
    forged = keypair("forged root")
    two = root(editors=[EDITION, PAIR], threshold=2)
    twice = deck(by=(EDITION, EDITION))
    foreign = root(keys=(forged, CAROL, CAROL), by=(forged,))
    unfollowed = root(2, keys=(forged, CAROL, CAROL), by=(forged,))
    unowned = root(2, keys=(ROOT2, EDITION2, NOW2), by=(ROOT,))
    by_new = deck(by=[EDITION2])
    skipped = root(3, keys=(ROOT2, EDITION2, NOW2), by=(ROOT, ROOT2))
    at = {"now": LATER + DAY}
    retired = file(*ROTATED[:2], deck(dated=DATED + 301 * DAY), now(since=DATED + 301 * DAY, by=(NOW2,)))
    renamed = file(root(), deck().replace(f"— {NAME}", "— other.example"), now())
    flipped = GENUINE.replace("国", chr(ord("国") ^ 1), 1)
    yield "altered", "a word of an entry was changed", GENUINE.replace("Speech", "Silence"), "NotSigned", {}
    yield "flipped-bit", "one bit of the deck", flipped, "NotSigned", {}
    yield "flipped-root", "one bit of the root", GENUINE.replace("root 1 2026", "root 0 2026"), "OtherPublisher", {}
    yield "truncated", "the file ends within the deck", GENUINE[: GENUINE.index("Speech")], "NotSigned", {}
    yield (
        "truncated-signature",
        "the file ends within the deck's signature",
        file(root(), deck())[:-150],
        "NotSigned",
        {},
    )
    yield "other-deck", "another deck than was asked for", file(root(), deck(name="lang-vi"), now()), "OtherDeck", {}
    yield "below-minimum", "an edition below the snippet's minimum", GENUINE, "OldEdition", {"minimum_edition": 8}
    yield "replayed", "an edition below the one the now names", file(root(), deck(edition=6), now()), "OldEdition", {}
    yield "forged", "signed by somebody else", file(root(), deck(by=[CAROL]), now()), "NotSigned", {}
    yield (
        "by-now-key",
        "the deck is signed by the server's now key",
        file(root(), deck(by=[NOW]), now()),
        "NotSigned",
        {},
    )
    yield "no-signature", "the P-256 signature is missing", file(root(), without_p256(deck()), now()), "NotSigned", {}
    yield (
        "other-root",
        "a root that was not pinned",
        file(foreign, deck(by=[CAROL]), now(by=[CAROL])),
        "OtherPublisher",
        {},
    )
    yield (
        "forged-chain",
        "a second root that the first did not sign",
        file(root(), unfollowed, deck(by=[CAROL])),
        "NotSigned",
        {},
    )
    yield "unowned-root", "a second root without its own signature", file(root(), unowned, by_new), "NotSigned", {}
    yield (
        "skipped-root",
        "a root is missing from the chain",
        file(root(), skipped, deck(by=[EDITION2])),
        "BrokenChain",
        {},
    )
    yield "retired-key", "signed by a key of the root before", retired, "NotSigned", {"now": DATED + 302 * DAY}
    yield "one-of-two", "one of two editors signed", file(two, deck(), now()), "NotSigned", {"first": two}
    yield "one-twice", "one of two editors signed twice", file(two, twice, now()), "NotSigned", {"first": two}
    yield (
        "expired-deck",
        "the deck has expired",
        file(*ROTATED, deck(), now(since=LATER, by=[NOW2])),
        "ExpiredStatement",
        at,
    )
    yield "expired-root", "the root has expired", file(root(), deck(dated=LATER)), "ExpiredStatement", at
    yield (
        "other-name",
        "a deck in another publisher's name",
        file(root(), deck(publisher="other.example")),
        "NotSigned",
        {},
    )
    yield "renamed", "the signature lines name somebody else", renamed, "NotSigned", {}
    yield "now-as-deck", "a now where the deck should be", file(root(), now()), "NotSigned", {}
    yield "no-deck", "a root and nothing else", root(), "NotAStatement", {}
    yield "empty", "nothing", "", "NotAStatement", {}
    yield "block-page", "a page that says the site is blocked", HTML, "NotAStatement", {}


def write(directory: Path) -> None:
    """All files and vectors.json, which says of each: the conditions, and `shown` or the `fact` of the refusal."""
    vectors = []

    def add(name: str, about: str, body: str, conditions: dict[str, object], verdict: dict[str, object]) -> None:
        (directory / f"{name}.cf").write_bytes(body.encode())
        first = conditions.get("first", body if verdict["genuine"] else root())
        clock = conditions.get("now", DATED + timedelta(hours=1))
        vectors.append(
            {
                "file": f"{name}.cf",
                "about": about,
                "deck": "all",
                "pinned": pin(read_notes(first)[0].text),
                "minimum_edition": conditions.get("minimum_edition", 1),
                "now": stamp(clock),
                **verdict,
            }
        )

    for name, about, body, shown, fresh, conditions in genuine():
        add(name, about, body, conditions, {"genuine": True, "fresh": fresh, "shown": shown})
    for name, about, body, fact, conditions in spoiled():
        add(name, about, body, conditions, {"genuine": False, "fact": fact})
    lines = ",\n ".join(json.dumps(vector, ensure_ascii=False) for vector in vectors)
    (directory / "vectors.json").write_text(f"[{lines}]\n", "utf-8")


if __name__ == "__main__":
    write(Path(__file__).parent)
