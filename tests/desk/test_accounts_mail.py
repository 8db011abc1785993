"""A forgotten password's way back by mail, through a real SMTP server on this machine; what a stranger learns of it."""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import Message
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fragments.store.archive import Archive
from tests.desk.members import Member, Office, cheap_hasher
from widget_server import mailing
from widget_server.desk import passwords
from widget_server.settings import BadSetting, Settings

ANOTHER = "seven owls under snow"


class Post:
    """An SMTP server that keeps what it gets; with `files` of a certificate it speaks TLS from the first byte."""

    def __init__(self, files: tuple[Path, Path] | None = None, host: str = "127.0.0.1") -> None:
        self.mails: list[Message] = []
        self.said: list[str] = []
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if files else None
        if self._tls and files:
            self._tls.load_cert_chain(*files)
        self._socket = socket.create_server((host, 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):  # closed before
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes whoever waits in accept
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                plain = self._socket.accept()[0]
            except OSError:
                return
            try:
                with self._tls.wrap_socket(plain, server_side=True) if self._tls else plain as connection:
                    self._talk(connection.makefile("rwb"))
            except OSError:
                plain.close()

    def _talk(self, wire) -> None:
        def say(line: str) -> None:
            wire.write(line.encode() + b"\r\n")
            wire.flush()

        say("220 post")
        for raw in wire:
            line = raw.decode().strip()
            self.said.append(line)
            verb = line[:4].upper()
            if verb == "DATA":
                say("354 go on")
                lines = []
                for each in wire:
                    if each == b".\r\n":
                        break
                    lines.append(each.decode())
                self.mails.append(message_from_string("".join(lines)))
            answers = {"EHLO": "250-post\r\n250 AUTH PLAIN", "AUTH": "235 in", "QUIT": "221 gone"}
            say(answers.get(verb, "250 good"))
            if verb == "QUIT":
                return


@pytest.fixture
def post() -> Iterator[Post]:
    server = Post()
    yield server
    server.close()


@pytest.fixture
def with_mail(sqlite_archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Post], Office]:
    """A desk that sends its mail to a server."""

    def made(post: Post) -> Office:
        monkeypatch.setattr(passwords, "_hasher", cheap_hasher())
        server = f"smtp://desk:pass%2Fword@127.0.0.1:{post.port}"
        return Office(
            sqlite_archive, Settings(data=tmp_path / "data", mail_server=server, mail_from="desk@example.org")
        )

    return made


def sent(post: Post) -> list[Message]:
    """What has arrived once nothing is on its way any more."""
    for thread in threading.enumerate():
        if "_send" in thread.name:
            thread.join(10)
    return post.mails


def test_a_mail_brings_a_link_that_sets_a_new_password(post: Post, with_mail: Callable[[Post], Office]) -> None:
    office = with_mail(post)
    ana = office.member("ana", email="ana@example.org")
    guest = ana.elsewhere()
    assert "/forgotten" in guest.see("/sign-in").text

    guest.send("/forgotten", name="Ana")

    (mail,) = sent(post)
    assert (mail["To"], mail["From"]) == ("ana@example.org", "desk@example.org")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "@example.org>" in mail["Message-ID"]
    text = mail.get_payload(decode=True).decode()
    link = re.search(re.escape(office.settings.desk_url) + r"(/reset/\S+)", text)
    assert link
    assert guest.send(link[1], password=ANOTHER, again=ANOTHER).status_code == 200
    assert not ana.is_in()
    assert guest.give_password(ANOTHER).status_code == 302
    assert ("a request for a new password", "made a link that sets a password", "ana") in office.acts()


def test_an_address_does_as_well_as_a_name(post: Post, with_mail: Callable[[Post], Office]) -> None:
    member = with_mail(post).member("ana", email="Ana@example.org")

    member.elsewhere().send("/forgotten", name="ana@EXAMPLE.org")

    assert [mail["To"] for mail in sent(post)] == ["Ana@example.org"]


