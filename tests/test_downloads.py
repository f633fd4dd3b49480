"""Published files: verified, atomic, resumed, never asked for twice; from loopback HTTP and from folders."""

import hashlib
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from helpers import downloads
from helpers.project import ProjectError

CONTENT = bytes(range(256)) * 2000
BLOB = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()


@pytest.fixture
def server():
    """A server whose `plan` says what the next answers do: "drop", "busy", "slow"; else they are whole."""
    log, plan = [], []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            log.append((self.path, self.headers.get("Range")))
            act = plan.pop(0) if plan else ""
            if act == "busy":
                self.send_response(503)
                self.send_header("Retry-After", "0")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if self.path.endswith("missing"):
                self.send_error(404)
                return
            start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            body = CONTENT[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if act == "slow":
                time.sleep(0.5)
            self.wfile.write(body[: len(body) // 2] if act == "drop" else body)
            if act == "drop":
                self.close_connection = True

        def log_message(self, *_):
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    found.base, found.log, found.plan = f"http://127.0.0.1:{found.server_port}", log, plan
    yield found
    found.shutdown()
    found.server_close()


def test_blob_id_is_git_s_own(tmp_path):
    path = tmp_path / "hello"
    path.write_bytes(b"hello\n")
    # What `git hash-object` prints for this content.
    assert downloads.blob_id(path) == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_a_file_is_never_asked_for_twice(server, tmp_path):
    for _ in range(2):
        assert downloads.download(f"{server.base}/x", tmp_path / "x", BLOB).read_bytes() == CONTENT
    assert len(server.log) == 1


def test_of_two_that_download_the_same_file_one_waits(server, tmp_path, capsys):
    server.plan += ["slow"]
    with ThreadPoolExecutor(2) as pool:
        asked = [
            pool.submit(downloads.download, f"{server.base}/x", tmp_path / "x", BLOB)
            for _ in range(2)
        ]
        assert all(each.result().read_bytes() == CONTENT for each in asked)
    assert len(server.log) == 1
    assert "Another process downloads x; waiting for it to end." in capsys.readouterr().out


def test_a_broken_transfer_goes_on_where_it_broke(server, tmp_path):
    server.plan += ["drop", "drop"]
    downloads.download(f"{server.base}/x", tmp_path / "x", BLOB)
    starts = [int((seen or "bytes=0-")[6:-1]) for _, seen in server.log]
    assert len(starts) == 3 and 0 == starts[0] < starts[1] < starts[2]
    assert (tmp_path / "x").read_bytes() == CONTENT
    assert {p.name for p in tmp_path.iterdir()} == {"x", ".x.lock"}


def test_a_later_run_resumes_what_an_earlier_one_left(server, tmp_path):
    (tmp_path / ".x.part").write_bytes(CONTENT[:1000])
    downloads.download(f"{server.base}/x", tmp_path / "x", BLOB)
    assert server.log == [("/x", "bytes=1000-")]
    assert (tmp_path / "x").read_bytes() == CONTENT


def test_a_busy_server_is_asked_again_when_it_says(server, tmp_path):
    server.plan += ["busy", "busy"]
    downloads.download(f"{server.base}/x", tmp_path / "x", BLOB)
    assert len(server.log) == 3


def test_a_wrong_byte_is_refused_and_nothing_kept(server, tmp_path):
    with pytest.raises(ProjectError, match=f"git blob id {BLOB}, not 0000.*thrown away"):
        downloads.download(f"{server.base}/x", tmp_path / "x", "0" * 40)
    assert [p.name for p in tmp_path.iterdir()] == [".x.lock"]


def test_a_corrupt_cache_is_fetched_anew(server, tmp_path):
    (tmp_path / "x").write_bytes(b"half")
    assert downloads.download(f"{server.base}/x", tmp_path / "x", BLOB).read_bytes() == CONTENT


def test_a_missing_file_says_so(server, tmp_path):
    with pytest.raises(ProjectError, match="no such file.*--mirror"):
        downloads.download(f"{server.base}/missing", tmp_path / "x", BLOB)


def test_no_network_says_so_and_keeps_what_arrived(tmp_path):
    (tmp_path / ".x.part").write_bytes(CONTENT[:1000])
    with pytest.raises(ProjectError, match="no connection.*--mirror DIR"):
        downloads.download("http://127.0.0.1:9/x", tmp_path / "x", BLOB)
    assert (tmp_path / ".x.part").stat().st_size == 1000


def served(base):
    """As much of a profile's settings as a download reads."""
    return types.SimpleNamespace(download_base=base, download_timeout=30)


@pytest.fixture
def entry():
    return pd.Series(
        {
            "repository": "them/theirs",
            "commit": "c0ffee",
            "path": "data/x",
            "blob": BLOB,
            "size": len(CONTENT),
        }
    )


@pytest.mark.parametrize("layout", ["them/theirs/data/x", "data/x"])
def test_both_layouts_of_a_mirror_are_read(tmp_path, entry, layout):
    (tmp_path / layout).parent.mkdir(parents=True)
    (tmp_path / layout).write_bytes(CONTENT)
    assert downloads.fetch(entry, served("http://127.0.0.1:9"), tmp_path) == tmp_path / layout


def test_a_mirror_is_never_filled_up_from_the_network(server, tmp_path, entry):
    with pytest.raises(FileNotFoundError, match="data/x is not in the mirror"):
        downloads.fetch(entry, served(server.base), tmp_path)
    assert not server.log


def test_a_wrong_byte_in_a_mirror_names_the_file(tmp_path, entry):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(ProjectError, match="data/x: the content has git blob id .* Replace it"):
        downloads.fetch(entry, served("http://127.0.0.1:9"), tmp_path)


def test_downloads_lie_under_repository_and_commit(server, tmp_path, entry, monkeypatch):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    assert downloads.fetch(entry, served(server.base)) == tmp_path / "them/theirs/c0ffee/data/x"
    assert server.log[0][0] == "/them/theirs/c0ffee/data/x"
