"""What `acquire` ships with: rates that services document, a template that works, a page that names them all."""

import csv
import re
from urllib.parse import urlparse

import pytest
import yaml
from conftest import ROOT

from helpers import acquire, corpora, profiles
from helpers.services.service import keys_of
from helpers.simulation import examples as make_examples

SERVICES = dict(profiles.load_profile().settings.services)
PAGE = (ROOT / "book" / "own.md").read_text(encoding="utf-8")
TEMPLATE = profiles.PROFILES / "own.example.yaml"
# Where each service is served from, and what it bears, as documents of November 2026 have it:
# requests a second, ids in one request, requests in 24 hours (None: nothing known).
DOCUMENTED = {
    "spotify": ("Spotify", "api.spotify.com", None, 100, 500),
    "reccobeats": ("ReccoBeats", "api.reccobeats.com", 1, 40, None),
    "deezer": ("Deezer", "api.deezer.com", 50 / 5, 1, None),
    "itunes": ("iTunes", "itunes.apple.com", 20 / 60, 1, None),
    "musicbrainz": ("MusicBrainz", "musicbrainz.org", 1, 1, None),
    "lastfm": ("Last.fm", "ws.audioscrobbler.com", 5, 1, None),
}
each = pytest.mark.parametrize("name", SERVICES)


def uncommented():
    """The template with its optional keys in force."""
    template = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"(?m)^(\s*)# (\s*\w+:(?: |$))", r"\1\2", template)


def rows(heading):
    """Cells of the first table below a heading of the page."""
    table = re.search(r"(?m)^\|---.*\n((?:\|.*\n)+)", PAGE.split(f"## {heading}\n")[1])[1]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
    return {re.sub(r"\(.*\)|[][\\`]", "", first): [first, *rest] for first, *rest in cells}


def test_every_service_has_its_documented_limits():
    assert SERVICES.keys() == DOCUMENTED.keys()


@each
def test_shipped_rates_keep_to_the_documented_ones(name):
    rules, (_, _, per_second, batch, daily) = SERVICES[name], DOCUMENTED[name]
    assert 0 < rules.per_second <= (per_second or 10) and 1 <= rules.batch <= batch
    assert daily is None or 0 < rules.daily <= daily


@each
def test_services_are_asked_at_their_own_address_and_encrypted(name):
    rules, (_, host, *_) = SERVICES[name], DOCUMENTED[name]
    assert rules.base == f"https://{host}"
    assert rules.accounts == ("https://accounts.spotify.com" if name == "spotify" else "")


@each
def test_no_wait_of_ours_is_longer_than_a_service_may_ask_for(name):
    rules = SERVICES[name]
    longest = max(rules.pause, rules.backoff * 2 ** (rules.retries - 1))
    assert 2 <= rules.retries <= 6 and rules.backoff >= 1 and rules.pause >= 5
    assert longest <= rules.patience <= 300 and 5 <= rules.timeout <= 60


@pytest.mark.parametrize("heading", ["Which services are asked", "What a service allows"])
def test_every_service_stands_in_both_tables_of_the_page(heading):
    assert rows(heading).keys() == {title for title, *_ in DOCUMENTED.values()}


@each
def test_the_page_says_what_a_service_needs(name):
    needs = rows("Which services are asked")[DOCUMENTED[name][0]][2]
    assert set(SERVICES[name].credentials) <= set(re.findall(r"`(\w+)`", needs))
    assert (needs == "nothing") == (not SERVICES[name].credentials and name != "musicbrainz")


def test_the_page_names_the_stages_and_who_is_asked_in_each():
    stages = rows("The quick path")
    assert list(stages) == list(acquire.STAGES)
    for stage in acquire.SOURCES:
        asked = [DOCUMENTED[name][0] for name in getattr(profiles.Acquire(), stage)]
        assert stages[stage][2] == ", then ".join(asked), stage


def test_previews_come_from_itunes_and_tags_from_lastfm_only_where_a_profile_says_so():
    default = profiles.Acquire()
    assert (
        "itunes" not in default.previews
        and "lastfm" not in default.genres
        and not default.mix_sources
    )


