"""What finding costs: `python bench/bench_search.py [FRAGMENTS]` fills a SQLite archive and prints milliseconds."""

import random
import sys
import tempfile
import time
from pathlib import Path

from fragments.ids import id_of
from fragments.nouns import Fragment, Source
from fragments.store.archive import Archive
from fragments.store.searching import Finding, Wanted

WORDS = [
    f"{a}{b}{c}"
    for a in ("ba", "ko", "文", "سل", "ti")
    for b in ("lo", "字", "ام", "ra")
    for c in ("n", "一", "ه", "s")
]
ASKED = ("balon", "文字一 tiras", "字", "ba", "nowhere", "zeta-77")


def main(many: int) -> None:
    chance = random.Random(1)
    sources = [Source(external_id=f"s{n}", title=f"zeta-{n}") for n in range(many // 20 or 1)]
    with tempfile.TemporaryDirectory() as folder, Archive.open(f"sqlite:///{Path(folder) / 'a.db'}") as archive:
        began = time.perf_counter()
        with archive.writing("bench") as desk:
            for n in range(many):
                text = " ".join(chance.choices(WORDS, k=40))
                source = sources[n % len(sources)]
                desk.save_fragment(Fragment(id=id_of(str(n)), external_id=str(n), lang="en", text=text, source=source))
        print(f"{many:,} fragments saved and indexed in {time.perf_counter() - began:.0f} s")
        finding = Finding(archive.engine)
        for words in ("", *ASKED):
            began = time.perf_counter()
            found = finding.fragments(Wanted(words=words), limit=51)
            listed = time.perf_counter()
            count = finding.count(Wanted(words=words))
            ended = time.perf_counter()
            took, counting = (listed - began) * 1e3, (ended - listed) * 1e3
            print(f"{words or '(all)':16} {len(found):3} {took:7.0f} ms, counted {count:6} in {counting:5.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
