"""Builds the loader: loader.css into loader.js, both minified, to built/<hash>.js. Run: python -m embed.loader.build

Rules: the same sources and the same minifier give the same bytes (a test rebuilds and compares). What has been
released is never replaced: only the line called `next` in built/releases.txt is, until it gets a release's name by
`python -m embed.loader.build --release NAME`.

It needs minify-go, which the project's test extra brings; running the loader or serving it does not.
"""

import sys
from pathlib import Path

import brotli
import minify  # type: ignore[import-untyped]

from embed.loader.released import BUILT, RELEASES, Loader

HERE = Path(__file__).parent
MOST_BYTES, MOST_BROTLI_BYTES = 3_000, 2_000
NEXT = "next"


def build() -> bytes:
    """The bytes of the loader, from its sources: ASCII, so that no page's encoding can spoil them."""
    style = minify.string("text/css", (HERE / "loader.css").read_text("utf-8"))
    source = (HERE / "loader.js").read_text("utf-8")
    source = source.replace("const ", "let ")  # as good once it works, and 44 bytes shorter
    script: str = minify.string("text/javascript", source.replace("replaceSync(STYLE)", f"replaceSync(`{style}`)"))
    return script.encode("ascii")


def sizes(body: bytes) -> tuple[int, int]:
    """Bytes as they are, and in brotli."""
    return len(body), len(brotli.compress(body))


def place(body: bytes, release: str) -> Loader:
    """Writes the file and the list; takes the place of `next`, never of a release."""
    loader = Loader.of(body)
    name = Path(loader.path).stem
    lines = RELEASES.read_text().splitlines() if RELEASES.exists() else []
    if lines and lines[-1].startswith(f"{NEXT} "):
        (BUILT / f"{lines.pop().split()[1]}.js").unlink(missing_ok=True)
    if not any(line.endswith(f" {name}") for line in lines):
        lines.append(f"{release} {name}")
    (BUILT / f"{name}.js").write_bytes(body)
    RELEASES.write_text("".join(f"{line}\n" for line in lines))
    return loader


def main(arguments: list[str]) -> int:
    """Builds, places, and prints the sizes; 1 when the loader has grown too big."""
    body = build()
    plain, compressed = sizes(body)
    loader = place(body, arguments[1] if arguments[:1] == ["--release"] else NEXT)
    sys.stdout.write(f"{loader.path} {plain} bytes of {MOST_BYTES}, brotli {compressed} of {MOST_BROTLI_BYTES}\n")
    return int(plain > MOST_BYTES or compressed > MOST_BROTLI_BYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
