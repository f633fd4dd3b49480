"""The loopback fake of the music services does what is known of them, and the counts of its log are right."""

import hashlib
import io
import json
import re
import subprocess
import sys
import time
from collections import Counter

import fake_services as fakes
import numpy as np
import pandas as pd
import pytest
import requests
import soundfile
import spotipy
from conftest import ROOT
from fake_services import FakeServices

sys.path.insert(0, str(ROOT))
from benchmarks import acquire_faults  # noqa: E402

IDS = fakes.made_ids(400)
SESSION = requests.Session()
CONTACT = {"User-Agent": "music-for-pain-relief/0.1 ( tests@example.org )"}


@pytest.fixture
def fake(clips):
    with FakeServices(IDS, **clips) as running:
        yield running


@pytest.fixture(scope="module")
def world():
    return fakes.World(IDS)


def get(fake, path, agent=CONTACT, **params):
    return SESSION.get(fake.url + path, params=params, headers=agent, timeout=5)


def client(fake, user=False):
    """spotipy itself, with a plain session so that it neither sleeps nor retries."""
    session = requests.Session()

    class Login(spotipy.SpotifyClientCredentials):
        OAUTH_TOKEN_URL = f"{fake.url}/api/token"

    login = Login(
        fakes.CLIENT_ID,
        fakes.CLIENT_SECRET,
        requests_session=session,
        cache_handler=spotipy.MemoryCacheHandler(),
    )
    made = spotipy.Spotify(
        auth=fakes.USER_TOKEN if user else None,
        auth_manager=None if user else login,
        requests_session=session,
    )
    made.prefix = f"{fake.url}/v1/"
    return made


def kept(world, test):
    return next(track for track in world.tracks.values() if test(track))


# --- the world -----------------------------------------------------------------------------------------------------------


def test_the_world_follows_from_the_ids(world):
    again = fakes.World(IDS)
    assert again.tracks == world.tracks and again.by_id == world.by_id
    found = Counter(world.expected_features(one)[1] for one in IDS)
    assert 0.7 < found["id"] / len(IDS) < 0.9
    assert min(found[why] for why in ("isrc", "duration", "unknown")) > 0
    for record in world.records:
        for name, value in (record.features or {}).items():
            assert (
                name in ("loudness", "tempo", "key", "mode")
                or value == float(f"{value:.3g}")
                and 0 <= value <= 1
            )
    shared = [tracks for tracks in world.isrcs.values() if len(tracks) > 1]
    assert shared and all(one.id in world.by_id for one, *_ in shared)


# --- ReccoBeats ----------------------------------------------------------------------------------------------------------


def test_reccobeats_answers_in_another_order_without_the_unknown(fake, world):
    asked = IDS[:40]
    known = [one for one in asked if one in world.by_id]
    first, second = (
        get(fake, "/reccobeats/v1/track", ids=",".join([*asked[:39], "no-id"])).json()["content"]
        for _ in range(2)
    )
    by_id = [row["href"].rsplit("/", 1)[1] for row in first]
    assert sorted(by_id) == sorted(one for one in known if one in asked[:39]) and len(known) < 40
    assert [row["id"] for row in first] != [row["id"] for row in second]
    assert sorted(first, key=str) == sorted(second, key=str)
    rows = get(fake, "/reccobeats/v1/audio-features", ids=[known[0], known[0], known[1]]).json()[
        "content"
    ]
    assert len(rows) == sum(bool(world.by_id[one].features) for one in known[:2])
    assert not {"duration_ms", "time_signature"} & rows[0].keys() and rows[0].keys() >= {
        *fakes.FEATURES,
        "isrc",
        "key",
    }
    assert get(fake, "/reccobeats/v1/track", ids="nothing").json() == {"content": []}


