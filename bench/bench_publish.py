"""How long an edition of 10,000 fragments takes to print, against writing the same records with json.dumps alone.

Prints figures, the ratio, and the sizes of decks. Run from the top of the project: python -m bench.bench_publish [N]
"""

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import brotli

from embed.decks import BUDGET_BYTES
from embed.press import File, Press
from embed.printing import print_edition, reprint_now
from fragments.drawing import Facets, Query
from fragments.ids import id_of
from fragments.keys import Keyring
from fragments.nouns import Edition, Fragment, PartialDate, Source, Suppression, Translation
from fragments.record import to_record
from fragments.signing import Keypair

DATED = datetime(2026, 11, 24, 10, tzinfo=UTC)
# Blocks of letters, so that a synthetic text has the weight of its script: first letter, how many, letters a word.
LETTERS = {
    "vi": "aăâbcdđeêghiklmnoôơpqrstuưvxyạảấầẩẫậắặẹếềệịọốộớợụứựỳ",
    "fa": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "zh-Hans": "".join(map(chr, range(0x4E00, 0x5200))),
    "en": "abcdefghijklmnopqrstuvwxyz",
    "fr": "abcdefghijklmnopqrstuvwxyzéèàç",
    "my": "ကခဂဃငစဆဇဈညတထဒဓနပဖဗဘမယရလဝသဟအ",
    "hi": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
}
COUNTRIES = [
    "VN",
    "CN",
    "IR",
    "RU",
    "SA",
    "TR",
    "MM",
    "EG",
    "SY",
    "BY",
    "KP",
    "CU",
    "ER",
    "IN",
    "FR",
    "GB",
    "US",
    "DE",
    "SU",
    "DD",
]
TOPICS = [
    "press",
    "poetry",
    "prison",
    "religion",
    "labour",
    "language",
    "government",
    "thought",
    "sexuality",
    "revolution",
]


def vocabulary(lang: str, random: Random) -> list[str]:
    """Two thousand words: real texts repeat theirs, and compress like it."""
    shortest, longest = (1, 2) if lang.startswith("zh") else (2, 9)
    letters = LETTERS[lang]
    return ["".join(random.choices(letters, k=random.randint(shortest, longest))) for _ in range(2000)]


WORDS = {lang: vocabulary(lang, Random(lang)) for lang in LETTERS}


def passage(lang: str, random: Random) -> str:
    """About 160 letters in a language's own letters, its commoner words more often."""
    words: list[str] = []
    limit = 60 if lang.startswith("zh") else 160
    while sum(map(len, words)) < limit:
        words.append(WORDS[lang][int(random.paretovariate(0.7)) % 2000])
    return ("" if lang.startswith("zh") else " ").join(words)


def fragment(number: int, lang: str | None = None) -> Fragment:
    """A synthetic fragment with an English translation and a third language."""
    random = Random(number)
    own = lang or random.choice(list(LETTERS))
    into = dict.fromkeys(["en", random.choice(list(LETTERS))])
    since = PartialDate(raw="1934", edtf="1934")
    source = Source(
        external_id=f"s{number}",
        title=passage(own, random)[:40],
        author=passage("en", random)[:18].title(),
        date=PartialDate(raw="1930", edtf="1930"),
        suppressions=(Suppression(country=random.choice(COUNTRIES), who="Ministry of Culture", since=since),),
    )
    return Fragment(
        id=id_of(str(number)),
        external_id=str(number),
        source=source,
        lang=own,
        text=passage(own, random),
        topics=tuple(random.sample(TOPICS, 2)),
        campaign=random.choice(["spring", "autumn", None, None]),
        translations=tuple(Translation(lang=tag, text=passage(tag, random)) for tag in into if tag != own),
        published_at=DATED - timedelta(minutes=number),
    )


def press() -> Press:
    """A press with new keys."""
    pairs = {role: Keypair.make() for role in ("root", "edition", "now")}
    keyring = Keyring.made_of("fragments.example", pairs, DATED)
    return Press(public_url="https://fragments.example", mirrors=["https://m.example"], keyring=keyring, now=DATED)


def timed(edition: Edition, with_press: Press) -> tuple[float, Counter[str], Counter[str]]:
    """Seconds of the processor, number of files and bytes, by first part of the path."""
    started = time.process_time()
    count: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for file in print_edition(edition, with_press):
        kind = kind_of(file)
        count[kind] += 1
        size[kind] += len(file.body)
    return time.process_time() - started, count, size


def kind_of(file: File) -> str:
    """Where a file is counted."""
    if file.path.startswith("/d/"):
        return "/d/f-" if file.path.startswith("/d/f-") else "/d/"
    return file.path[: file.path.find("/", 1) + 1] if file.path.count("/") > 1 else "others"


def deck_sizes(lang: str, with_press: Press) -> Iterator[int]:
    """Bytes in brotli of the parts of a deck of 384 fragments of one language, English beside them."""
    edition = Edition(number=1, dated=DATED, fragments=tuple(fragment(n, lang) for n in range(384)))
    for file in print_edition(edition, with_press):
        if file.path.startswith(f"/d/lang-{lang}/"):
            yield len(brotli.compress(file.body, quality=7, lgwin=16))


def main(number: int) -> None:
    """Prints the figures."""
    edition = Edition(number=7, dated=DATED, fragments=tuple(fragment(n) for n in range(number)))
    with_press = press()
    started = time.process_time()
    records = [json.dumps(to_record(one), ensure_ascii=False) for one in edition.fragments]
    plain = time.process_time() - started
    seconds, count, size = timed(edition, with_press)
    print(f"{number} fragments: {seconds:.1f} s of CPU, {sum(count.values())} files, {sum(size.values()) / 1e6:.0f} MB")
    print(f"records alone by json.dumps: {plain:.2f} s, {sum(map(len, records)) / 1e6:.0f} MB")
    print(f"ratio: {seconds / plain:.0f}")
    for kind, files in count.most_common():
        print(f"  {kind:10} {files:7} files {size[kind] / 1e6:8.1f} MB")
    started = time.perf_counter()
    index = Facets.of(edition.fragments).to_bytes()
    print(f"drawing index: {len(index)} bytes, made in {time.perf_counter() - started:.2f} s")
    facets, random, query = Facets.from_bytes(index), Random(1), Query(lang=("vi", "fa"), country=("VN", "IR"))
    started = time.perf_counter()
    for _ in range(10_000):
        facets.draw(query, random)
    print(f"a draw over two facets of two values: {(time.perf_counter() - started) * 100:.1f} us")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for lang in ("vi", "fa"):
        sizes = list(deck_sizes(lang, with_press))
        print(f"parts of 24 in {lang}, brotli: {min(sizes)} to {max(sizes)} bytes (budget {BUDGET_BYTES})")
    started = time.perf_counter()
    files = list(print_edition(Edition(number=7, dated=DATED, fragments=edition.fragments[:1000]), with_press))
    before = next(file.body for file in files if file.path == "/now.txt")
    started = time.perf_counter()
    fresh = sum(1 for _ in reprint_now(files, before, with_press))
    print(f"a fresh now for {fresh} files: {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
