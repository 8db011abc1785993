"""A visitor who follows every link finds something behind each."""

from collections import deque
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
from flask.testing import FlaskClient

from tests.public.conftest import URL

LINKS = "//a/@href | //link[not(@rel='stylesheet') or @href]/@href | //iframe/@src | //script/@src | //form/@action"


def test_every_link_of_every_page_leads_somewhere(client: FlaskClient) -> None:
    waiting, seen, dead = deque(["/"]), {"/"}, []

    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        dead += [(address, answer.status_code)] * (answer.status_code != 200)
        for found in _links(address, answer.data) if answer.mimetype == "text/html" else ():
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    assert dead == []
    assert len(seen) > 100


def _links(address: str, body: bytes) -> list[str]:
    page = lxml.html.document_fromstring(body.decode())
    whole = [urldefrag(urljoin(URL + address, each))[0] for each in page.xpath(LINKS)]
    inside = [each.removeprefix(URL) for each in whole if each.startswith(URL)]
    inside = [each for each in inside if not each.startswith("/site/")]  # pages of another app: tests/sites
    # One language besides the browser's is enough, and a list narrowed twice is a list.
    return [each for each in inside if "ui=" not in each or ("ui=fa" in each and urlsplit(each).path.count("/") < 2)]
