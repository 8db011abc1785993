"""Three networks on one machine: a reader's, a censor's that routes and resolves, and a web's.

Rules: everything happens in network namespaces that this makes, joined by virtual cables; the machine's own network is
not touched. They carry this process's number; they go when it ends, and those of a run that crashed go at the next
start, with whatever still runs in them.

    reader 10.200.1.2 ---- 10.200.1.1 censor 10.200.2.1 ---- 10.200.2.x web
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import TypeVar

PREFIX = "unsilenced-drill"
SETTINGS = Path("/etc/netns")  # ip-netns(8): what lies here stands in for /etc inside a namespace
NAMED = Path("/run/netns")
CLONE_NEWNET = 0x40000000  # setns(2)
RESOLVER, GATEWAY = "10.200.1.1", "10.200.2.1"
SEGMENT_BYTES = 1_500  # without it a virtual cable carries packets of 64 kB, which no loss or limit finds natural

Made = TypeVar("Made")


@dataclass(frozen=True)
class Networks:
    """The names of the three."""

    reader: str
    censor: str
    web: str

    @property
    def all(self) -> tuple[str, str, str]:
        """All three."""
        return self.reader, self.censor, self.web


@contextmanager
def networks(web_addresses: Sequence[str]) -> Iterator[Networks]:
    """Makes the three and takes them away again."""
    sweep()
    made = Networks(*(f"{PREFIX}-{os.getpid()}-{role}" for role in ("reader", "censor", "web")))
    try:
        _make(made, web_addresses)
        yield made
    finally:
        for name in made.all:
            remove(name)


def sweep() -> None:
    """Removes what a run left behind that is no longer there: namespaces, and its folder of keys and profiles."""
    for place in (*NAMED.glob(f"{PREFIX}-*"), *Path(gettempdir()).glob(f"{PREFIX}-*")):
        number = place.name.removeprefix(f"{PREFIX}-").split("-")[0]
        if not Path(f"/proc/{number}").exists():
            remove(place.name)
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)


def remove(name: str) -> None:
    """Ends what runs in a namespace, and the namespace."""
    if (NAMED / name).exists():
        for number in run("ip", "netns", "pids", name).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(number), signal.SIGKILL)
        run("ip", "netns", "delete", name)
    shutil.rmtree(SETTINGS / name, ignore_errors=True)
    with contextlib.suppress(OSError):  # somebody else's settings lie there
        SETTINGS.rmdir()


def inside(namespace: str, make: Callable[[], Made]) -> Made:
    """What `make` makes when it is called inside a namespace: a socket made there stays there."""

    def enter() -> Made:
        descriptor = os.open(NAMED / namespace, os.O_RDONLY)
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(descriptor, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns", namespace)
        finally:
            os.close(descriptor)
        return make()

    with ThreadPoolExecutor(1) as alone:  # a namespace is a thread's: this one ends with the call
        return alone.submit(enter).result()


def run(*words: str, text: str | None = None) -> str:
    """Runs a command and gives what it says; raises CalledProcessError."""
    return subprocess.run(words, input=text, check=True, capture_output=True, text=True).stdout


def _make(made: Networks, web_addresses: Sequence[str]) -> None:
    SETTINGS.mkdir(exist_ok=True)
    (SETTINGS / made.reader).mkdir()
    (SETTINGS / made.reader / "resolv.conf").write_text(f"nameserver {RESOLVER}\n")
    for name in made.all:
        run("ip", "netns", "add", name)
        # Addresses that appear by themselves a second later would make a browser drop what it is doing.
        run("ip", "netns", "exec", name, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6")
        run("ip", "-n", name, "link", "set", "lo", "up")
    _join(made.reader, "10.200.1.2", made.censor, RESOLVER, "reader")
    _join(made.web, web_addresses[0], made.censor, GATEWAY, "web")
    for address in web_addresses[1:]:
        run("ip", "-n", made.web, "address", "add", f"{address}/24", "dev", "web0")
    run("ip", "-n", made.reader, "route", "add", "default", "via", RESOLVER)
    run("ip", "-n", made.web, "route", "add", "default", "via", GATEWAY)
    run("ip", "netns", "exec", made.censor, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")


def _join(near: str, near_address: str, far: str, far_address: str, cable: str) -> None:
    ends = ((near, f"{cable}0", near_address), (far, f"{cable}1", far_address))
    run("ip", "link", "add", f"{cable}0", "netns", near, "type", "veth", "peer", "name", f"{cable}1", "netns", far)
    for name, device, address in ends:
        run("ip", "-n", name, "address", "add", f"{address}/24", "dev", device)
        run("ip", "-n", name, "link", "set", device, "up", "gso_max_segs", "1")
