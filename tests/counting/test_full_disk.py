"""A disk without room: readers get their answer all the same, and how many were not counted is told afterwards."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from fragments.store.archive import Archive
from fragments.store.republishers import Republishers
from tests.counting.drilling import Sheet
from widget_server.counting.post import drain_spool, today
from widget_server.counting.spool import Display
from widget_server.settings import Settings
from widget_server.shelf import Shelf

HOUSE = Path(__file__).parents[2]
# The lane in a process of its own whose files may grow to 2,000 bytes (a write beyond fails, as on a full disk), and
# then have room again.
ASKING = """
import json, resource, signal, sys
from pathlib import Path
from widget_server.counting.post import Counter
from widget_server.lane import Lane
from widget_server.settings import Settings
from widget_server.shelf import Shelf

settings = Settings(data=Path(sys.argv[1]), database_url=sys.argv[2])
lane, said = Lane(None, Shelf(settings.shelf_dir), Counter(settings)), []
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

def ask(times):
    for number in range(times):
        site = "https://blog.alpha-site.com"
        headers = {"HTTP_ORIGIN": site, "HTTP_REFERER": site + "/", "HTTP_USER_AGENT": "Mozilla/5.0 Chrome/156"}
        asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/d/all/0.cf", "QUERY_STRING": "", **headers}
        body = lane(asked, lambda status, *_: said.append(status))
        assert b"".join(body) == b"deck"

resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))
ask(100)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
ask(10)
print(json.dumps(said))
"""


def test_on_a_full_disk_every_reader_is_answered_and_the_loss_is_told(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url=sqlite_url)
    Shelf(settings.shelf_dir).place(1, [Sheet("/d/all/0.cf", b"deck")], at=datetime.now(UTC))

    words = [sys.executable, "-c", ASKING, str(tmp_path), sqlite_url]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=HOUSE)

    assert json.loads(done.stdout) == ["200 OK"] * 110
    assert "answered but not counted" in done.stderr
    with Archive.open(sqlite_url) as archive:
        drain_spool(settings, archive)
        totals = Republishers(archive.engine).totals()
    room = 2_000 // len(Display(today(), "script", "all", "alpha-site.com").line())
    assert totals.lost == 100 - room
    assert totals.displays + totals.lost == 110