def test_reccobeats_refuses_what_it_refuses(fake):
    assert get(fake, "/reccobeats/v1/track", ids=",".join(IDS[:41])).status_code == 400
    assert get(fake, "/reccobeats/v1/track").json()["status"] == 4001
    single = get(fake, f"/reccobeats/v1/track/{IDS[0]}/audio-features")
    assert single.status_code == 404 and single.json()["status"] == 4041
    fake.set(over_batch="truncate", key_mode=False, href="api")
    rows = get(fake, "/reccobeats/v1/audio-features", ids=",".join(IDS[:80])).json()["content"]
    assert {row["href"].rsplit("/", 1)[1] for row in rows} <= set(IDS[:40]) and len(rows) > 20
    assert not {"key", "mode"} & rows[0].keys() and "api.reccobeats.com" in rows[0]["href"]
    one = get(fake, f"/reccobeats/v1/track/{rows[0]['id']}/audio-features")
    assert one.json()["tempo"] == rows[0]["tempo"]
    upload = requests.post(
        f"{fake.url}/reccobeats/v1/analysis/audio-features",
        timeout=5,
        files={"audioFile": ("a.wav", b"0" * (5 * 2**20 + 1))},
    )
    assert upload.status_code == 400
    small = requests.post(
        f"{fake.url}/reccobeats/v1/analysis/audio-features", files={"audioFile": b"0"}, timeout=5
    )
    assert set(small.json()) == set(fakes.FEATURES)


def test_reccobeats_answers_an_isrc_with_records_of_other_ids(fake, world):
    counts = set()
    for track in world.tracks.values():
        if track.isrc and track.id not in world.by_id and track.isrc in world.by_isrc:
            rows = get(fake, "/reccobeats/v1/track", ids=track.isrc).json()["content"]
            counts.add(len(rows))
            assert {row["isrc"] for row in rows} == {track.isrc}
            assert track.id not in {row["href"].rsplit("/", 1)[1] for row in rows}
            gap = min(abs(row["durationMs"] - track.duration_ms) for row in rows)
            record, why = world.expected_features(track.id)
            assert (
                (gap <= 3000) == (why == "isrc")
                or why == "unknown"
                or not all(r.features for r in world.by_isrc[track.isrc])
            )
    assert counts >= {1, 2}


# --- Spotify -------------------------------------------------------------------------------------------------------------


def test_spotify_in_development_mode(fake, world):
    sp = client(fake)
    track = kept(world, lambda t: t.in_spotify and t.isrc)
    found = sp.track(track.id)
    assert found["external_ids"]["isrc"] == track.isrc and found["duration_ms"] == track.duration_ms
    assert "popularity" not in found and sp.artist(found["artists"][0]["id"])["genres"] == []
    fake.set(artist_genres="absent")
    assert "genres" not in sp.artist(found["artists"][0]["id"])
    for ask, message in (
        (lambda: sp.tracks([track.id]), "Forbidden"),
        (lambda: sp.audio_features([track.id]), "Forbidden"),
        (lambda: sp.artists([found["artists"][0]["id"]]), "Forbidden"),
        (lambda: sp.playlist_items(fakes.OTHER), "Forbidden"),
        (lambda: sp.playlist_items(fakes.OWN), "Forbidden"),
    ):
        with pytest.raises(spotipy.SpotifyException, match=message) as caught:
            ask()
        assert caught.value.http_status == 403
    gone = kept(world, lambda t: not t.in_spotify)
    for ask in (lambda: sp.track(gone.id), lambda: sp.playlist(fakes.SPOTIFYS)):
        with pytest.raises(spotipy.SpotifyException) as caught:
            ask()
        assert caught.value.http_status == 404
    with pytest.raises(spotipy.SpotifyException, match="Invalid limit"):
        sp.search("isrc:" + track.isrc, limit=20)
    assert (
        sp.search("isrc:" + track.isrc, limit=10)["tracks"]["items"][0]["external_ids"]["isrc"]
        == track.isrc
    )


def test_spotify_in_extended_mode(fake, world):
    fake.set(mode="extended")
    sp = client(fake)
    gone = kept(world, lambda t: not t.in_spotify).id
    rows = sp.tracks([IDS[0], gone, "0" * 22])["tracks"]
    assert rows[0]["id"] == IDS[0] and rows[1:] == [None, None] and "popularity" in rows[0]
    features = sp.audio_features([*IDS[:99], "0" * 22])
    assert len(features) == 100 and features[-1] is None and None in features[:99]
    assert all(row is None or row["id"] == one for one, row in zip(IDS, features, strict=False))
    assert len(sp.playlist_items(fakes.OTHER)["items"]) == 30
    fake.set(features=False)
    with pytest.raises(spotipy.SpotifyException, match="Forbidden"):
        sp.audio_features(IDS[:2])


