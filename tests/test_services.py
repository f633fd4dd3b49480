"""Services, part by part: what is kept, the pace, the budget of a day, and what a refusal means."""

import io
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
import requests
import spotipy

from helpers import profiles
from helpers.project import FEATURE_RANGES, ProjectError
from helpers.services import pacing, refusals, session, spotify
from helpers.services.login import Login, Tokens
from helpers.services.service import Service, facts_of, features_of
from helpers.services.store import DAY, Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "services" / "made.sqlite")


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only where somebody sleeps."""
    made = SimpleNamespace(now=1_000_000.0, slept=[])

    def sleep(seconds):
        made.slept.append(seconds)
        made.now += seconds

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "time", lambda: made.now)
    monkeypatch.setattr(time, "monotonic", lambda: made.now)
    return made


def rules(**changes):
    return profiles.load_profile().settings.services.reccobeats.model_copy(update=changes)


def answer(status=200, text="", **headers):
    made = requests.Response()
    made.status_code = status
    made._content = text.encode()
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return made


def wait_after(made, service="reccobeats"):
    return refusals.wait_after(service, made, wait=2, pause=30, patience=600)


def test_answers_outlive_the_run_and_unknown_is_one_of_them(store, tmp_path):
    store.keep("track", {"a": {"title": "Ç"}, "b": None})
    store.keep("track", {"a": {"title": "new"}})
    again = Store(tmp_path / "services" / "made.sqlite")
    assert again.answers("track") == {"a": {"title": "new"}, "b": None}
    assert again.answers("isrc") == {}


def test_answers_are_kept_all_or_none(store):
    with pytest.raises(TypeError):
        store.keep("track", {"a": 1, "b": {1, 2}})
    assert store.answers("track") == {}


def test_requests_older_than_a_day_do_not_count(store, clock):
    store.note_request()
    clock.now += 10
    store.note_request()
    assert store.requests_of_a_day() == (2, 1_000_000)
    clock.now = 1_000_000 + DAY + 5
    assert store.requests_of_a_day() == (1, 1_000_010)


def test_requests_go_out_at_the_rate_of_the_service(store, clock):
    pace = pacing.Pace("reccobeats", rules(per_second=4, daily=0), store)
    for _ in range(3):
        pace.wait()
    assert clock.slept == [0, 0.25, 0.25]
    # Time that went by on its own is not waited for again.
    clock.now += 10
    pace.wait()
    assert clock.slept[-1] == 0


def test_the_budget_of_a_day_holds_over_runs_and_says_when_it_is_there_again(store, clock):
    for _ in range(2):
        pacing.Pace("spotify", rules(per_second=1, daily=2), store).wait()
    come_back = time.strftime("%d %B, %H:%M", time.localtime(1_000_000 + DAY))
    with pytest.raises(refusals.RefusedError, match=f"2 requests in 24 hours.*{come_back}"):
        pacing.Pace("spotify", rules(per_second=1, daily=2), store).wait()
    clock.now = 1_000_000 + DAY + 1
    pacing.Pace("spotify", rules(per_second=1, daily=2), store).wait()


def test_a_refusal_is_waited_out_given_up_or_taken_for_not_found():
    assert wait_after(answer(503)) == 2
    assert wait_after(answer(429, Retry_After="7")) == 7
    with pytest.raises(refusals.RefusedError, match="a long pause. Come back after"):
        wait_after(answer(429, Retry_After="601"))
    with pytest.raises(refusals.NotFoundError):
        wait_after(answer(404))
    with pytest.raises(refusals.RefusedError, match="HTTP 418.*does not know"):
        wait_after(answer(418))
    with pytest.raises(refusals.RefusedError, match="Premium"):
        wait_after(answer(403, "the owner needs PREMIUM"), "spotify")


def test_a_time_to_come_back_may_be_a_date_and_nonsense_is_none():
    soon = datetime.now(UTC) + timedelta(seconds=90)
    told = refusals.told_wait(answer(429, Retry_After=format_datetime(soon, usegmt=True)))
    assert told == pytest.approx(90, abs=5)
    assert refusals.told_wait(answer(429, Retry_After="later")) is None
    assert refusals.told_wait(answer(429)) is None


def test_what_is_no_json_or_states_an_error_is_no_answer():
    good = answer(200, '{"id": 1}', Content_Type="application/json")
    assert session.read_json(good) == {"id": 1}
    with pytest.raises(ValueError, match="not JSON"):
        session.read_json(answer(200, "<html>", Content_Type="text/html"))
    with pytest.raises(requests.HTTPError):
        session.read_json(answer(200, '{"error": "x"}', Content_Type="application/json"))


def test_a_broken_answer_is_asked_for_again_with_longer_waits(tmp_path, monkeypatch, clock):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    asked = session.Session("reccobeats", profiles.load_profile().settings)
    asked.rules = rules(retries=3, backoff=1.0)
    bodies = iter(["<html>", '{"content": []}', '{"id": "x"}'])
    monkeypatch.setattr(
        requests.Session,
        "request",
        lambda *_, **__: answer(200, next(bodies), Content_Type="application/json"),
    )
    assert asked.ask("track", lambda body: body["id"]) == "x"
    assert [seconds for seconds in clock.slept if seconds >= 1] == [1, 2]
    asked.rules = rules(retries=0)
    bodies = iter(["<html>"])
    with pytest.raises(refusals.UnansweredError, match="no usable answer in 1 attempts"):
        asked.ask("track", lambda body: body["id"])


def login(address, **changes):
    made = Login("id", "secret", address, scope="x", cache_handler=spotipy.MemoryCacheHandler())
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def no_browser(monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda _: False)


def test_a_login_prints_its_address_and_does_not_wait_for_ever(no_browser, capsys):
    with pytest.raises(
        ProjectError, match="no login came back to http://127.0.0.1:.*nobody has logged in"
    ):
        login(f"http://127.0.0.1:{free_port()}", seconds=0.1).get_auth_response()
    assert "https://accounts.spotify.com/authorize?client_id=id" in capsys.readouterr().out


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_port_in_use_and_an_address_elsewhere_take_one_line(no_browser, monkeypatch):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        with pytest.raises(ProjectError, match="a port that is free"):
            login(f"http://127.0.0.1:{busy.getsockname()[1]}", seconds=0.1).get_auth_response()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(ProjectError, match="no login came back to https://example.org/back"):
        login("https://example.org/back").get_auth_response()


def test_a_login_that_cannot_be_read_is_none(tmp_path):
    (tmp_path / "login.json").write_text("{")
    assert Tokens(str(tmp_path / "login.json")).get_cached_token() is None


def test_a_store_that_cannot_be_written_or_read_is_one_line(tmp_path):
    (tmp_path / "made.sqlite").write_text("no database, but long enough to be taken for one" * 50)
    with pytest.raises(ProjectError, match="made.sqlite.*MUSIC_FOR_PAIN_CACHE"):
        Store(tmp_path / "made.sqlite")
    with pytest.raises(ProjectError, match="no folder can be made there|cannot be kept there"):
        Store(tmp_path / "made.sqlite" / "services" / "x.sqlite")


def test_a_question_that_is_refused_by_itself_ends_nothing():
    for status in (400, 414, 422):
        with pytest.raises(refusals.OddAnswerError, match=f"HTTP {status}"):
            wait_after(answer(status))
    for status in (401, 403):
        with pytest.raises(refusals.RefusedError):
            wait_after(answer(status))


@pytest.fixture
def service(tmp_path, monkeypatch, clock):
    monkeypatch.setenv("MUSIC_FOR_PAIN_CACHE", str(tmp_path))
    return Service("reccobeats", profiles.load_profile().settings)


def test_one_odd_key_of_a_batch_costs_no_other(service):
    def ask(keys):
        if "bad" in keys:
            raise refusals.OddAnswerError("odd")
        return {key: {"x": key} for key in keys if key != "unknown"}

    keys = [*(f"k{number}" for number in range(20)), "bad", "unknown"]
    kept = service.gather("made", keys, ask, size=40)
    assert set(kept) == set(keys) - {"bad"} and kept["unknown"] is None
    assert service.silent == {"bad": "odd"} and not service.refusal


def test_many_odd_answers_in_a_row_are_a_service_that_has_changed(service):
    def ask(key):
        raise refusals.OddAnswerError("odd")

    service.gather("made", [str(number) for number in range(100)], ask)
    assert len(service.silent) == 25 and "25 times in a row" in str(service.refusal)


@pytest.mark.slow
def test_keys_known_to_be_odd_come_last_and_never_end_a_stage(service):
    odd = {str(number) for number in range(0, 300, 10)}
    asked = []

    def ask(key):
        asked.append(key)
        if key in odd:
            raise refusals.OddAnswerError("odd")
        return {"name": key}

    keys = [str(number) for number in range(300)]
    first = service.gather("made", keys, ask)
    assert service.refusal is None and len(first) == 270
    # Thirty keys are left, all of them odd: more in a row than a new one may be.
    again = Service("reccobeats", profiles.load_profile().settings)
    asked.clear()
    assert again.gather("made", [*keys, "new"], ask).keys() - first.keys() == {"new"}
    assert again.refusal is None and set(again.silent) == odd
    assert asked[0] == "new" and len(asked) == 31

    def lost(key):
        raise refusals.UnansweredError("lost on its way")

    # Lost answers about these alone are no service that is down; about others they are.
    assert again.gather("made", keys, lost).keys() == first.keys() and again.refusal is None
    again.gather("made", ["a", "b", "c", *keys], lost)
    assert "3 times in a row" in str(again.refusal)


def test_kept_answers_that_are_not_understood_are_asked_for_again(service):
    service.store.keep("made", {"good": {"x": 1}, "old": {"y": 1}, "unknown": None})
    asked = []
    kept = service.gather(
        "made",
        ["good", "old", "unknown"],
        lambda key: asked.append(key) or {"x": 2},
        understood=lambda kept: kept["x"],
    )
    assert asked == ["old"] and kept == {"good": {"x": 1}, "old": {"x": 2}, "unknown": None}


def test_features_with_a_gap_or_out_of_range_are_a_reason():
    row = dict.fromkeys(FEATURE_RANGES, 0.5)
    assert features_of(row) == row
    assert features_of(row | {"tempo": None}) == {"reason": "has no tempo for it"}
    assert "outside -60 to 6: 7.1" in features_of(row | {"loudness": 7.1})["reason"]
    assert "no number" in features_of(row | {"energy": "0.5"})["reason"]


def test_facts_with_gaps_keep_what_there_is():
    facts = facts_of(
        "A",
        [None, {"name": None}, {"name": "Tyler, The Creator"}, {"name": "B"}],
        "nl-a32-11-90001",
        None,
    )
    assert facts == {
        "title": "A",
        "artist": "Tyler, The Creator; B",
        "isrc": "NLA321190001",
        "duration": None,
    }
    assert facts_of(None, None, "DUM_22832", 1500) == {
        "title": None,
        "artist": None,
        "isrc": None,
        "duration": 1.5,
    }


def test_odd_entries_of_a_playlist_are_counted_and_cost_no_other():
    kinds = [
        spotify._kind(entry)
        for entry in (
            None,
            {"item": None, "track": None},
            {"track": {"type": "episode", "id": "x" * 22}},
            {"track": {"id": None, "is_local": True}},
            {"track": {"id": "x" * 22, "name": "A", "artists": None, "duration_ms": None}},
        )
    ]
    assert [kind for kind, _ in kinds] == ["gone", "gone", "an episode", "a local file", "a track"]
    assert kinds[-1][1]["track_id"] == "x" * 22 and kinds[-1][1]["artist"] is None
