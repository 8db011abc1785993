"""Starts the site under granian: workers that answer, a caretaker beside them, the desk apart where that is wished.

Rules: no access log, ever, by default; the settings reach the workers through the environment; when the main process
ends, however it ends, all end; a worker that dies is replaced however often, but a site whose workers never could
start ends, so that whoever started it is told. It prepares no data (opening.py) and answers no request (app.py).
"""

import errno
import ipaddress
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from granian.constants import Interfaces
from granian.server.mp import MPServer

from widget_server.app import create_app, create_desk_alone
from widget_server.caretaker import tend
from widget_server.counting.post import Counter
from widget_server.settings import DeskPlace, Settings, variable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DESK_THREADS = 4  # one editor's long search leaves room for the others
YOUNG = 5.5  # seconds, granian's own measure of workers that die again and again (2.8: granian/server/common.py)
PAUSE = 1.0  # seconds before one that died so young is replaced: it must not keep the machine busy


class PortTaken(Exception):
    """Another program listens there: host, port, and what they are set by."""

    def __init__(self, host: str, port: int, setting: str) -> None:
        super().__init__(host, port, setting)
        self.host, self.port, self.setting = host, port, setting

    def __str__(self) -> str:
        return f"Another program listens on {self.host}:{self.port}. Choose another port with {self.setting}."


class PortForbidden(Exception):
    """This user may not listen there: port, and what it is set by."""

    def __init__(self, port: int, setting: str) -> None:
        super().__init__(port, setting)
        self.port, self.setting = port, setting

    def __str__(self) -> str:
        return f"This user may not listen on port {self.port}. Choose one from 1024 up with {self.setting}."


class NotOurAddress(Exception):
    """This machine has no such interface, or it is no IP address: host, and what it is set by."""

    def __init__(self, host: str, setting: str) -> None:
        super().__init__(host, setting)
        self.host, self.setting = host, setting

    def __str__(self) -> str:
        return f"This machine cannot listen on {self.host}. Choose another with {self.setting}, such as 127.0.0.1."


def site() -> "WSGIApplication":
    """What a worker runs: the whole site, counted."""
    _end_with_parent()
    settings = Settings.from_environ(os.environ)
    return create_app(settings, Counter(settings))


def desk_site() -> "WSGIApplication":
    """What the worker of a desk with an address of its own runs."""
    _end_with_parent()
    return create_desk_alone(Settings.from_environ(os.environ))


def check_ports(settings: Settings) -> None:
    """Raises PortTaken, PortForbidden or NotOurAddress where the site or its desk could not listen."""
    _check_port(*settings.address, f"--host or {variable('host')}", f"--port or {variable('port')}")
    if settings.desk_place is DeskPlace.APART:
        _check_port(*settings.desk_address, variable("desk_host"), variable("desk_host"))


def serve(settings: Settings, announce: Callable[[], None]) -> None:
    """Serve until a signal; `announce` is called when the workers are about to start."""
    os.environ[variable("host")], os.environ[variable("port")] = settings.host, str(settings.port)
    os.environ[variable("data")] = str(Path(settings.data).absolute())
    beside = [Companion(tend, settings)]
    if settings.desk_place is DeskPlace.APART:
        beside.append(Companion(_serve_desk, *settings.desk_address))
    for companion in beside:
        companion.start()
    server = _granian("widget_server.serving:site", *settings.address, settings.workers, settings.threads)
    server.on_startup(announce)
    try:
        server.serve()
    finally:
        for companion in beside:
            companion.stop()


class Companion:
    """A process beside the workers, started again whenever it dies before `stop`."""

    def __init__(self, target: Callable[..., None], *arguments: object) -> None:
        self._target, self._arguments = target, arguments
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Start it, and watch over it."""
        self._thread.start()

    def stop(self) -> None:
        """End it; returns when it is gone, after five seconds at most."""
        with self._lock:
            self._stopping.set()
            if self._process:
                self._process.terminate()
        self._thread.join(5)

    def _keep(self) -> None:
        # Ctrl-C goes to every process of a terminal; these end by `stop`, in order and without a trace on the screen.
        resource_tracker.ensure_running()  # spawn would start it, and unblocks SIGINT after that
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # of this thread, and inherited by what it starts
        spawn = multiprocessing.get_context("spawn")  # fork would copy open files and locks
        while True:
            with self._lock:
                if self._stopping.is_set():
                    return
                self._process = spawn.Process(target=self._target, args=self._arguments)
                self._process.start()
            self._process.join()
            self._stopping.wait(1)  # one that dies at once must not keep the machine busy


class Workers(MPServer):
    """Granian, whose workers are replaced however often they die.

    Granian alone ends the whole site where a worker dies twice within YOUNG seconds: a request that crashes it, sent
    twice, would be enough. It still does so where no worker ever stood: that is a fault of the installation.
    """

    _has_stood = False

    def _respawn_workers(self, workers: list[int], *target: Any, **more: Any) -> None:
        """Called by granian's loop with the places of dead workers (or of old ones, on SIGHUP)."""
        ended = [self.wrks[index] for index in workers]
        ages = [time.monotonic() - each.birth for each in ended]
        # A fault at the start ends one with a code of 1 or more. A signal has a negative one, and a reloaded one none.
        was_up = any(each.inner.exitcode is None or each.inner.exitcode < 0 for each in ended)
        self._has_stood = self._has_stood or was_up or max(ages) > YOUNG
        if min(ages) < YOUNG:
            self.main_loop_interrupt.wait(PAUSE)  # set by signals, too
        if not self.interrupt_signal:
            super()._respawn_workers(workers, *target, **more)
        if self._has_stood:
            self.respawned_wrks.clear()  # by which granian tells a second death


def _serve_desk(host: str, port: int) -> None:
    _end_with_parent()
    _granian("widget_server.serving:desk_site", host, port, 1, DESK_THREADS).serve()


def _granian(target: str, host: str, port: int, workers: int, threads: int) -> Workers:
    logging.getLogger("_granian").setLevel(logging.WARNING)
    return Workers(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        websockets=False,
        log_access=False,
        log_dictconfig={"loggers": {"_granian": {"level": "WARNING"}, "granian.access": {"level": "CRITICAL"}}},
    )


def _end_with_parent() -> None:
    """A worker whose main process was killed would hold the port for ever, and answer with nobody to tend it."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _check_port(host: str, port: int, of_host: str, of_port: str) -> None:
    try:
        ipaddress.ip_address(host)  # a socket also takes names, granian does not
    except ValueError as fault:
        raise NotOurAddress(host, of_host) from fault
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise PortTaken(host, port, of_port) from fault
            if fault.errno == errno.EACCES:
                raise PortForbidden(port, of_port) from fault
            raise NotOurAddress(host, of_host) from fault
