"""A name server of the censor's: tells addresses, or lies, or says nothing.

Rules: one question a packet, IPv4 addresses alone (RFC 1035); it counts what it did to the names it was told to harm.
"""

import socket
import struct
import threading
from collections.abc import Mapping
from enum import Enum

HEADER = struct.Struct("!HHHHHH")
NO_ERROR, NO_SUCH_NAME = 0x8180, 0x8183  # a response, recursion available; RCODE 3 (RFC 1035, 4.1.1)
ADDRESS, INTERNET, POINTER_TO_QUESTION = 1, 1, 0xC00C
SECONDS = 1  # how long an answer may be kept


class Harm(Enum):
    """What may be done to a question."""

    DENY = "the name does not exist"
    IGNORE = "no answer"


class NameServer:
    """Answers on a UDP socket. `known`: name -> address; `harm`: name -> what is done, or a false address."""

    def __init__(self, bound: socket.socket, known: Mapping[str, str]) -> None:
        self.harm: dict[str, Harm | str] = {}
        self.harmed = 0
        self._socket, self._known = bound, known
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                packet, reader = self._socket.recvfrom(512)
            except OSError:  # closed
                return
            answer = self._answer(packet)
            if answer:
                self._socket.sendto(answer, reader)

    def _answer(self, packet: bytes) -> bytes | None:
        name, question, kind = read_question(packet)
        harm = self.harm.get(name)
        self.harmed += harm is not None
        if harm is Harm.IGNORE:
            return None
        address = harm if isinstance(harm, str) else self._known.get(name)
        if harm is Harm.DENY or address is None:
            return HEADER.pack(*HEADER.unpack(packet[:12])[:1], NO_SUCH_NAME, 1, 0, 0, 0) + question
        count = int(kind == ADDRESS)
        head = HEADER.pack(*HEADER.unpack(packet[:12])[:1], NO_ERROR, 1, count, 0, 0)
        record = struct.pack("!HHHIH", POINTER_TO_QUESTION, ADDRESS, INTERNET, SECONDS, 4) + socket.inet_aton(address)
        return head + question + record * count

    def close(self) -> None:
        """No more answers."""
        self._socket.close()


def read_question(packet: bytes) -> tuple[str, bytes, int]:
    """The name asked for, the question as it came, and its type."""
    labels, place = [], 12
    while packet[place]:
        labels.append(packet[place + 1 : place + 1 + packet[place]].decode("ascii", "replace").lower())
        place += 1 + packet[place]
    (kind,) = struct.unpack("!H", packet[place + 1 : place + 3])
    return ".".join(labels), packet[12 : place + 5], kind