def test_playlists_of_the_user_under_every_spelling(fake):
    sp = client(fake, user=True)
    assert sp.me()["id"] == fakes.OWNER
    page, ids = sp.playlist_items(fakes.OWN), []
    while page:
        ids += [entry["item"]["id"] for entry in page["items"]]
        page = sp.next(page) if page["next"] else None
    assert len(ids) == 120 and len(fake.requests("spotify", "/items")) == 3
    for spelling, keys in (("item", {"item"}), ("track", {"track"}), ("both", {"item", "track"})):
        fake.set(entries=spelling)
        assert {"item", "track"} & sp.playlist_items(fakes.OWN, limit=1)["items"][0].keys() == keys
    odd = sp.playlist_items(fakes.MIXED)["items"]
    things = [entry.get("item") or entry.get("track") for entry in odd]
    assert None in things and {"episode", "track"} == {thing["type"] for thing in things if thing}
    assert any(entry["is_local"] for entry in odd)
    assert "items" not in sp.playlist(fakes.OTHER) and "items" in sp.playlist(fakes.OWN)
    assert [row["id"] for row in sp.current_user_playlists()["items"]] == [fakes.OWN, fakes.MIXED]
    with pytest.raises(spotipy.SpotifyException, match="Forbidden"):
        sp.playlist_items(fakes.OTHER)


def test_tokens_are_refused_as_spotify_refuses_them(fake):
    def ask(secret, **form):
        return requests.post(
            f"{fake.url}/api/token", data=form, auth=(fakes.CLIENT_ID, secret), timeout=5
        )

    assert ask("wrong", grant_type="client_credentials").json()["error"] == "invalid_client"
    aged = ask(
        fakes.CLIENT_SECRET, grant_type="refresh_token", refresh_token=fakes.AGED_REFRESH_TOKEN
    )
    assert aged.status_code == 400 and aged.json()["error"] == "invalid_grant"
    good = ask(
        fakes.CLIENT_SECRET, grant_type="refresh_token", refresh_token=fakes.REFRESH_TOKEN
    ).json()
    assert good["token_type"] == "Bearer" and "refresh_token" not in good
    fake.set(refresh="aged")
    assert (
        ask(
            fakes.CLIENT_SECRET, grant_type="refresh_token", refresh_token=fakes.REFRESH_TOKEN
        ).status_code
        == 400
    )
    assert (
        requests.get(
            f"{fake.url}/v1/tracks/{IDS[0]}", headers={"Authorization": "Bearer no"}, timeout=5
        ).status_code
        == 401
    )
    logged = json.dumps(fake.log)
    assert not [
        secret
        for secret in (fakes.CLIENT_SECRET, fakes.REFRESH_TOKEN, good["access_token"])
        if secret in logged
    ]


def test_troubles_of_spotify(fake):
    sp = client(fake)
    sp.track(IDS[0])
    fake.trouble("spotify", "quota", after=1)
    sp.track(IDS[0])
    with pytest.raises(spotipy.SpotifyException) as caught:
        sp.track(IDS[0])
    assert caught.value.reason == "QUOTA_EXCEEDED" and caught.value.headers["Retry-After"] == str(
        fakes.QUOTA_SECONDS
    )
    for kind, more, status in (
        ("premium", {}, 403),
        ("rate", {"retry_after": 7}, 429),
        ("rate bare", {}, 429),
        ("503", {}, 503),
    ):
        fake.clear()
        fake.trouble("spotify", kind, **more)
        with pytest.raises(spotipy.SpotifyException) as caught:
            sp.track(IDS[0])
        assert caught.value.http_status == status
        assert caught.value.headers.get("Retry-After") in (
            {"rate": ["7"], "503": [None, "0"]}.get(kind, [None])
        )
        assert kind != "premium" or "Active premium subscription required" in str(caught.value)
    fake.clear()
    fake.trouble("spotify", "error text", times=1)
    answer = requests.get(f"{fake.url}/v1/tracks/{IDS[0]}", timeout=5)
    assert answer.json() == {"error": "Something went wrong"} and answer.status_code == 400
    assert sp.track(IDS[0])["id"] == IDS[0]


# --- Deezer, iTunes, the audio -------------------------------------------------------------------------------------------


