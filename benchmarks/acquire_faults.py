"""Acquire from the loopback fake of all services with faults and kill -9, and compare with a run left in peace.

    python benchmarks/acquire_faults.py [--made 300] [--kills 20] [--faults 0.1] [--seed 1]
    python benchmarks/acquire_faults.py --tracks PMD_spotify_tracks.csv EMD_spotify_tracks.csv

The tables of both runs must be equal, and no request whose answer was whole may be sent again: sent at most 1.05 times
(distinct requests + requests that were spoilt + requests in flight at a kill), counted from the log of the fake.
One key in a hundred is answered oddly whenever it is asked for; such an answer counts as spoilt.

A request is in flight at a kill if it was not finished then, or is the last one of a connection that was open then and
was finished within the second before: its answer may not have been stored yet. A list of ids counts as one question an
id, so that a batch put together anew hides nothing. Tokens are never stored, so each process may ask for one; and a link
that expires may be asked for anew where the download behind it was spoilt or killed.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import parse_qsl
from urllib.request import urlopen

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
import fake_services  # noqa: E402

STAGES = ["tracks", "metadata", "features", "genres", "previews"]
LIMIT = 1.05
# Share of keys that are always answered oddly: a relinked id, a null, a single object in place of a list.
ODD = 0.01
# Every service there is, so that every source is tried; the mix is what the profile must ask for.
ACQUIRE = {
    "metadata": ["reccobeats", "spotify"],
    "features": ["reccobeats"],
    "genres": ["musicbrainz", "lastfm"],
    "previews": ["deezer", "itunes"],
    "mix_sources": True,
    "genre_table": "genres.json",
}


def write_profile(folder, url, corpora, acquire=None, **services):
    """A profile of made or listed ids whose services are the fake at `url`, and the files it names.

    `corpora` holds lists of ids by the names A, B and so on; `services` holds rules that win, by service.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, ids in corpora.items():
        pd.DataFrame({"track_id": ids}).to_csv(folder / f"{name.lower()}.csv", index=False)
    table = {name.title(): [] for name in fake_services.MAIN}
    for place, name in enumerate(fake_services.FINER):
        table[list(table)[place % len(table)]].append(name)
    (folder / "genres.json").write_text(json.dumps(table), encoding="utf-8")
    bases = {
        "spotify": "",
        "reccobeats": "/reccobeats",
        "deezer": "/deezer",
        "itunes": "/itunes",
        "musicbrainz": "/mb",
        "lastfm": "/lastfm",
    }
    rules = {
        name: {"base": url + prefix, "per_second": 1000, "backoff": 0.01, "pause": 0.01}
        | ({"accounts": url, "daily": 0} if name == "spotify" else {})
        | services.get(name, {})
        for name, prefix in bases.items()
    }
    colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7"]
    profile = {
        "title": "Made ids",
        "source": "own",
        "target": "A",
        "reference": "B",
        "corpora": {
            name: {"label": name, "colour": colours[place], "tracks": f"{name.lower()}.csv"}
            for place, name in enumerate(corpora)
        },
        "acquire": ACQUIRE if acquire is None else acquire,
        "settings": {"contact": "tests@example.org", "services": rules},
    }
    path = folder / "made.yaml"
    path.write_text(yaml.safe_dump(profile, sort_keys=False), encoding="utf-8")
    return path


def made_corpora(count, seed=0):
    """Two lists of made ids; one track in twenty of the first is in the second as well."""
    ids = fake_services.made_ids(count, seed)
    third = count // 3
    return {"A": ids[:third], "B": ids[third:] + ids[:third:20]}


