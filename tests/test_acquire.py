"""Acquisition with the real command and real clients, against the loopback fake of all services."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import fake_services as fakes
import pandas as pd
import pytest
from commands import Commands
from conftest import ROOT, products
from fake_services import FakeServices

sys.path.insert(0, str(ROOT))
from benchmarks.acquire_faults import copy_tree, write_profile  # noqa: E402
from helpers.services import previews  # noqa: E402

IDS = fakes.made_ids(60)
# Each runs the command as its users do, some of them in a process that takes a second to begin.
pytestmark = pytest.mark.slow

SECRETS = {
    "SPOTIPY_CLIENT_ID": fakes.CLIENT_ID,
    "SPOTIPY_CLIENT_SECRET": fakes.CLIENT_SECRET,
    "LASTFM_API_KEY": fakes.LASTFM_KEY,
}


@pytest.fixture
def fake(clips):
    with FakeServices(IDS, **clips) as running:
        yield running


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return copy_tree(tmp_path_factory.mktemp("acquire"))


@pytest.fixture(scope="module")
def commands(tree):
    clean = {key: value for key, value in os.environ.items() if key not in SECRETS}
    running = Commands(tree, clean)
    yield running
    running.close()


class Run:
    """A profile on the fake and a cache of its own; `run(*stages)` runs the command."""

    def __init__(self, commands, tree, folder, fake, name="made"):
        self.commands, self.tree, self.folder = commands, tree, folder
        self.fake, self.name = fake, name
        self.environment = dict(SECRETS)
        self.write()

    def write(self, corpora=None, acquire=None, changes=None, **services):
        path = write_profile(
            self.folder,
            self.fake.url,
            {"A": IDS[:30], "B": IDS[25:]}
            if corpora is None
            else {name: ids for name, ids in corpora.items() if isinstance(ids, list)},
            acquire or {"genre_table": "genres.json"},
            **services,
        )
        text = path.read_text(encoding="utf-8")
        for old, new in (changes or {}).items():
            assert old in text
            text = text.replace(old, new)
        self.profile = path.with_name(f"{self.name}.yaml")
        self.profile.write_text(text, encoding="utf-8")

    def start(self, *arguments):
        clean = {key: value for key, value in os.environ.items() if key not in SECRETS}
        return subprocess.Popen(
            [sys.executable, "-m", "helpers", "acquire", str(self.profile), *arguments],
            cwd=self.tree,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=clean
            | self.environment
            | {"MUSIC_FOR_PAIN_CACHE": str(self.folder / "cache"), "PYTHONUTF8": "1"},
        )

    def __call__(self, *stages):
        cache = str(self.folder / "cache")
        environment = self.environment | {"MUSIC_FOR_PAIN_CACHE": cache}
        code, self.said = self.commands.run(
            "acquire", str(self.profile), "--stage", *stages, **environment
        )
        return code

    @property
    def acquired(self):
        return products(self.tree, self.profile) / "acquired"

    def table(self, stage):
        return pd.read_parquet(self.acquired / f"{stage}.parquet")

    def missing(self):
        return pd.read_csv(self.acquired / "missing.csv", dtype=str)


@pytest.fixture
def run(commands, tree, tmp_path, fake, request):
    return Run(commands, tree, tmp_path, fake, name=f"p{abs(hash(request.node.name)) % 10**8}")


def nine(values):
    return {name: values[name] for name in fakes.FEATURES}


def test_each_value_belongs_to_its_track(run, fake):
    assert run("metadata", "features", "genres", "previews") == 0, run.said
    features, world = run.table("features").set_index("track_id"), fake.world
    metadata = run.table("metadata").set_index("track_id")
    assert set(features.index) <= set(IDS) and 30 < len(features) < len(IDS)
    expected = {name: world.expected_features(name) for name in IDS}
    assert {how for _, how in expected.values()} > {"id", "isrc", "duration"}, (
        "each way is in this world"
    )
    for name, (record, how) in expected.items():
        if record:
            assert features.loc[name, fakes.FEATURES].to_dict() == pytest.approx(
                nine(record.features)
            ), how
        elif how == "duration":
            assert name not in features.index
    for name, row in metadata.iterrows():
        track = world.tracks[name]
        assert (row["title"], row["isrc"] if pd.notna(row["isrc"]) else None, row["duration"]) == (
            track.title,
            track.isrc,
            track.duration_ms / 1000,
        )
    assert set(metadata["source"]) == {"reccobeats", "spotify"} and set(features["source"]) == {
        "reccobeats"
    }
    previews = run.table("previews")
    assert previews["path"].map(os.path.getsize).min() > 500


def test_what_is_missing_is_named_with_its_reason_and_nothing_is_asked_twice(run, fake):
    stages = ("metadata", "features", "genres", "previews")
    assert run(*stages) == 0, run.said
    missing, count = run.missing(), len(fake.log)
    for stage in stages:
        names = missing.loc[missing["stage"] == stage, "track_id"]
        assert sorted([*names, *run.table(stage)["track_id"]]) == sorted(IDS)
    assert missing["reason"].notna().all()
    assert {
        "not known to deezer",
        "deezer has another edit of it",
        "not known to musicbrainz",
    } <= set(missing["reason"])
    tables = [run.table(stage) for stage in stages]
    assert run(*stages) == 0 and len(fake.log) == count
    assert all(a.equals(run.table(stage)) for a, stage in zip(tables, stages, strict=True))


def test_not_found_is_kept_and_refused_is_not(run, fake):
    fake.trouble("deezer", "forbidden", after=5)
    run("metadata")
    assert run("previews") == 1 or "deezer" in run.said
    fake.clear()
    before = [line["path"] for line in fake.requests("deezer", "track/isrc:") if not line["fault"]]
    assert run("previews") == 0, run.said
    after = [line["path"] for line in fake.requests("deezer", "track/isrc:") if not line["fault"]]
    assert len(after) == len(set(after)) > len(before), (
        "what was answered is not asked again, what was refused is"
    )
    with sqlite3.connect(run.folder / "cache" / "services" / "deezer.sqlite") as store:
        kept = dict(store.execute("SELECT key, answer FROM answers"))
    assert "null" in kept.values()


def test_a_dry_run_asks_nothing(run, fake):
    process = run.start("--dry-run")
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0 and not fake.log
    for told in (
        "metadata: reccobeats: about 2 requests for 60 tracks",
        "previews: deezer: about 120 requests",
        "genres: musicbrainz: about 120 requests",
        "min at 1000 a second",
    ):
        assert told in said, said


def test_without_credentials_spotify_is_left_out_and_named(run, fake):
    run.environment = {}
    assert run("metadata") == 0, run.said
    assert not fake.requests("spotify")
    assert (
        run.missing()["reason"]
        .str.contains(
            "not known to reccobeats; spotify: SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET not set"
        )
        .all()
    )


def test_development_mode_says_what_it_forbids(run, fake):
    run.write(acquire={"features": ["spotify"]})
    assert run("features") == 1
    assert "Apps in development mode" in run.said and "reccobeats" in run.said
    assert len(fake.requests("spotify", "audio-features")) == 1, "one probe finds out"


def test_extended_mode_gives_features(run, fake):
    fake.set(mode="extended")
    run.write(acquire={"features": ["spotify"]})
    assert run("features") == 0, run.said
    table = run.table("features")
    assert set(table["source"]) == {"spotify"} and len(table) > 50
    for _, row in table.head().iterrows():
        assert row[fakes.FEATURES].to_dict() == pytest.approx(
            nine(fakes._features(row["track_id"]))
        )


def test_premium_is_asked_for_in_plain_words(run, fake):
    fake.trouble("spotify", "premium", path="/v1/")
    run.write(acquire={"metadata": ["spotify"]})
    assert run("metadata") == 1
    assert "Premium subscription" in run.said and "unset SPOTIPY_CLIENT_ID" in run.said


def test_a_quota_of_thirteen_hours_ends_the_stage_and_says_when_to_come_back(run, fake):
    fake.trouble("spotify", "quota", after=20, path="/v1/")
    run.write(acquire={"metadata": ["spotify"]})
    begun = time.monotonic()
    assert run("metadata") == 1 and time.monotonic() - begun < 30
    assert "has spent its quota" in run.said and "Come back after" in run.said
    assert 0 < len(run.table("metadata")) <= 20 and "refused" in " ".join(run.missing()["reason"])
    fake.clear()
    answered = len([line for line in fake.requests("spotify", "/v1/tracks/") if not line["fault"]])
    assert run("metadata") == 0, run.said
    asked = [line["path"] for line in fake.requests("spotify", "/v1/tracks/") if not line["fault"]]
    assert len(asked) == len(set(asked)) == len(IDS) and answered == 20


def test_the_daily_budget_is_kept_over_runs(run, fake):
    run.write(acquire={"metadata": ["spotify"]}, spotify={"daily": 12})
    assert (
        run("metadata") == 1
        and "budget of 12 requests" in run.said
        and "Come back after" in run.said
    )
    assert run("metadata") == 1
    assert len(fake.requests("spotify")) == 12


def test_credentials_that_do_not_belong_together(run):
    run.environment["SPOTIPY_CLIENT_SECRET"] = "another"
    run.write(acquire={"metadata": ["spotify"]})
    assert run("metadata") == 1
    assert "do not belong together" in run.said and "another" not in run.said


def login(run, refresh_token, expires_at):
    """Leave the login of a person where spotipy keeps it."""
    token = {
        "access_token": fakes.USER_TOKEN,
        "refresh_token": refresh_token,
        "expires_at": expires_at,
        "scope": "playlist-read-collaborative playlist-read-private",
        "token_type": "Bearer",
        "expires_in": 3600,
    }
    (run.folder / "cache").mkdir(exist_ok=True)
    (run.folder / "cache" / "spotify-login.json").write_text(json.dumps(token))


def playlists(run, *ids):
    links = ", ".join(f'"https://open.spotify.com/playlist/{name}?si=x"' for name in ids)
    run.write(changes={"tracks: a.csv": f"tracks: [{links}]"})


@pytest.mark.parametrize("spelling", ["item", "track", "both"])
def test_playlists_of_the_user_are_listed_under_every_spelling(run, fake, spelling):
    fake.set(entries=spelling)
    login(run, fakes.REFRESH_TOKEN, time.time() + 3600)
    playlists(run, fakes.OWN, fakes.MIXED)
    assert run("tracks", "metadata") == 0, run.said
    table = run.table("tracks")
    entries = [
        e.get("item") or e.get("track")
        for name in (fakes.OWN, fakes.MIXED)
        for e in fake.entries(name, Here)
    ]
    wanted = [item["id"] for item in entries if item and item["type"] == "track" and item["id"]]
    assert table["track_id"].tolist() == wanted and len(table["place"].unique()) == 2


class Here:
    """As much of a request as the fake needs to write an entry."""

    base = "http://127.0.0.1"


def test_an_expired_login_is_to_be_renewed(run, fake):
    fake.set(refresh="aged")
    login(run, fakes.AGED_REFRESH_TOKEN, 0)
    playlists(run, fakes.OWN)
    assert run("tracks") == 1
    assert (
        "six months" in run.said
        and "spotify-login.json" in run.said
        and fakes.AGED_REFRESH_TOKEN not in run.said
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [(fakes.OTHER, "that their user owns or edits"), (fakes.SPOTIFYS, "one of Spotify's own")],
)
def test_playlists_of_others_are_refused_with_the_way_out(run, name, said):
    login(run, fakes.REFRESH_TOKEN, time.time() + 3600)
    playlists(run, name)
    assert run("tracks") == 1
    assert said in run.said.replace("\n", " ") and "xport" in run.said


def test_musicbrainz_wants_to_know_who_asks(run, fake):
    run.write(changes={"contact: tests@example.org": "contact: ''"})
    assert run("metadata", "genres") == 1 and "setting `contact`" in run.said
    assert not fake.requests("musicbrainz")


def test_tags_of_lastfm_and_previews_of_itunes(run):
    run.write(acquire={"genres": ["lastfm"], "previews": ["itunes"], "genre_table": "genres.json"})
    assert run("metadata", "genres", "previews") == 0, run.said
    assert set(run.table("genres")["source"]) == {"lastfm"} and len(run.table("genres")) > 5
    previews = run.table("previews")
    assert len(previews) > 5 and previews["path"].str.endswith(".m4a").all()


def test_names_are_compared_without_accents_and_case():
    assert previews._plain("Étoile & Månen!") == previews._plain("etoile  MANEN") == "etoile manen"


def test_a_wrong_lastfm_key_is_named_and_not_shown(run):
    run.environment["LASTFM_API_KEY"] = "0123456789abcdef0123456789abcdef"
    run.write(acquire={"genres": ["lastfm"], "genre_table": "genres.json"})
    run("metadata")
    assert run("genres") == 1 and "LASTFM_API_KEY is not valid" in run.said
    assert run.environment["LASTFM_API_KEY"] not in run.said


def test_sources_are_mixed_only_where_the_profile_says_so(run):
    run.write(acquire={"features": ["reccobeats", "spotify"]})
    assert run("features") == 1 and "mix_sources: true" in run.said


def test_a_service_that_is_down_ends_the_stage(run, fake):
    fake.trouble("reccobeats", "503")
    run.write(reccobeats={"retries": 2})
    assert run("features") == 1
    assert "Try again later" in run.said or "no usable answer" in run.said, run.said


def test_control_c_ends_cleanly_and_the_command_goes_on(run, fake):
    run("metadata")
    fake.trouble("deezer", "slow", seconds=0.1)
    process = run.start("--stage", "previews")
    while len(fake.requests("deezer")) < 4:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 130 and "goes on from there" in said and "Traceback" not in said
    fake.clear()
    assert run("previews") == 0
    asked = [line["path"] for line in fake.requests("deezer", "isrc:") if not line["fault"]]
    assert len(asked) - len(set(asked)) <= 1, "only what was in flight is asked again"


def test_a_second_acquisition_refuses(run, fake):
    # Long enough for the second to start on a busy machine.
    fake.trouble("reccobeats", "slow", seconds=30)
    first = run.start("--stage", "metadata")
    while not (run.folder / "cache" / "services" / "reccobeats.sqlite").exists():
        time.sleep(0.05)
    assert run("metadata") == 1 and "Another acquisition is running" in run.said
    first.kill()
    first.communicate()


def test_a_simulated_profile_asks_nobody(run):
    run.profile = "demo"
    assert run("features") == 1 and "simulated" in run.said


def test_no_secret_is_left_behind(run, fake, tree):
    secrets = [*SECRETS.values(), fakes.REFRESH_TOKEN, fakes.USER_TOKEN, fakes.APP_TOKEN]
    run.write(acquire={"metadata": ["spotify"], "genres": ["lastfm"], "genre_table": "genres.json"})
    fake.trouble("lastfm", "drop", after=10, times=3)
    said = ""
    for stages in (("metadata", "genres"), ("features", "previews")):
        run(*stages)
        said += run.said
    fake.trouble("spotify", "quota")
    fake.trouble("lastfm", "drop")
    for end in ("sqlite",):
        for file in (run.folder / "cache" / "services").glob(f"*.{end}"):
            file.unlink()
    assert run("metadata", "genres") == 1
    said += run.said
    left = [
        path
        for folder in (tree / "build", run.folder)
        for path in folder.rglob("*")
        if path.is_file()
    ]
    assert len(left) > 5
    for secret in secrets:
        assert secret not in said
        assert not [path for path in left if secret.encode() in path.read_bytes()], secret


def test_where_no_service_can_be_asked_what_was_there_stays(run):
    run.write(acquire={"genres": ["lastfm"], "genre_table": "genres.json"})
    assert run("metadata", "genres") == 0
    kept = run.table("genres")
    assert len(kept)
    del run.environment["LASTFM_API_KEY"]
    assert run("genres") == 1
    assert "LASTFM_API_KEY not set in the environment" in run.said
    assert "nothing was written" in run.said and "genres.parquet stays as it is" in run.said
    assert run.table("genres").equals(kept)


def test_a_wrong_key_leaves_what_was_there(run):
    run.write(acquire={"genres": ["lastfm"], "genre_table": "genres.json"})
    assert run("metadata", "genres") == 0
    kept = run.table("genres")
    for file in run.folder.glob("cache/services/lastfm*"):
        file.unlink()
    run.environment["LASTFM_API_KEY"] = "0123456789abcdef0123456789abcdef"
    assert run("genres") == 1
    assert run.table("genres").equals(kept)


def test_a_fault_of_one_key_is_its_reason_and_ends_no_stage(run, fake):
    fake.set(odd=0.4)
    run.write(reccobeats={"retries": 1}, spotify={"retries": 1})
    assert run("metadata", "features", "genres", "previews") == 0, run.said
    assert "Traceback" not in run.said
    odd = fakes.Oddities(0.4)
    features = set(run.table("features")["track_id"])
    world = {name: fake.world.expected_features(name) for name in IDS}
    plain = {name for name, (record, how) in world.items() if how == "id" and not odd.kind(name)}
    assert len(plain) > 15 and plain <= features, "no other key is lost"
    reasons = run.missing().query("stage == 'features'").set_index("track_id")["reason"]
    told = " ".join(reasons)
    for said in ("has no tempo for it", "outside -60 to 6: 7.5", "answers about another track"):
        assert said in told, told


def test_an_isrc_that_is_none_is_named_and_the_rest_go_on(run, fake):
    isrcs = [fake.world.tracks[name].isrc for name in IDS[:30]]
    codes = [code.lower() if code else "DUM_22832" for code in isrcs]
    codes[0] = "DUM_22832"
    run.folder.mkdir(exist_ok=True)
    pd.DataFrame({"track_id": IDS[:30], "isrc": codes}).to_csv(run.folder / "a.csv", index=False)
    assert run("genres") == 0, run.said
    told = run.missing().query("stage == 'genres'").set_index("track_id")["reason"]
    assert "'DUM_22832' is no ISRC" in told[IDS[0]]
    assert len(run.table("genres")) > 5, "codes in lower case are known"


def test_a_stage_that_has_nobody_to_ask_keeps_what_was_there_and_says_so(run):
    run.write(acquire={"genres": ["lastfm"], "genre_table": "genres.json"})
    assert run("metadata", "genres") == 0
    kept = run.table("genres")
    del run.environment["LASTFM_API_KEY"]
    assert run("genres") == 1
    assert "LASTFM_API_KEY not set" in run.said and "stays as it is" in run.said
    assert run.table("genres").equals(kept)


def test_what_was_stored_and_cannot_be_understood_is_asked_again(run, fake):
    assert run("metadata") == 0
    before = run.table("metadata")
    with sqlite3.connect(run.folder / "cache" / "services" / "reccobeats.sqlite") as store:
        store.execute("UPDATE answers SET answer = '{\"x\": [' WHERE key = ?", [IDS[0]])
        store.execute("UPDATE answers SET answer = '[{\"title\": 1}]' WHERE key = ?", [IDS[1]])
        store.execute("UPDATE answers SET answer = '7' WHERE key = ?", [IDS[2]])
    assert run("metadata") == 0, run.said
    assert run.table("metadata").equals(before)


def test_a_dry_run_counts_what_it_can_before_a_playlist_is_fetched(run, fake):
    playlists(run, fakes.OWN)
    process = run.start("--dry-run")
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0 and "1 playlist to fetch" in said and "35 tracks" in said, said
    assert not fake.log


def test_features_that_lists_hold_are_not_asked_for(run, fake):
    run.folder.mkdir(exist_ok=True)
    for name, ids in (("a", IDS[:30]), ("b", IDS[30:])):
        table = pd.DataFrame({"track_id": ids, **dict.fromkeys(fakes.FEATURES, 0.5)})
        table.to_csv(run.folder / f"{name}.csv", index=False)
    assert run("features") == 0 and not fake.log, run.said
    assert "the lists hold them for 60 tracks" in run.said
