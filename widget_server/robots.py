"""May we read this page? What a site's robots.txt says to one agent (RFC 9309), by protego.

Rules: at most 500 KiB are read (RFC 9309, 2.5); a file that cannot be read forbids nothing. It fetches nothing: what
a missing (404) or broken (5xx) robots.txt means is for the visitor to say.
"""

import re

from protego import Protego

READ_BYTES = 512_000
AGENT_LINE = re.compile(r"\s*user[- ]?agent\s*:?\s*([^#]*)", re.IGNORECASE)
SOMEBODY_ELSE = "User-agent: (somebody else)"


def allowed(robots_txt: bytes, agent: str, path: str) -> bool:
    """Whether `agent` (its product token or its whole user agent) may read `path`, which begins with a slash."""
    lines = robots_txt[:READ_BYTES].decode("utf-8-sig", "replace").splitlines()
    ours = [line if _is_about(line, agent) else SOMEBODY_ELSE for line in lines]
    return Protego.parse("\n".join(ours)).can_fetch(f"https://host.invalid{path}", agent)


def _is_about(line: str, agent: str) -> bool:
    """Whether a line may decide for `agent`; names of other agents are all one to us.

    protego keeps every rule once for every agent it is written for: 18,000 names before 30,000 rules, both of
    which fit into the limit, would be 560 million.
    """
    found = AGENT_LINE.match(line)
    named = found[1].strip().lower() if found else ""
    return not found or named == "*" or named.replace("*", "") in agent.lower()
