"""The configurations of docs/mirrors.md, each given to the program it is for, with a real copy to serve.

A drill: it installs nginx, Caddy and Tor from Debian, and a stand-in for an object store from PyPI, when they are
missing.
"""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from fragments.ids import id_of
from tests.debian import need
from tests.mirroring.editions import KEYRING, NOW, printed
from widget_server.mirroring.pulling import pull
from widget_server.mirroring.verdicts import Keys

pytestmark = pytest.mark.drill

GUIDE = Path(__file__).parents[2] / "docs" / "mirrors.md"


@pytest.fixture
def copy(tmp_path):
    """A mirror's directory that other accounts may read, as servers run as others."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to(tempfile.gettempdir()) and folder.stat().st_uid == os.getuid():
            folder.chmod(folder.stat().st_mode | 0o755)
    pull(printed(1).get, tmp_path / "copy", Keys(KEYRING.pin, NOW))
    return tmp_path / "copy"


def code_of(title):
    """The indented blocks below a heading of the guide, without their indent."""
    section = GUIDE.read_text().split(f"\n### {title}\n")[1].split("\n### ")[0]
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", section, re.MULTILINE)
    return ["\n".join(line[4:] for line in block.strip("\n").splitlines()) for block in blocks]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(command, port):
    """A server until the end of the block; it must answer within ten seconds."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def got(address):
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - an address of this test
        return answer.headers


def verify(place):
    """What `unsilenced verify` says of a place; it must be genuine."""
    words = [sys.executable, "-m", "widget_server", "verify", str(place), "--key", KEYRING.pin]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=GUIDE.parents[1])
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_it_serves(address):
    """A genuine copy, readable by pages of other sites, with the types of the guide's table and nothing hidden."""
    assert "edition 1" in verify(address).lower()
    deck, record = got(f"{address}/d/all/0.cf"), got(f"{address}/api/v1/fragments/{id_of('one')}")
    frame = got(f"{address}/f/{id_of('one')}/frame")
    assert [each["Access-Control-Allow-Origin"] for each in (deck, record, frame)] == ["*"] * 3
    assert deck["Content-Type"].startswith("text/plain")
    assert record["Content-Type"].startswith("application/json")
    assert frame["Content-Type"].startswith("text/html")
    with pytest.raises(urllib.error.HTTPError):
        got(f"{address}/.incoming/x")


def serve_by_nginx(folder, block, port):
    conf = folder / "nginx.conf"
    types = "include /etc/nginx/mime.types;"
    conf.write_text(f"pid {folder}/nginx.pid; error_log stderr; events {{}} http {{ {types}\n{block}\n}}\n")
    return running([need("nginx", "nginx"), "-c", str(conf), "-g", "daemon off;"], port)


def test_the_configuration_for_nginx_serves_a_genuine_copy(copy, tmp_path):
    (block,) = code_of("nginx")
    port = free_port()
    (copy / ".incoming").mkdir(exist_ok=True)
    (copy / ".incoming" / "x").write_text("unchecked")
    block = block.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace("/srv/mirror", str(copy))

    with serve_by_nginx(tmp_path, block, port) as address:
        assert_it_serves(address)


def test_the_configuration_for_caddy_serves_a_genuine_copy(copy, tmp_path):
    (block,) = code_of("Caddy")
    port = free_port()
    (copy / ".incoming").mkdir(exist_ok=True)
    (copy / ".incoming" / "x").write_text("unchecked")
    block = block.replace("mirror.example {", f"http://127.0.0.1:{port} {{").replace("/srv/mirror", str(copy))
    (tmp_path / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{block}\n")
    command = [need("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]

    with running(command, port) as address:
        assert_it_serves(address)


def test_the_lines_for_an_onion_service_are_taken_by_tor_and_nginx_answers_where_they_lead(copy, tmp_path):
    (lines,) = code_of("An onion service")
    (tmp_path / "torrc").write_text(lines.replace("/var/lib/tor/mirror/", f"{tmp_path}/onion/") + "\nSocksPort 0\n")
    words = [need("tor", "tor"), "--verify-config", "--DataDirectory", str(tmp_path / "tor"), "-f", tmp_path / "torrc"]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    (block,) = code_of("nginx")
    (port,) = re.findall(r"127\.0\.0\.1:(\d+)", lines)
    block = re.sub(r"\s*server_name .*", "", block).replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")

    with serve_by_nginx(tmp_path, block.replace("/srv/mirror", str(copy)), int(port)) as address:
        assert_it_serves(address)
    assert "Configuration was valid" in told.stdout
    assert told.returncode == 0


@pytest.fixture(scope="module")
def store_tools(tmp_path_factory):
    """The S3 tools and a stand-in for an object store, in an environment of their own."""
    folder = tmp_path_factory.mktemp("s3")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "-q", "moto[server,s3]", "awscli"], check=True)
    return folder / "bin"


def test_the_lines_for_an_object_store_carry_a_genuine_copy_and_its_withdrawals(copy, tmp_path, store_tools):
    lines = next(block for block in code_of("An object store") if "s3 sync" in block)
    port = free_port()
    keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "x")
    path = f"{store_tools}:{os.environ['PATH']}"
    environ = {**os.environ, **keys, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "PATH": path}
    environ["AWS_DEFAULT_REGION"] = "us-east-1"
    script = lines.replace("DIR", str(copy)).replace("BUCKET", "bucket")

    def sent():
        subprocess.run(["bash", "-euc", script], check=True, env=environ, stdout=subprocess.DEVNULL)

    with running([str(store_tools / "moto_server"), "-p", str(port)], port):
        subprocess.run(["aws", "s3", "mb", "s3://bucket"], check=True, env=environ, stdout=subprocess.DEVNULL)
        sent()
        pull(printed(2, ["two"]).get, copy, Keys(KEYRING.pin, NOW))
        sent()
        back = ["aws", "s3", "cp", "s3://bucket", str(tmp_path / "back"), "--recursive", "--quiet"]
        subprocess.run(back, check=True, env=environ)

        assert "edition 2" in verify(tmp_path / "back").lower()
        assert not (tmp_path / "back" / "f" / id_of("one")).exists()
        words = ["aws", "s3api", "head-object", "--bucket", "bucket", "--key", f"f/{id_of('two')}/frame"]
        told = subprocess.run(words, check=True, env=environ, capture_output=True, text=True).stdout
        assert json.loads(told)["ContentType"] == "text/html; charset=utf-8"
