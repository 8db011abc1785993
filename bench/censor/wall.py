"""What the censor does to networks: rules of nftables and iptables, and lies of its name server.

Rules: each attack is told which hosts it is aimed at, and leaves the others alone; each rule counts what it met, so
that one that does nothing is found out. The kernel's traffic shapers are not needed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from bench.censor.names import Harm, NameServer
from bench.censor.namespaces import run

TABLE = """table ip censor {
  chain forwarded { type filter hook forward priority 0; policy accept;
    %s
  }
  chain arriving { type nat hook prerouting priority -100; policy accept;
    %s
  }
}
"""
COUNTED = re.compile(r"counter packets (\d+)")


class Wall:
    """A censor's router. `addresses`: host -> address; `forger`: where the censor's own server is."""

    def __init__(self, namespace: str, names: NameServer, addresses: Mapping[str, str], forger: str) -> None:
        self._namespace, self._names = namespace, names
        self._addresses, self._forger = addresses, forger

    @contextmanager
    def against(self, attack: str, hosts: Sequence[str]) -> Iterator[Callable[[], int]]:
        """Harms `hosts` in the way of `attack`; gives a function that tells how often something was met."""
        before = self._names.harmed
        self._names.harm = {host: self._harm(attack) for host in hosts if attack in NAMES}
        addresses = ", ".join(self._addresses[host] for host in hosts)
        filters, leads = self._rules(attack, addresses)
        self._load(TABLE % (filters, leads))
        if attack == "SNI reset":
            for host in hosts:
                self._reset_at(host)
        try:
            yield lambda: self._names.harmed - before + self._counted()
        finally:
            self._names.harm = {}
            run("ip", "netns", "exec", self._namespace, "nft", "delete", "table", "ip", "censor")
            run("ip", "netns", "exec", self._namespace, "iptables", "-F", "FORWARD")

    def _harm(self, attack: str) -> Harm | str:
        return NAMES[attack] or self._forger

    def _rules(self, attack: str, addresses: str) -> tuple[str, str]:
        filters = FILTERS.get(attack, "").replace("HOSTS", f"{{ {addresses} }}")
        leads = f"ip daddr {{ {addresses} }} tcp dport 443 counter dnat to {self._forger}"
        return filters, leads if attack == "wrong certificate" else ""

    def _load(self, rules: str) -> None:
        run("ip", "netns", "exec", self._namespace, "nft", "-f", "-", text=rules)

    def _reset_at(self, host: str) -> None:
        words = ("-p", "tcp", "--dport", "443", "-m", "string", "--string", host, "--algo", "bm")
        verdict = ("-j", "REJECT", "--reject-with", "tcp-reset")
        run("ip", "netns", "exec", self._namespace, "iptables", "-A", "FORWARD", *words, *verdict)

    def _counted(self) -> int:
        said = run("ip", "netns", "exec", self._namespace, "nft", "list", "ruleset")
        return sum(int(number) for number in COUNTED.findall(said))


NAMES: Mapping[str, Harm | None] = {"name not found": Harm.DENY, "DNS timeout": Harm.IGNORE, "DNS poison": None}
FILTERS: Mapping[str, str] = {
    "address dropped": "ip daddr HOSTS counter drop",
    "TCP reset": "ip daddr HOSTS tcp flags syn counter reject with tcp reset",
    "30 % loss": "ip daddr HOSTS numgen random mod 100 < 30 counter drop\n"
    "    ip saddr HOSTS numgen random mod 100 < 30 counter drop",
    "throttled to 1 kB/s": "ip saddr HOSTS limit rate over 1 kbytes/second burst 3 kbytes counter drop",
}
DONE_BY_NETWORKS = {*NAMES, *FILTERS, "SNI reset", "wrong certificate"}