def copy_tree(folder):
    """The project's code and data in a folder of its own, since tables are written under the project."""
    for name in ("helpers", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.glob("*.lock"):
        shutil.copy(file, folder)
    return folder


class Fake:
    """The fake as a process of its own, so that it outlives every client."""

    def __init__(self, folder, ids, *arguments):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ids.txt").write_text("\n".join(ids), encoding="utf-8")
        self.log = folder / "requests.jsonl"
        self.process = subprocess.Popen(
            [
                sys.executable,
                ROOT / "tests" / "fake_services.py",
                "--ids",
                folder / "ids.txt",
                "--log",
                self.log,
                *map(str, arguments),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("The fake did not start.")

    def __enter__(self):
        return self

    def logged(self):
        """As `read_log`, once the fake has written down what it sent."""
        urlopen(f"{self.url}/control").close()
        return read_log(self.log)

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Tail:
    """Counts the requests in a log that grows."""

    def __init__(self, path):
        self.path, self.at, self.count = path, 0, 0

    def read(self):
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self.at)
                new = file.read()
            self.at += len(new)
            self.count += new.count(b'{"n": ')
        return self.count


def start(tree, profile, cache, output, stages=STAGES, **environment):
    """The real command as a process; `output` gets what it prints."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    credentials = {
        "SPOTIPY_CLIENT_ID": fake_services.CLIENT_ID,
        "SPOTIPY_CLIENT_SECRET": fake_services.CLIENT_SECRET,
        "LASTFM_API_KEY": fake_services.LASTFM_KEY,
    }
    with output.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "helpers", "acquire", profile, "--stage", *stages],
            cwd=tree,
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=clean
            | credentials
            | {"MUSIC_FOR_PAIN_CACHE": str(cache), "PYTHONUTF8": "1"}
            | environment,
        )


def run_calm(folder, fake, corpora, stages=STAGES):
    """One run that nobody disturbs: seconds it took; its tables lie in the folder."""
    tree, begun = copy_tree(folder / "tree"), time.perf_counter()
    profile = write_profile(folder / "profile", fake.url, corpora)
    process = start(tree, profile, folder / "cache", folder / "output.txt", stages)
    if process.wait():
        raise RuntimeError(f"The undisturbed run failed:\n{last_words(folder)}")
    return time.perf_counter() - begun


def run_killed(
    folder, fake, corpora, kills, requests, seed=1, stages=STAGES, patience=1800, spare=10
):
    """Run, kill at random moments, start again, until a run ends with 0.

    The moments are drawn over the requests of an undisturbed run, each with up to 50 ms more, so that they fall anywhere
    and all of them fall. Returns seconds, [(killed at, started again at)] and the exit codes of runs that ended by
    themselves.
    """
    tree, begun = copy_tree(folder / "tree"), time.perf_counter()
    profile = write_profile(folder / "profile", fake.url, corpora)
    draw, tail = random.Random(seed), Tail(fake.log)
    moments = sorted(draw.uniform(0.01, 0.97) * requests for _ in range(kills))
    killed, codes, ended = [], [], 0.0
    while True:
        if killed and killed[-1][1] is None:
            killed[-1] = (killed[-1][0], time.time())
        process = start(tree, profile, folder / "cache", folder / "output.txt", stages)
        if len(killed) < kills:
            before, most = tail.read(), moments[len(killed)]
            # Something is asked before each kill: a kill before that would test the start of Python.
            while (tail.read() < most or tail.count == before) and process.poll() is None:
                time.sleep(0.002)
            time.sleep(draw.uniform(0, 0.05))
        else:
            try:
                process.wait(timeout=patience)
            except subprocess.TimeoutExpired:
                process.kill()
                raise RuntimeError(
                    f"The last run did not end in {patience} s:\n{last_words(folder)}"
                ) from None
        ended = time.time()
        if process.poll() is None:
            process.kill()
        if (code := process.wait()) == -9:
            killed.append((ended, None))
            continue
        codes.append(code)
        if code == 0:
            break
        if len(codes) > spare:
            raise RuntimeError(
                f"{len(codes)} runs ended by themselves, none with 0:\n{last_words(folder)}"
            )
    return time.perf_counter() - begun, killed, codes


def last_words(folder, lines=40):
    """The end of what the runs in a folder printed."""
    text = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")
    return "\n".join(text.replace("\r", "\n").splitlines()[-lines:])


def tables(folder):
    """By name: every Parquet table that the runs in a folder made, without the paths of this machine."""
    found = {}
    for path in sorted(folder.glob("tree/build/*/acquired/**/*.parquet")):
        table = pd.read_parquet(path)
        for name in table.columns[
            [pd.api.types.is_object_dtype(t) or isinstance(t, pd.StringDtype) for t in table.dtypes]
        ]:
            table[name] = table[name].map(
                lambda cell: (
                    cell.replace(str(folder), "FOLDER")
                    if isinstance(cell, str)
                    else list(cell)
                    if hasattr(cell, "tolist")
                    else cell
                )
            )
        found[path.name] = table
    return found


def differences(calm, killed):
    """What differs between the tables of two runs, in words; empty where they are equal."""
    said = [f"{name}: only in one run" for name in sorted(calm.keys() ^ killed.keys())]
    for name in sorted(calm.keys() & killed.keys()):
        one, two = calm[name], killed[name]
        if one.equals(two) and list(one.dtypes) == list(two.dtypes):
            continue
        if one.shape != two.shape or list(one.columns) != list(two.columns):
            said.append(
                f"{name}: {one.shape} with {list(one.columns)}, then {two.shape} with {list(two.columns)}"
            )
            ids = [set(table["track_id"]) if "track_id" in table else set() for table in (one, two)]
            said += [
                f"{name}: only {when}: {', '.join(sorted(only)[:5])}"
                for when, only in (("undisturbed", ids[0] - ids[1]), ("killed", ids[1] - ids[0]))
                if only
            ]
        else:
            pairs = (
                (row, column)
                for column in one
                for row in one.index
                if not pd.Series([one.at[row, column]]).equals(pd.Series([two.at[row, column]]))
            )
            said += [
                f"{name}, row {row}, {column}: {one.at[row, column]!r}, then {two.at[row, column]!r}"
                for row, column in list(pairs)[:5]
            ] or [f"{name}: other types"]
    return said


def read_log(path):
    """Requests in the order of their start, and when each connection closed."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return (
        sorted((line for line in lines if "n" in line), key=lambda line: line["n"]),
        {line["closed"]: line["time"] for line in lines if "closed" in line},
    )


def in_flight(requests, closed, kills):
    """Numbers of the requests whose answer a client may not have stored when it was killed."""
    found = set()
    for killed, again in kills:
        before = [
            line
            for line in requests
            if line["time"] < (again or float("inf"))
            and (line["time"] <= killed or line["time"] + line["seconds"] >= killed)
        ]
        last = {line["connection"]: line for line in before}
        found |= {line["n"] for line in last.values() if line["time"] + line["seconds"] >= killed}
        found |= {
            line["n"]
            for connection, line in last.items()
            if closed.get(connection, killed) >= killed
            and killed - 1 <= line["time"] + line["seconds"] <= killed
        }
        if before and killed - 1 <= before[-1]["time"] + before[-1]["seconds"]:
            found.add(before[-1]["n"])
    return found


def questions(line):
    """What a request asks: one question an id of a list, else the request itself."""
    query = parse_qsl(line["query"], keep_blank_values=True)
    ids = [one for name, value in query if name == "ids" for one in value.split(",")]
    return [f"{line['service']} {line['path'].rstrip('/')} {one}" for one in ids] or [
        fake_services.identity(line)
    ]


def _preview_of(line):
    """The path of the preview that a link of Deezer leads to; None for another request."""
    if line["service"] == "deezer" and "/track/isrc:" in line["path"]:
        return hashlib.md5(line["path"].rpartition("isrc:")[2].encode()).hexdigest()
    return None


def count(requests, closed=None, kills=()):
    """Figures of a log: requests sent, distinct, spoilt, in flight, and questions asked again without need.

    Returns
    -------
    dict
        sent, distinct, spoilt, in_flight, excused (spoilt or in flight), links (asked anew for a spoilt download),
        repeated (list of texts: the question, and when it had been answered), services (a table by service).
    """
    flying = in_flight(requests, closed or {}, kills)
    answered, repeated, links, again = {}, [], 0, defaultdict(int)
    fetched = defaultdict(list)  # by preview: (number of the request, whether its answer was whole)
    for line in requests:
        token = line["path"].rstrip("/") == "/api/token"
        whole = (
            line["complete"]
            and not line["fault"]
            and line["n"] not in flying
            and line["status"] < 500
            and line["status"] != 429
        )
        if line["service"] == "preview":
            fetched[line["path"].rpartition("/")[2].partition(".")[0]].append((line["n"], whole))
            whole = whole and line["status"] != 403
        for question in () if token else questions(line):
            if question in answered:
                since = [good for n, good in fetched[_preview_of(line)] if n > answered[question]]
                if since and not any(since):
                    links += 1
                else:
                    repeated.append(
                        f"{question} (request {line['n']}, answered by {answered[question]})"
                    )
                    again[line["service"]] += 1
            if whole:
                answered[question] = line["n"]
    spoilt = {line["n"] for line in requests if line["fault"]}
    names = sorted({line["service"] for line in requests})
    rows = []
    for name in names:
        own = [line for line in requests if line["service"] == name]
        numbers = {line["n"] for line in own}
        rows.append(
            {
                "service": name,
                "sent": len(own),
                "distinct": len({*map(fake_services.identity, own)}),
                "spoilt": len(spoilt & numbers),
                "in flight": len(flying & numbers),
                "repeated": again[name],
            }
        )
    return {
        "sent": len(requests),
        "distinct": len({*map(fake_services.identity, requests)}),
        "spoilt": len(spoilt),
        "odd": sum(line["fault"] == "odd" for line in requests),
        "drawn": sum(line["fault"] not in (None, "odd") for line in requests),
        "in_flight": len(flying),
        "excused": len(spoilt | flying),
        "links": links,
        "repeated": repeated,
        "services": pd.DataFrame(rows),
    }


def ratio(figures, distinct=None):
    """Requests sent, by those that had to be; `distinct` of an undisturbed run where that is fewer."""
    return figures["sent"] / (
        min(figures["distinct"], distinct or figures["distinct"]) + figures["excused"]
    )


def compare(folder, corpora, kills=20, faults=0.1, seed=1, stages=STAGES):
    """Both runs and all counts: the figures and, by name, whether each limit held.

    Returns
    -------
    figures : dict
        As `count` of the killed run, and ratio, kills, codes, seconds (undisturbed, killed), calm (`count` of the
        undisturbed run), differences.
    checks : dict of str to bool
    """
    ids = list(dict.fromkeys(one for listed in corpora.values() for one in listed))
    odd = ("--switch", f"odd={ODD}")
    with Fake(folder / "fake-calm", ids, "--seed", seed, *odd) as fake:
        calm_seconds = run_calm(folder / "calm", fake, corpora, stages)
        calm = count(*fake.logged())
    with Fake(folder / "fake-killed", ids, "--seed", seed, "--faults", faults, *odd) as fake:
        seconds, killed, codes = run_killed(
            folder / "killed", fake, corpora, kills, calm["sent"], seed, stages
        )
        figures = count(*fake.logged(), killed)
    made = tables(folder / "calm")
    figures |= {
        "calm": calm,
        "kills": len(killed),
        "codes": codes,
        "seconds": (calm_seconds, seconds),
        "ratio": ratio(figures, calm["distinct"]),
        "tables": {name: len(table) for name, table in made.items()},
        "differences": differences(made, tables(folder / "killed")),
    }
    return figures, {
        "tables made": bool(made) and all(map(len, made.values())),
        "tables equal": not figures["differences"],
        "kills done": len(killed) == kills,
        "no run gave up": codes == [0],
        f"requests at most {LIMIT} x": figures["ratio"] <= LIMIT,
        "nothing asked twice, undisturbed": not calm["repeated"],
        "nothing asked twice, killed": not figures["repeated"],
        "share of faults as asked": abs(figures["drawn"] / figures["sent"] - faults)
        <= 0.03 + 0.2 * faults,
        "odd keys were asked for": figures["odd"] > 0,
    }


def show(figures, checks):
    """The figures as text."""
    calm = figures["calm"]
    lines = [
        figures["services"].to_string(index=False),
        "",
        f"undisturbed   {calm['sent']:7,} requests, {calm['distinct']:7,} distinct, {figures['seconds'][0]:6.0f} s",
        f"killed        {figures['sent']:7,} requests, {figures['distinct']:7,} distinct, "
        f"{figures['seconds'][1]:6.0f} s",
        f"              {figures['spoilt']:7,} spoilt, of these {figures['odd']:,} about odd keys, {figures['in_flight']:,} in flight at {figures['kills']} kills, "
        f"{figures['links']:,} expired links asked for anew",
        f"ratio         {figures['ratio']:7.3f} (limit {LIMIT})",
        f"exit codes    {figures['codes']}",
        "tables        "
        + ", ".join(f"{name} {rows:,}" for name, rows in figures["tables"].items()),
    ]
    lines += [f"  differs     {text}" for text in figures["differences"][:20]]
    for when, found in (("undisturbed", calm["repeated"]), ("killed", figures["repeated"])):
        lines += [f"  repeated    {when}: {text}" for text in found[:8]]
        lines += [f"  repeated    {when}: {len(found):,} in all"] if found else []
    return "\n".join(
        [*lines, *(f"{name}: {'yes' if good else 'NO'}" for name, good in checks.items())]
    )


def main(argv=None):
    """Run both, print the figures; the exit code is 1 when a limit is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--tracks", type=Path, nargs="+", help="files with a column Track ID, one corpus each"
    )
    parser.add_argument("--made", type=int, default=300, help="so many made ids in place of files")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faults", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stages", nargs="+", default=STAGES)
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    args = parser.parse_args(argv)
    if args.tracks:
        corpora = {
            chr(ord("A") + place): pd.read_csv(path)["Track ID"].dropna().drop_duplicates().tolist()
            for place, path in enumerate(args.tracks)
        }
    else:
        corpora = made_corpora(args.made)
    distinct = {one for ids in corpora.values() for one in ids}
    print(
        f"{len(distinct):,} distinct ids in {len(corpora)} corpora, {args.kills} kills, {args.faults:.0%} faults",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        figures, checks = compare(
            folder.resolve(), corpora, args.kills, args.faults, args.seed, args.stages
        )
        print(show(figures, checks))
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