def test_the_template_shows_every_key_and_its_comments_hold_true(tmp_path):
    path = tmp_path / "all.yaml"
    path.write_text(uncommented(), encoding="utf-8")
    for named in ("my_genres.json", "my_weights.h5"):
        (tmp_path / named).touch()
    content, profile = yaml.safe_load(uncommented()), profiles.load_profile(str(path))
    assert set(content) == set(type(profile).model_fields) - set(profiles.FROM_FILE)
    assert set().union(*content["corpora"].values()) == set(profiles.Corpus.model_fields)
    assert set(content["acquire"]) == set(profiles.Acquire.model_fields)
    shown = profile.acquire.model_copy(update={"genre_table": None, "weights": None})
    assert shown == profiles.Acquire()
    assert profile.claims == type(profile).model_fields["claims"].default
    for line in TEMPLATE.read_text(encoding="utf-8").splitlines():
        assert len(line) <= 78, "longer lines are cut off on the page"


def test_the_page_includes_the_template_and_explains_every_key():
    assert "```{literalinclude} ../data/profiles/own.example.yaml" in PAGE
    told = set(
        re.findall(r"`(\w+)`", PAGE.split("## The profile, line by line")[1].split("### Lists")[0])
    )
    fields = {
        *profiles.Profile.model_fields,
        *profiles.Corpus.model_fields,
        *profiles.Acquire.model_fields,
    }
    assert fields - set(profiles.FROM_FILE) | {"settings", "contact", "services"} <= told


def test_the_page_shows_the_shipped_rates_by_including_them():
    start = re.search(r':start-at: "(.+)"', PAGE)[1]
    text = (profiles.PROFILES / "defaults.yaml").read_text(encoding="utf-8")
    assert text.count(start) == 1 and all(f"{name}:" in text.split(start)[1] for name in SERVICES)


@pytest.mark.parametrize("name", ["own.example", str(TEMPLATE)])
def test_the_template_works_as_it_stands(project, name):
    profile = profiles.load_profile(name)
    assert profile.name == "own.example" and profile.source == "own"
    corpora.prepare(profile)
    tracks = corpora.load(profile, "tracks")
    participants = tracks.groupby("corpus")["participant"].nunique()
    assert participants.to_dict() == {"QUIET": 2, "MIXED": 0, "LIVELY": 0}
    assert tracks.groupby("corpus").size().between(60, 120).all()
    assert tracks["genre"].notna().all() and tracks["title"].str.startswith("Made ").all()
    shared = tracks.groupby("track_id")["corpus"].nunique()
    features = corpora.load(profile, "features")
    assert (shared > 1).any() and 0 < (~tracks["track_id"].isin(features["track_id"])).sum() < 10
    assert set(features["source"]) == {"made"}


def test_no_service_can_be_asked_about_a_made_track(project):
    profile = profiles.load_profile("own.example")
    assert keys_of(acquire.Acquisition(profile).tracks(filled=False)).empty


def test_the_examples_are_what_their_generator_makes_and_small():
    folder, made = ROOT / "data" / "examples", make_examples.files()
    for name, text in made.items():
        assert (folder / name).read_bytes() == text.encode(), name
    assert sum(len(text) for text in made.values()) < 60_000
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in made) and "not real music" in readme


def test_every_refusal_has_a_service_a_pattern_and_advice():
    with open(ROOT / "data" / "refusals.csv", encoding="utf-8", newline="") as file:
        refusals = list(csv.DictReader(file))
    assert refusals
    for row in refusals:
        assert row["service"] in {"", *SERVICES} and re.fullmatch(r"[1-5]\d\d|", row["status"]), row
        re.compile(row["says"])
        assert row["advice"] in ("pause", "not found") or re.search(r"\w{3}.*\.$", row["advice"]), (
            row
        )
        assert row["status"] or row["says"], "a row that fits every answer hides those below it"


def test_every_address_is_encrypted():
    text = (profiles.PROFILES / "defaults.yaml").read_text(encoding="utf-8")
    assert {urlparse(url).scheme for url in re.findall(r"\w+://\S+", text)} == {"https"}