def test_deezer_always_says_200_and_signs_its_links(fake, world):
    answers = {isrc: get(fake, f"/deezer/track/isrc:{isrc}") for isrc in world.isrcs}
    assert {answer.status_code for answer in answers.values()} == {200}
    bodies = {isrc: answer.json() for isrc, answer in answers.items()}
    assert {body["error"]["code"] for body in bodies.values() if "error" in body} == {800}
    found = {isrc: body for isrc, body in bodies.items() if "error" not in body}
    assert any(body["preview"] == "" for body in found.values()) and any(
        not body["readable"] for body in found.values()
    )
    gaps = [
        body["duration"] - world.isrcs[isrc][0].duration_ms / 1000 for isrc, body in found.items()
    ]
    assert max(gaps) > 20 and np.median(np.abs(gaps)) < 1
    link = next(body["preview"] for body in found.values() if body["preview"])
    assert re.search(
        r"\?hdnea=exp=\d+~acl=/[\w/.]+\*~data=user_id=0,application_id=42~hmac=[0-9a-f]{64}$", link
    )
    sound, rate = soundfile.read(io.BytesIO(requests.get(link, timeout=5).content))
    assert len(sound) / rate == pytest.approx(1, abs=0.01)
    assert requests.get(link[:-1] + ("0" if link[-1] != "0" else "1"), timeout=5).status_code == 403
    isrc = next(iter(found))
    assert requests.get(fake.sign(fake.url, isrc, time.time() - 2), timeout=5).status_code == 403
    assert not [line for line in fake.log if "hmac" in json.dumps(line)]
    fake.set(deezer_per_5_s=1)
    codes = [
        get(fake, f"/deezer/track/isrc:{isrc}").json().get("error", {}).get("code")
        for _ in range(2)
    ]
    assert codes == [None, 4]


def test_itunes_finds_by_name_alone_and_a_cover_first(fake, world):
    track = kept(world, lambda t: t.isrc)
    artist = world.credits(track)[0].name
    answer = get(
        fake,
        "/itunes/search",
        term=f"{artist} {track.title}",
        media="music",
        entity="song",
        country="NL",
    )
    rows = answer.json()["results"]
    assert "javascript" in answer.headers["Content-Type"]
    assert rows[0]["artistName"] == "The Karaoke Crew" and artist in rows[1]["artistName"]
    assert get(fake, "/itunes/lookup", isrc=track.isrc).json() == {"resultCount": 0, "results": []}
    assert get(fake, "/itunes/lookup", id=rows[1]["trackId"]).json()["resultCount"] == 1
    assert requests.get(rows[1]["previewUrl"], timeout=5).headers["Content-Type"] == "audio/x-m4a"
    fake.set(itunes_per_minute=1)
    refused = [get(fake, "/itunes/search", term="nothing") for _ in range(2)][1]
    assert (
        refused.status_code == 403
        and refused.json()["results"] == []
        and "Retry-After" not in refused.headers
    )


# --- MusicBrainz and Last.fm ---------------------------------------------------------------------------------------------


def test_musicbrainz_wants_a_name_and_patience(fake, world):
    answers = {
        isrc: get(fake, f"/mb/ws/2/isrc/{isrc}", inc="artist-credits", fmt="json")
        for isrc in list(world.isrcs)[:100]
    }
    assert {answer.status_code for answer in answers.values()} == {200, 404}
    isrc, body = next((isrc, answer.json()) for isrc, answer in answers.items() if answer.ok)
    mbid = body["recordings"][0]["artist-credit"][0]["artist"]["id"]
    person = get(fake, f"/mb/ws/2/artist/{mbid}", inc="genres", fmt="json").json()
    assert person["name"] == world.credits(world.isrcs[isrc][0])[0].name and "tags" not in person
    assert {row["name"]: row["count"] for row in person["genres"]} == world.mbids[mbid].genres
    for agent in ("python-requests/2.32", "my-script/1.0"):
        assert (
            get(fake, f"/mb/ws/2/isrc/{isrc}", {"User-Agent": agent}, fmt="json").status_code == 403
        )
    fake.set(musicbrainz_per_second=1)
    busy = [get(fake, f"/mb/ws/2/isrc/{isrc}", fmt="json") for _ in range(2)][1]
    assert busy.status_code == 503 and busy.headers["Retry-After"] == "1" and "error" in busy.json()


