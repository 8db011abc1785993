"""WordPress's own core, from Debian's package: an address alone on a line becomes words and a live frame."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Page

from fragments.ids import id_of
from fragments.nouns import Fragment, Source, Suppression, Translation

pytestmark = pytest.mark.drill
POST = Path(__file__).parent / "wordpress.php"
SOURCE = Source(
    external_id="s", title="Alpha", author="A. Author", suppressions=(Suppression(country="IR", who="Office"),)
)
HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>[gallery] & "'


def fragment(name: str, text: str, lang: str, *translated: str) -> Fragment:
    translations = tuple(Translation(lang=each, text=f"{name} in {each}") for each in translated)
    return Fragment(id=id_of(name), external_id=name, source=SOURCE, lang=lang, text=text, translations=translations)


PERSIAN = fragment("persian", "باران می‌بارد", "fa", "en")
VIETNAMESE = fragment("vietnamese", "一个字", "zh-Hans", "vi")
DANGEROUS = fragment("dangerous", HOSTILE, "en")


@pytest.fixture(scope="module")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of WordPress's code, unpacked and not installed: none of the server and database it asks for."""
    if not shutil.which("php") or not shutil.which("apt-get"):
        assert os.getuid() == 0, "This drill needs Debian's php-cli. As root: apt install php-cli"
        _apt("install", "-y", "-qq", "--no-install-recommends", "php-cli")
    directory = tmp_path_factory.mktemp("wordpress")
    _apt("download", "-qq", "wordpress", at=directory)
    (package,) = directory.glob("wordpress_*.deb")
    subprocess.run(["dpkg-deb", "-x", package, directory], check=True, timeout=60)
    return directory / "usr/share/wordpress"


def _apt(*words: str, at: Path | None = None) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for asked in (["update", "-qq"], list(words)):
        done = subprocess.run(
            ["apt-get", *asked], cwd=at, env=quiet, capture_output=True, text=True, timeout=300, check=False
        )
    assert done.returncode == 0, f"This drill needs Debian's package: apt-get {' '.join(words)} said {done.stderr}"


@pytest.fixture(scope="module")
def url(published: Callable) -> Iterator[str]:
    with published(PERSIAN, VIETNAMESE, DANGEROUS) as found:
        yield found


@pytest.fixture
def pasted(wordpress: Path, url: str) -> Callable[[str], str]:
    """What a post shows, in whose editor the address was pasted: pasted("/f/random")."""

    def made(path: str) -> str:
        command = ["php", "-n", POST, wordpress, url + path]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    return made


def parts(post: str) -> tuple[html.HtmlElement, html.HtmlElement]:
    """The quotation and the frame of a post, of which it has one each, in this order."""
    found = html.fragment_fromstring(post, create_parent=True).xpath(".//blockquote | .//iframe")
    assert [each.tag for each in found] == ["blockquote", "iframe"]
    return found[0], found[1]


def test_the_address_of_a_fragment_becomes_its_words_and_a_frame(pasted: Callable[[str], str], url: str) -> None:
    words, frame = parts(pasted(f"/f/{PERSIAN.id}"))

    assert f"\u2067{PERSIAN.text}\u2069 persian in en" in words.text_content()
    assert "A. Author, Alpha" in words.text_content()
    assert words.xpath(".//a/@href") == [f"{url}/f/{PERSIAN.id}"]
    assert re.fullmatch(rf"{url}/f/{PERSIAN.id}/frame\?ui=en#\?secret=\w{{10}}", frame.get("src"))
    assert frame.get("sandbox") == "allow-scripts"
    assert frame.get("title") == "A fragment of censored text"


def test_the_address_of_a_drawn_fragment_stays_drawn(pasted: Callable[[str], str], url: str) -> None:
    words, frame = parts(pasted("/f/random?lang=vi"))

    assert VIETNAMESE.text in words.text_content()
    assert re.fullmatch(rf"{url}/frame\?lang=vi&ui=en#\?secret=\w{{10}}", frame.get("src"))
    assert frame.get("sandbox") == "allow-scripts"


def test_a_hostile_text_comes_out_as_its_letters(pasted: Callable[[str], str]) -> None:
    post = pasted(f"/f/{DANGEROUS.id}")

    words, _ = parts(post)
    assert HOSTILE in words.text_content()
    assert {each.tag for each in html.fragment_fromstring(post, create_parent=True).iter()} <= {
        *("div", "p", "blockquote", "a", "iframe")
    }


def test_a_page_that_cannot_be_embedded_stays_the_address_that_it_was(pasted: Callable[[str], str], url: str) -> None:
    assert f"<p>{url}/about</p>" in pasted("/about")


@pytest.fixture
def opened(pasted: Callable[[str], str], wordpress: Path, blog: Callable[..., Page]) -> Page:
    """The post in a browser, with the script that WordPress adds to it."""
    script = (wordpress / "wp-includes/js/wp-embed.js").read_text("utf-8")
    post = pasted(f"/f/{PERSIAN.id}")
    return blog(f"<!doctype html><meta charset=utf-8><main style='width:40rem'>{post}</main><script>{script}</script>")


def test_in_a_browser_the_frame_takes_the_place_of_the_words(opened: Page, alarms: list[str]) -> None:
    frame = opened.locator("iframe")
    frame.wait_for(state="visible")
    opened.wait_for_function("document.querySelector('blockquote').offsetHeight === 0")

    assert frame.bounding_box()["height"] >= 200  # WordPress's least
    assert opened.frame_locator("iframe").locator("blockquote").first.inner_text() == PERSIAN.text
    inside = opened.frames[1].evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert inside[0] <= inside[1]  # nothing of it is cut off
    assert alarms == []


def test_a_link_in_the_frame_leads_the_reader_to_the_fragment(opened: Page, url: str) -> None:
    opened.locator("iframe").wait_for(state="visible")
    opened.frame_locator("iframe").locator(f"a[href*='/f/{PERSIAN.id}']").first.click()

    opened.wait_for_url(f"{url}/f/{PERSIAN.id}*")
