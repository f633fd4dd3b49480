"""Services, part by part: what is kept, the pace, the budget of a day, and what a refusal means."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
import requests

from helpers import profiles
from helpers.services import pacing, refusals, session
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