def test_lastfm_errs_with_status_200(fake, world):
    def tags(artist, key=fakes.LASTFM_KEY):
        return get(
            fake,
            "/lastfm/2.0/",
            method="artist.getTopTags",
            artist=artist,
            api_key=key,
            format="json",
            autocorrect=1,
        )

    answers = [tags(person.name) for person in world.artists.values()]
    errors = [answer.json().get("error") for answer in answers]
    assert set(errors) == {None, 6} and {answer.status_code for answer in answers} == {200}
    counts = [
        [row["count"] for row in answer.json()["toptags"]["tag"]]
        for answer in answers
        if "error" not in answer.json()
    ]
    assert [] in counts and all(row == sorted(row, reverse=True) for row in counts)
    assert tags("x", "wrong").json()["error"] == 10
    fake.set(lastfm_per_second=1, lastfm_error_status=400)
    assert [tags("x") for _ in range(2)][1].json()["error"] == 29
    assert fakes.LASTFM_KEY not in json.dumps(fake.log)


# --- faults, troubles, the log -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_fault_befalls_one_request_in_ten_and_is_logged(clips, world):
    asked, got, links = [], [], []
    with FakeServices(IDS, faults=0.1, seed=3, **clips) as fake, requests.Session() as session:
        for start in range(700):
            isrc = list(world.isrcs)[start % len(world.isrcs)]
            batch = IDS[start % 380 : start % 380 + 20]
            for about, path in (
                ({*batch}, f"/reccobeats/v1/track?ids={','.join(batch)}"),
                (isrc, f"/deezer/track/isrc:{isrc}"),
                *links[-1:],
            ):
                asked.append(about)
                try:
                    got.append(session.get(fake.url + path, timeout=5))
                except requests.RequestException:
                    got.append(None)
                if found := re.search(
                    r'(/preview/[^"]+)"', got[-1].text if about == isrc and got[-1] else ""
                ):
                    links.append(("audio", found[1]))
        log = fake.log
    for line, about, answer in zip(log, asked, got, strict=True):
        assert (answer is None) == (line["fault"] == "dropped") == (not line["complete"])
        if answer is None:
            continue
        assert line["status"] == answer.status_code
        kind, content = answer.headers["Content-Type"], answer.content
        if line["fault"] == "malformed":
            with pytest.raises(ValueError):
                answer.json()
        elif line["fault"] == "html":
            assert answer.ok and kind.startswith("text/html") and content.startswith(b"<!DOCTYPE")
        elif line["fault"] == "content type":
            assert not kind.startswith("audio" if about == "audio" else "application/json")
            assert content == clips["clip"] if about == "audio" else answer.json()
        elif line["fault"] == "truncated":
            assert 0 < len(content) < 0.5 * len(clips["clip"])
        elif line["fault"] == "other id" and line["service"] == "reccobeats":
            assert (
                len({row["href"].rsplit("/", 1)[1] for row in answer.json()["content"]} - about)
                == 1
            )
        elif line["fault"] == "other id":
            assert answer.json()["isrc"] != about
        elif not line["fault"]:
            assert answer.ok and (about != "audio" or content == clips["clip"])
    kinds = Counter(line["fault"] for line in log)
    assert set(kinds) == {None, *fakes.KINDS, *fakes.AUDIO_KINDS}
    assert 0.08 < 1 - kinds[None] / len(log) < 0.12


def test_no_request_fails_more_than_three_times_in_a_row(clips):
    with FakeServices(IDS, faults=0.95, kinds=["500", "503"], **clips) as fake:
        rows, failed = [], 0
        for _ in range(60):
            if get(fake, "/itunes/search", term="x").ok:
                rows.append(failed)
                failed = 0
            else:
                failed += 1
        assert max(rows) == 3


