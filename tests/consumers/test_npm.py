"""Two consumers from npm that know nothing of us: an oEmbed extractor that discovers, and an OpenGraph scraper."""

from fragments.ids import id_of
from fragments.nouns import Fragment, Source, Suppression

SOURCE = Source(external_id="s", title="Alpha", author="A. Author", suppressions=(Suppression(country="CN"),))
FRAGMENT = Fragment(id=id_of("npm"), external_id="npm", source=SOURCE, lang="ar", text="كلمة حق", gloss="About words")
ASKING = """
import { extract } from "@extractus/oembed-extractor";
import scraper from "open-graph-scraper";
const page = process.argv[2];
const oembed = await extract(page, { maxwidth: 400 });
const { result } = await scraper({ html: await (await fetch(page)).text() });
console.log(JSON.stringify({ oembed, result }));
"""


def test_an_address_becomes_an_embed_and_a_card(published, node):
    with published(FRAGMENT) as url:
        page = f"{url}/f/{FRAGMENT.id}"
        found = node(ASKING, page)
    assert found["oembed"]["type"] == "rich"
    assert found["oembed"]["html"].startswith("<blockquote>")
    assert found["result"]["ogImage"][0]["url"] == f"{page}/card.png?ui=en"
    assert found["result"]["twitterCard"] == "summary_large_image"