@pytest.mark.parametrize("name", ["nobody", "ben", "twin@example.org", "", "x" * 300])
def test_who_has_no_account_or_no_address_gets_the_same_answer_and_nothing_is_sent(
    post: Post, with_mail: Callable[[Post], Office], name: str
) -> None:
    office = with_mail(post)
    office.member("ana", email="ana@example.org")
    office.member("ben")
    office.member("one", email="twin@example.org")
    office.member("two", email="twin@example.org")
    stranger = Member(office, "carol")

    def plain(text: str) -> str:
        return re.sub(r'nonce="[^"]+"|value="[^"]+"', "", text)

    unknown, known = (plain(stranger.send("/forgotten", name=each).text) for each in (name, "ana"))

    assert unknown == known
    assert [mail["To"] for mail in sent(post)] == ["ana@example.org"]


def test_a_mailbox_is_not_filled(post: Post, with_mail: Callable[[Post], Office]) -> None:
    office = with_mail(post)
    office.member("ana", email="ana@example.org")
    stranger = Member(office, "carol")

    for _ in range(12):
        stranger.send("/forgotten", name="ana")

    assert len(sent(post)) <= 6


def test_a_link_is_void_after_an_hour(post: Post, with_mail: Callable[[Post], Office]) -> None:
    office = with_mail(post)
    ana = office.member("ana", email="ana@example.org")
    ana.elsewhere().send("/forgotten", name="ana")
    link = re.search(r"/reset/\S+", sent(post)[0].get_payload(decode=True).decode())
    assert link

    office.later(hours=1)

    assert ana.elsewhere().see(link[0]).status_code == 404


def test_the_password_of_the_server_is_sent_and_this_machines_name_is_not(
    post: Post, with_mail: Callable[[Post], Office]
) -> None:
    mailing.send(with_mail(post).settings, "ana@example.org", "A subject", "Text")

    assert "ehlo localhost" in [line.lower() for line in post.said]
    assert [line for line in post.said if line.startswith("AUTH")]
    assert socket.gethostname() not in repr(post.mails[0].items())


def test_a_server_that_is_gone_is_said_in_the_log_without_the_address(
    post: Post, with_mail: Callable[[Post], Office], caplog: pytest.LogCaptureFixture
) -> None:
    office = with_mail(post)
    office.member("ana", email="ana@example.org")
    post.close()

    answer = Member(office, "ana").send("/forgotten", name="ana")
    sent(post)

    assert answer.status_code == 200
    assert "could not be sent" in caplog.text
    assert "ana@example.org" not in caplog.text


def test_without_mail_there_is_no_such_page(office: Office) -> None:
    stranger = Member(office, "carol")

    assert "/forgotten" not in stranger.see("/sign-in").text
    assert stranger.see("/forgotten").status_code == 404


def test_a_server_elsewhere_that_does_not_encrypt_gets_nothing() -> None:
    elsewhere = Post(host="127.0.0.2")  # for the rule this is another machine
    settings = Settings(mail_server=f"smtp://127.0.0.2:{elsewhere.port}", mail_from="desk@example.org")

    with pytest.raises(mailing.smtplib.SMTPNotSupportedError):
        mailing.send(settings, "ana@example.org", "A subject", "Text")

    elsewhere.close()
    assert elsewhere.mails == []


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that signs itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "post.crt", tmp_path / "post.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def test_an_encrypted_server_is_asked_for_its_certificate(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Post(certificate)
    settings = Settings(mail_server=f"smtps://127.0.0.1:{post.port}", mail_from="desk@example.org")

    with pytest.raises(ssl.SSLCertVerificationError):
        mailing.send(settings, "ana@example.org", "A subject", "Text")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    mailing.send(settings, "ana@example.org", "A subject", "Text")

    post.close()
    assert [mail["Subject"] for mail in post.mails] == ["A subject"]


@pytest.mark.parametrize(
    "environ",
    [
        {"UNSILENCED_MAIL_SERVER": "smtp://mail.example.org"},
        {"UNSILENCED_MAIL_FROM": "desk@example.org"},
        {"UNSILENCED_MAIL_SERVER": "mail.example.org", "UNSILENCED_MAIL_FROM": "desk@example.org"},
        {"UNSILENCED_MAIL_SERVER": "smtp://mail.example.org", "UNSILENCED_MAIL_FROM": "desk@a\nBcc: b@c"},
        {"UNSILENCED_SECOND_FACTOR": "maybe"},
    ],
    ids=["no sender", "no server", "no scheme", "a line break", "maybe"],
)
def test_settings_that_cannot_work_stop_the_program(environ: dict[str, str]) -> None:
    with pytest.raises(BadSetting):
        Settings.from_environ(environ)