def test_a_process_serves_until_it_is_ended_and_flushes_its_log(tmp_path):
    with acquire_faults.Fake(tmp_path, IDS, "--seed", 1, "--switch", 'mode="extended"') as process:
        assert (
            requests.get(f"{process.url}/control", timeout=5).json()["switches"]["mode"]
            == "extended"
        )
        wanted = {
            "trouble": [{"service": "deezer", "kind": "503", "times": 1}],
            "switches": {"mode": "dev"},
        }
        assert (
            requests.post(f"{process.url}/control", json=wanted, timeout=5).json()["switches"][
                "mode"
            ]
            == "dev"
        )
        killed = f"import requests, os; requests.get('{process.url}/deezer/track/isrc:X'); os.kill(os.getpid(), 9)"
        assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -9
        assert (
            requests.get(f"{process.url}/deezer/track/isrc:X", timeout=5).json()["error"]["code"]
            == 800
        )
        lines, closed = process.logged()
    assert [line["fault"] for line in lines] == ["trouble: 503", None] and len(closed) >= 2
    assert {
        "time",
        "service",
        "method",
        "path",
        "query",
        "fault",
        "complete",
        "status",
        "auth",
    } <= lines[0].keys()


# --- the counts of the harness -------------------------------------------------------------------------------------------


def line(n, path="/deezer/track/isrc:A", at=None, query="", connection=1, **more):
    return {
        "n": n,
        "time": float(n if at is None else at),
        "connection": connection,
        "service": path.split("/")[1],
        "method": "GET",
        "path": path,
        "query": query,
        "fault": None,
        "status": 200,
        "complete": True,
        "seconds": 0.1,
    } | more


def test_a_question_may_be_repeated_only_after_a_fault_or_a_kill():
    assert len(acquire_faults.count([line(1), line(5)])["repeated"]) == 1
    assert not acquire_faults.count([line(1, fault="html"), line(5)])["repeated"]
    assert not acquire_faults.count([line(1, complete=False, fault="dropped"), line(5)])["repeated"]
    batches = [
        line(1, "/reccobeats/v1/track", query="ids=a,b"),
        line(5, "/reccobeats/v1/track", query="ids=b,c"),
    ]
    found = acquire_faults.count(batches)
    assert found["distinct"] == 2 and len(found["repeated"]) == 1 and " b " in found["repeated"][0]
    token = [line(1, "/api/token"), line(5, "/api/token")]
    assert not acquire_faults.count(token)["repeated"]


@pytest.mark.parametrize(("closes", "excused"), [({1: 1.5}, 1), ({1: 1.15}, 1), ({}, 1)])
def test_the_last_request_of_an_open_connection_is_in_flight_at_a_kill(closes, excused):
    found = acquire_faults.count([line(1), line(5, connection=2)], closes, [(1.3, 3.0)])
    assert found["in_flight"] == excused and not found["repeated"]


def test_what_came_before_the_last_request_of_a_connection_is_not_in_flight():
    rows = [line(1, at=1), line(2, "/deezer/track/isrc:B", at=1.15), line(3, at=5, connection=2)]
    found = acquire_faults.count(rows, {1: 1.31}, [(1.3, 3.0)])
    assert found["in_flight"] == 1 and len(found["repeated"]) == 1
    long_before = [line(1, at=1), line(2, at=50, connection=2)]
    assert len(acquire_faults.count(long_before, {1: 40.1}, [(40.0, 45.0)])["repeated"]) == 1


def test_a_link_may_be_asked_for_anew_only_when_its_download_was_spoilt():
    preview = f"/preview/api/1/1/abc/0/{hashlib.md5(b'A').hexdigest()}.mp3"
    spoilt = [line(1), line(2, preview, fault="truncated"), line(5), line(6, preview)]
    found = acquire_faults.count(spoilt)
    assert found["links"] == 1 and not found["repeated"]
    good = [line(1), line(2, preview), line(5)]
    assert len(acquire_faults.count(good)["repeated"]) == 1


def test_differences_of_tables_are_told():
    table = pd.DataFrame({"track_id": ["a", "b"], "tempo": [1.0, np.nan], "names": [["x"], None]})
    assert acquire_faults.differences({"t": table}, {"t": table.copy()}) == []
    other = table.assign(tempo=[1.0, 2.0])
    assert "row 1, tempo" in acquire_faults.differences({"t": table}, {"t": other})[0]
    assert "only undisturbed: b" in " ".join(
        acquire_faults.differences({"t": table}, {"t": table.iloc[:1]})
    )
    assert acquire_faults.differences({"t": table}, {"u": table}) == [
        "t: only in one run",
        "u: only in one run",
    ]
