"""A censor on one machine's loopback: what the drill does to networks, done to sockets instead; needs no root.

Rules: the attacks, the files, the hostile answers and the judge are the drill's own (bench.censor). Names lead where
the browser's resolver rules say; each attack on networks has a port, behind which connections meet what packets would.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.censor.answers import ANSWERS, ELSEWHERE
from bench.censor.attacks import ATTACKS, Attack
from bench.censor.certificates import Authority
from bench.censor.editions import LOADER, Publisher
from bench.censor.forgeries import forged, scene
from bench.censor.posting import AS_PASTED, OWN_SCRIPT, blog
from bench.censor.reader import Visit
from bench.censor.web import Handler, Site, Web, listen

ORIGINS = 3
NO_ADDRESS = "~NOTFOUND"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER for no time: closing sends a reset


class Gate:
    """A port that does something to each connection. `met` counts them."""

    def __init__(self, do: Callable[[socket.socket, int], None]) -> None:
        self._listening = listen("127.0.0.1")
        self._listening.listen(128)
        self.port = self._listening.getsockname()[1]
        self.met = 0
        self._do = do
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                met, _ = self._listening.accept()
            except OSError:  # closed
                return
            self.met += 1
            threading.Thread(target=self._do, args=(met, self.met), daemon=True).start()

    def close(self) -> None:
        """No more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


class Full:
    """A port whose queue is full: the kernel drops whoever knocks, as if packets vanished."""

    def __init__(self) -> None:
        self._listening = listen("127.0.0.1")
        self._listening.listen(0)
        self.port = self._listening.getsockname()[1]
        self._waiting = [socket.socket() for _ in range(4)]
        for each in self._waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", self.port))

    def close(self) -> None:
        """Lets everybody go."""
        for each in (*self._waiting, self._listening):
            each.close()


def silent(met: socket.socket, _: int) -> None:
    """Never answers."""
    met.settimeout(60)
    with met:
        _drain(met)


def reset(met: socket.socket, _: int) -> None:
    """Resets at once."""
    met.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    met.close()


def reset_at_the_name(met: socket.socket, number: int) -> None:
    """Reads the greeting with the name in it, then resets."""
    met.settimeout(60)
    met.recv(4_096)
    reset(met, number)


def losing(port: int) -> Callable[[socket.socket, int], None]:
    """Lets seven connections of ten through to `port`, and resets the others."""

    def do(met: socket.socket, number: int) -> None:
        if number % 10 in (1, 4, 7):
            reset(met, number)
            return
        with met, socket.create_connection(("127.0.0.1", port)) as other:
            back = threading.Thread(target=_pour, args=(other, met), daemon=True)
            back.start()
            _pour(met, other)
            back.join()

    return do


def slow(request: Handler, body: bytes) -> None:
    """1 kB a second."""
    request.say(200, b"", sized=False)
    for place in range(0, len(body), 100):
        request.wfile.write(body[place : place + 100])
        time.sleep(0.1)


class ShortCensor:
    """All attacks at once, each on hosts of its own."""

    def __init__(self, folder: Path) -> None:
        issued = Authority.make("trusted").issue(["*.example"], folder / "trusted")
        alien = Authority.make("alien").issue(["*.example"], folder / "alien")
        self.web = Web(listen("127.0.0.1"), issued.context())
        self.liar = Web(listen("127.0.0.1"), alien.context())
        self.liar.sites["*"] = Site({**forged(Publisher()), **LOADER})
        self.web.sites[ELSEWHERE] = Site(forged(Publisher()))
        self.gates: dict[str, Gate | Full] = {
            "DNS timeout": Gate(silent),
            "address dropped": Full(),
            "TCP reset": Gate(reset),
            "SNI reset": Gate(reset_at_the_name),
            "30 % loss": Gate(losing(self.web.port)),
        }
        self.scenes = {name: scene(attack) for name, attack in ATTACKS.items()}
        self.fingerprint = issued.fingerprint
        for attack in ATTACKS.values():
            self._stage(attack)

    def _stage(self, attack: Attack) -> None:
        scene = self.scenes[attack.name]
        self.web.sites[f"{attack.slug}.honest.example"] = Site({**scene.honest, **LOADER})
        does = {**ANSWERS, "throttled to 1 kB/s": slow}.get(attack.name)
        for number in range(ORIGINS):
            self.web.sites[hostile(attack, number)] = Site({**scene.hostile, **LOADER}, does)
        for honest in (*range(ORIGINS), None):
            self.web.sites[blog_of(attack, honest)] = blog(scene, origins(attack, honest))

    @property
    def flags(self) -> list[str]:
        """What a browser is started with: where names lead, and whose certificate it trusts."""
        leads = {name: f"127.0.0.1:{gate.port}" for name, gate in self.gates.items()}
        leads |= dict.fromkeys(("DNS poison", "wrong certificate"), f"127.0.0.1:{self.liar.port}")
        leads["name not found"] = NO_ADDRESS
        rules = [f"MAP *.{ATTACKS[name].slug}.hostile.example {place}" for name, place in leads.items()]
        rules.append(f"MAP * 127.0.0.1:{self.web.port}")
        return [
            f"--host-resolver-rules={','.join(rules)}",
            f"--ignore-certificate-errors-spki-list={self.fingerprint}",
        ]

    def visit(self, attack: Attack, honest: int | None, seed: int) -> Visit:
        """A page whose origin number `honest` is; None: none is, and the blog has the loader."""
        path = OWN_SCRIPT if honest is None else AS_PASTED
        address = f"https://{blog_of(attack, honest)}{path}"
        return Visit(address, attack, honest is None, self.scenes[attack.name].clock, seed)

    def met(self, attack: Attack) -> int:
        """How many requests or connections an attack has met, as far as a socket can know."""
        gate = self.gates.get(attack.name)
        if isinstance(gate, Gate):
            return gate.met
        sites = [self.web.sites[hostile(attack, number)] for number in range(ORIGINS)]
        return sum(path.startswith("/d/") for site in sites for path in site.asked)

    def close(self) -> None:
        """Ends all servers."""
        for gate in self.gates.values():
            gate.close()
        self.web.stop()
        self.liar.stop()


def hostile(attack: Attack, number: int) -> str:
    """The host of a hostile origin."""
    return f"{number}.{attack.slug}.hostile.example"


def blog_of(attack: Attack, honest: int | None) -> str:
    """The host of a blog."""
    return f"{'none' if honest is None else honest}.{attack.slug}.blog.example"


def origins(attack: Attack, honest: int | None) -> list[str]:
    """The three origins of a snippet."""
    hosts = [hostile(attack, number) for number in range(ORIGINS)]
    if honest is not None:
        hosts[honest] = f"{attack.slug}.honest.example"
    return [f"https://{host}" for host in hosts]


def _drain(met: socket.socket) -> None:
    try:
        while met.recv(65_536):
            pass
    except OSError:  # no patience, or reset
        pass


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while chunk := source.recv(65_536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # one of the two hung up
        pass
