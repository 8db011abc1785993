"""The real command with real workers: what is served, what survives, what is never written down."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from widget_server.cli import main
from widget_server.serving import NotOurAddress, check_ports
from widget_server.settings import Settings

HOUSE = Path(__file__).parents[2]
START_SECONDS = 60  # on a slow, busy machine


class Site:
    """One installation: started, asked, stopped."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.data = directory / "data"
        self.port = free_port()
        self.output = directory / "output"
        self.environ = os.environ | {
            "UNSILENCED_DATA": str(self.data),
            "UNSILENCED_STARTER": "no",
            "UNSILENCED_WORKERS": "2",
            "PYTHONPATH": str(HOUSE),
            **settings,
        }

    process: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def publish(self, fragments: int) -> None:
        """Publish so many fragments, as an operator does, in this process."""
        each = ({"id": f"a{n}", "text": f"Text {n}", "lang": "en", "source_title": "A"} for n in range(fragments))
        file = self.data.parent / "rows.jsonl"
        file.write_text("\n".join(map(json.dumps, each)))
        for words in (["import", "--quiet", str(file)], ["publish"]):
            assert CliRunner().invoke(main, words, env=self.environ).exit_code == 0

    def type(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of this installation to its end."""
        command = [sys.executable, "-m", "widget_server", *words]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=60, check=False)

    def start(self) -> None:
        command = [sys.executable, "-m", "widget_server", "run", "--port", str(self.port)]
        with self.output.open("a") as output:
            self.process = subprocess.Popen(command, env=self.environ, stdout=output, stderr=subprocess.STDOUT)
        until(lambda: self.answers() or not self.is_running(), START_SECONDS)
        assert self.is_running(), self.output.read_text()

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Stop; returns the exit code, after the port is free again."""
        assert self.process
        self.process.send_signal(with_signal)
        code = self.process.wait(20)
        until(lambda: not self.answers(), 10)
        return code

    def answers(self, path: str = "/healthz") -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get(path)[0] == 200
        return False

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """A request on a connection of its own, so that any worker may answer it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def edition(self) -> int:
        number: int = json.loads(self.get("/edition.json")[1])["edition"]
        return number

    def link(self) -> str:
        """The last first-administrator link that was printed."""
        return re.findall(r"http://\S+/desk/first/\S+", self.output.read_text())[-1]

    def workers(self) -> list[int]:
        """Process ids of those that hold the port."""
        return self._children("widget_server run")

    def caretakers(self) -> list[int]:
        """Process ids of what runs beside the workers."""
        return self._children("multiprocessing.spawn")

    def _children(self, words: str) -> list[int]:
        assert self.process
        told = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], check=False, capture_output=True, text=True
        )
        return [int(line.split()[0]) for line in told.stdout.splitlines() if words in line]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation with one fragment published; shared, because a start takes a second and more."""
    directory = tmp_path_factory.mktemp("site")
    site = Site(directory)
    site.publish(1)
    yield site
    if site.is_running():
        site.stop()


@pytest.fixture
def site(installation: Site) -> Site:
    """The installation, running."""
    if not installation.is_running():
        installation.start()
    return installation


def test_a_new_edition_is_served_by_every_worker_without_a_restart(site: Site) -> None:
    paths = ("/", "/embed", "/d/all/0.cf", "/frame?lang=en", "/feed.atom", "/api/v1/fragments", "/desk/sign-in")
    assert {path: site.get(path)[0] for path in paths} == dict.fromkeys(paths, 200)
    before = site.edition()

    site.publish(2)
    until(lambda: {site.edition() for _ in range(30)} == {before + 1}, START_SECONDS)  # each looks for itself
    assert {site.edition() for _ in range(30)} == {before + 1}


def test_a_restart_loses_nothing_and_prints_another_link(site: Site) -> None:
    fragment, keys = site.get("/d/all/0.cf"), (site.data / "keys" / "roots.txt").read_bytes()
    first_link = site.link()
    assert site.get(first_link[first_link.index("/desk") :])[0] == 200

    assert site.stop() == 0
    site.start()
    assert site.get("/d/all/0.cf") == fragment
    assert (site.data / "keys" / "roots.txt").read_bytes() == keys
    assert site.link() != first_link
    assert site.get(first_link[first_link.index("/desk") :])[0] == 404


def test_ctrl_c_ends_all_its_processes_and_prints_nothing(site: Site) -> None:
    printed = site.output.read_text()
    until(lambda: len(site.caretakers()) == 1, START_SECONDS)
    (caretaker,) = site.caretakers()

    os.kill(caretaker, signal.SIGINT)  # as a terminal does: to every process
    assert site.stop(signal.SIGINT) == 0

    assert not Path(f"/proc/{caretaker}").exists()
    assert site.output.read_text() == printed


def test_a_second_start_on_the_same_port_is_refused_and_harms_nothing(site: Site) -> None:
    link = site.link()
    refused = site.type("run", "--port", str(site.port))
    assert refused.returncode == 1
    assert (
        refused.stderr == f"Error: Another program listens on 127.0.0.1:{site.port}. "
        "Choose another port with --port or UNSILENCED_PORT.\n"
    )
    assert site.get(link[link.index("/desk") :])[0] == 200


def test_a_killed_worker_is_replaced_and_a_killed_main_process_leaves_nothing_behind(site: Site) -> None:
    workers = site.workers()
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    until(lambda: len(site.workers()) == 2 and workers[0] not in site.workers(), START_SECONDS)
    assert site.get("/d/all/0.cf")[0] == 200
    assert len(site.workers()) == 2

    site.stop(signal.SIGKILL)
    with pytest.raises(ConnectionRefusedError):
        site.get("/healthz")


def test_a_worker_that_is_killed_again_and_again_is_replaced_each_time(site: Site) -> None:
    other = site.workers()[1]
    for _ in range(3):
        (victim,) = set(site.workers()) - {other}
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(set(site.workers()) - {victim}) == 2, START_SECONDS)  # noqa: B023 - called at once
    assert len(site.workers()) == 2

    os.kill(other, signal.SIGKILL)  # so that the one that died three times must answer, too
    until(lambda: len(set(site.workers()) - {other}) == 2, START_SECONDS)
    until(lambda: all(site.answers() for _ in range(10)), START_SECONDS)
    assert site.get("/d/all/0.cf")[0] == 200


def test_a_site_whose_workers_cannot_start_ends() -> None:
    code = "from widget_server.serving import _granian; _granian('nowhere:site', '127.0.0.1', %d, 1, 1).serve()"
    command = [sys.executable, "-c", code % free_port()]
    ended = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "nowhere" in ended.stderr


def test_a_killed_caretaker_is_replaced_and_counts_what_was_shown_meanwhile(site: Site) -> None:
    caretakers = site.caretakers()
    assert len(caretakers) == 1
    os.kill(caretakers[0], signal.SIGKILL)
    site.get("/d/all/0.cf", Origin="https://meanwhile.org", Referer="https://meanwhile.org/", User_Agent="Mozilla/5.0")
    until(lambda: "meanwhile.org" in republishers(site), START_SECONDS)
    assert "meanwhile.org" in republishers(site)
    assert site.caretakers() not in ([], caretakers)


def test_no_reader_is_written_down(site: Site) -> None:
    told = {
        "User_Agent": "Sentinel-Agent/7",
        "Referer": "https://blog.example.org/private-path",
        "Origin": "https://blog.example.org",
    }
    for path in ("/", "/d/all/0.cf", "/frame", "/nowhere/sentinel-path", "/desk/sentinel-desk"):
        site.get(path, **told, X_Forwarded_For="203.0.113.77")
    until(lambda: "example.org" in republishers(site), START_SECONDS)  # the caretaker drains every two seconds
    assert site.stop() == 0
    written = [path for path in site.data.rglob("*") if path.is_file()] + [site.output]
    for trace in (b"Sentinel-Agent", b"private-path", b"sentinel-path", b"sentinel-desk", b"203.0.113.77"):
        assert [path.name for path in written if trace in path.read_bytes()] == [], trace
    assert "example.org" in republishers(site)


def republishers(site: Site) -> str:
    return CliRunner().invoke(main, ["republishers"], env=site.environ).output


def test_what_is_published_is_served_while_the_database_is_down(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.publish(1)
    site.environ["UNSILENCED_DATABASE_URL"] = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    site.start()
    try:
        assert [site.get(path)[0] for path in ("/", "/d/all/0.cf", "/desk/")] == [200, 200, 503]
    finally:
        site.stop()
    told = site.output.read_text()
    assert "cannot be reached" in told
    assert "Until the database can be reached, what is published is served, and the desk is closed." in told


def test_a_first_start_without_a_database_is_a_sentence(tmp_path: Path) -> None:
    told = Site(tmp_path, UNSILENCED_DATABASE_URL="postgresql://nobody:tulip@127.0.0.1:1/nothing").type("run")
    assert told.returncode == 1
    assert "cannot be reached" in told.stderr
    assert "Is it running, and is UNSILENCED_DATABASE_URL right?" in told.stderr
    assert "tulip" not in told.stderr
    assert "Traceback" not in told.stderr


def test_the_desk_can_stand_on_a_port_of_its_own(tmp_path: Path) -> None:
    desk_port = free_port()
    site = Site(tmp_path, UNSILENCED_DESK_HOST=f"127.0.0.1:{desk_port}", UNSILENCED_WORKERS="1")
    site.start()
    try:
        assert site.get("/desk/sign-in")[0] == 404
        assert site.link().startswith(f"http://127.0.0.1:{desk_port}/desk/first/")
        public, site.port = site.port, desk_port
        until(lambda: site.answers("/desk/sign-in"), START_SECONDS)
        assert [site.get(path)[0] for path in ("/desk/sign-in", "/", "/d/all/0.cf")] == [200, 302, 302]
        site.port = public
    finally:
        site.stop()


def test_a_host_that_is_no_number_is_refused_with_its_setting_though_the_machine_knows_it() -> None:
    with pytest.raises(NotOurAddress, match=r"cannot listen on 127\.1\. Choose another with --host or UNSILENCED_HOST"):
        check_ports(Settings(host="127.1", port=0))


def test_localhost_can_be_listened_at() -> None:
    check_ports(Settings(host="localhost", port=0))
