"""Profiles of one's own corpora: three whole books of made lists and sounds, and what each says of what it lacks."""

import html
import os
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import make_own
import nbformat
import numpy as np
import pandas as pd
import pytest
from commands import Commands
from conftest import copy_project, products

CHAPTERS = [
    "01_corpora",
    "02_audio_features",
    "03_feature_comparison",
    "04_where_it_sits",
    "05_interval_coverage",
    "06_genres",
    "07_audio_embeddings",
    "08_embedding_map",
    "09_genre_clustering",
    "10_scorecard",
    "11_your_playlist",
    "12_next_study",
]

# What it draws are simulated studies, whatever the profile.
SIMULATED_EVERYWHERE = ("05_interval_coverage",)

# Planted: no command may leave one of them behind.
SECRETS = {
    name: f"planted{name.lower().replace('_', '')}"
    for name in ("SPOTIPY_CLIENT_ID", "SPOTIPY_CLIENT_SECRET", "LASTFM_API_KEY")
}


def finished(folder, profile, *before, pages=True):
    """Build the book of a profile in a copy of the project: its pages, their text, and what it recorded."""
    tree = copy_project(folder / "book")
    cache = {"MUSIC_FOR_PAIN_CACHE": str(folder / "cache")}
    commands = Commands(tree, os.environ | cache | SECRETS)
    rendered = [] if pages else ["--without-pages"]
    for command in (*before, ["build", "--profile", str(profile), *rendered]):
        code, printed = commands.run(*command)
        assert code == 0, printed
    site, made = tree / "_build" / "html", products(tree, profile)
    notebooks = tree / "book" / "notebooks"
    tables = [pd.read_csv(path) for path in (made / "results").glob("*.csv")]
    return SimpleNamespace(
        commands=commands,
        root=folder,
        tree=tree,
        site=site,
        made=made,
        folder=profile.parent,
        pages={
            path.stem: path.read_text(encoding="utf-8")
            for path in (site / "notebooks").glob("[0-9]*.html")
        },
        found=pd.concat(tables).set_index("key")["value"],
        outputs={name: outputs(notebooks / f"{name}.ipynb") for name in CHAPTERS},
        text={name: said(notebooks / f"{name}.ipynb") for name in CHAPTERS},
    )


def said(path):
    """What a chapter's code put out, and what it says it left out, as words."""
    cells = nbformat.read(path, as_version=4).cells
    shown = [
        output.data
        for cell in cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    ]
    stand_ins = {"left-out", "published"}
    absent = [cell.source for cell in cells if stand_ins & {*cell.metadata.get("tags", ())}]
    text = " ".join(
        [*absent, *(data.get("text/markdown") or data.get("text/html", "") for data in shown)]
    )
    return " ".join(html.unescape(re.sub("<[^>]*>", "", text).replace("**", "")).split())


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    folder = tmp_path_factory.mktemp("three")
    found = finished(folder, make_own.make(folder / "mine", "three"))
    found.commands.close()
    return found


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    found = finished(folder, make_own.make(folder / "mine", "bare"), pages=False)
    yield found
    found.commands.close()


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sounds")
    profile = make_own.sounds(folder / "mine")
    before = ["acquire", str(profile), "--stage", "embeddings"]
    found = finished(folder, profile, before, pages=False)
    found.commands.close()
    return found


def lists(book, code):
    return pd.concat(
        [pd.read_csv(path) for path in sorted(book.folder.glob(f"*_{code.lower()}_*.csv"))],
        ignore_index=True,
    )


def outputs(path):
    """What the cells of an executed chapter put out."""
    cells = nbformat.read(path, as_version=4).cells
    return [output for cell in cells for output in cell.get("outputs", ())]


def drawn(book, chapter):
    """The figures of a chapter, as the text of their files."""
    shown = [output.get("data", {}) for output in book.outputs[chapter]]
    return [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]


def test_every_corpus_is_counted_described_and_drawn_in_its_colour(three):
    for code, rows in (("QUIET", 90), ("LIVELY", 240), ("MIXED", 60)):
        assert three.found[f"local.corpora.rows.{code}"] == len(lists(three, code)) == rows
        values = pd.read_csv(three.folder / "three_features.csv").set_index("track_id")["energy"]
        wanted = values.loc[lists(three, code)["track_id"]].mean()
        assert three.found[f"local.features.mean.{code}.energy"] == pytest.approx(wanted)
    densities = drawn(three, "02_audio_features")[0].lower()
    assert all(
        colour.lower() in densities and code.lower() in densities
        for code, colour in zip(("QUIET", "LIVELY", "MIXED"), make_own.COLOURS, strict=False)
    )
    assert "The maps below show QUIET, LIVELY and MIXED by" in three.text["08_embedding_map"]


def test_the_first_two_are_compared(three):
    a, b = (lists(three, code) for code in ("QUIET", "LIVELY"))
    shares = a["genre"].value_counts(normalize=True)
    assert three.found["local.genres.entropy.QUIET"] == pytest.approx(
        -(shares * np.log2(shares)).sum()
    )
    values = pd.read_csv(three.folder / "three_features.csv").set_index("track_id")["tempo"]
    x, y = (values.loc[rows["track_id"]].to_numpy() for rows in (a, b))
    wanted = np.sign(x[:, None] - y).mean()
    assert three.found["local.compare.cliffs_delta.QUIET-LIVELY.tempo"] == pytest.approx(wanted)
    assert "90 rows of QUIET, 240 rows of LIVELY." in three.text["03_feature_comparison"]
    assert {
        "local.maps.auc.QUIET_-_LIVELY_by_artist.both",
        "local.clustering.pairwise.ari.mean.LIVELY.embeddings",
        "local.clustering.difference.balanced_all_seeds.QUIET",
    } <= set(three.found.index)


def test_lists_of_a_corpus_are_participants_and_its_rows_count_on(three):
    assert three.found["local.corpora.tracks_per_participant.mean"] == 30
    assert "3 participants list 30.0 tracks on average" in three.text["01_corpora"]
    assert "3 participants of QUIET, too few to measure how alike" in three.text["04_where_it_sits"]
    tracks = pd.read_parquet(three.made / "tracks.parquet")
    assert not tracks.duplicated(["corpus", "row"]).any()


def test_a_list_without_genres_beside_one_with_is_named_and_kept(three):
    assert (
        "No listing of MIXED has a genre, so all its listings are taken" in three.text["01_corpora"]
    )
    assert "local.genres.entropy.MIXED" not in three.found.index
    assert "The genres of QUIET hold 2.01 bits, those of LIVELY" in three.text["06_genres"]


def test_nothing_is_said_of_the_study_where_the_corpora_are_ones_own(three):
    for chapter in ("01_corpora", "02_audio_features", "10_scorecard"):
        assert "90 listings of QUIET (Made corpus QUIET)" in three.text[chapter]
        assert "PMD" not in three.text[chapter] and "EMD" not in three.text[chapter]
    assert "nobody has printed numbers about these corpora" in three.text["10_scorecard"]
    assert "local.features.mean.MIXED.energy" in three.text["10_scorecard"]
    # Titles of figures: the only place where a corpus of the study could pass for one of this build.
    assert not [
        text
        for name in CHAPTERS
        for text in drawn(three, name)
        if re.search(">[^<]*(PMD|EMD)", text)
        or (name not in SIMULATED_EVERYWHERE and re.search(">[^<]*simulated", text))
    ]


class Elements(HTMLParser):
    """Attributes of every element, and what stands in scripts that run."""

    def __init__(self, page):
        super().__init__()
        self.attributes, self.code, self.runs = [], "", False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.attributes += attributes
        self.runs = tag == "script" and dict(attributes).get("type") != "application/json"

    def handle_data(self, data):
        self.code += data * self.runs

    def handle_endtag(self, tag):
        self.runs = False


def test_hostile_titles_and_genres_are_text(three, sounds):
    shown = three.pages["01_corpora"]
    assert (
        "&lt;script&gt;document.title=" in shown and "&lt;img src=x onerror=alert(1)&gt;" in shown
    )
    # No chapter lists titles of sounds.
    assert "owned" not in str(sounds.outputs)
    for text in three.pages.values():
        elements = Elements(text)
        assert "owned" not in elements.code
        assert not [
            pair
            for pair in elements.attributes
            if pair[0] == "onerror" or "javascript:alert" in str(pair[1])
        ]
        assert "<b>$Bass$" not in text
    assert any("Dub &amp; &lt;b&gt;$Bass$" in text for text in drawn(three, "06_genres"))


def test_hostile_titles_do_nothing_in_a_browser(three, browser):
    page = browser.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a title opened a dialog: {dialog.message}"))
    for name in ("01_corpora", "08_embedding_map"):
        page.goto((three.site / "notebooks" / f"{name}.html").as_uri())
        page.wait_for_timeout(1500)
        assert page.title() != "owned"
    page.close()


@pytest.mark.parametrize(
    ("chapter", "words"),
    [
        ("01_corpora", "No listing of MINE has a genre, so all its listings are taken"),
        ("01_corpora", "This build has no participants (none in the tracks table)"),
        (
            "02_audio_features",
            "This build has no audio features (not in build/{folder}/features.parquet).",
        ),
        (
            "03_feature_comparison",
            "They are about PMD, EMD and MSSD, whatever the corpora of this profile are.",
        ),
        ("06_genres", "This build has no genres of MINE (none in the tracks table)."),
        ("11_your_playlist", "This build has no playlist (the profile bare names none"),
        (
            "08_embedding_map",
            "This build has neither audio features nor embeddings (not in "
            "build/{folder}/features.parquet nor in build/{folder}/embeddings.parquet).",
        ),
        (
            "08_embedding_map",
            "This build has neither audio features nor embeddings, so nothing to map.",
        ),
        ("09_genre_clustering", "This build has neither audio features nor embeddings"),
        ("10_scorecard", "nobody has printed numbers about these corpora"),
    ],
)
def test_a_chapter_says_what_it_lacks_and_where_it_looked(bare, chapter, words):
    assert words.format(folder=bare.made.name) in bare.text[chapter]


def test_what_can_be_computed_without_genres_and_features_is(bare):
    shares = lists(bare, "YOURS")["genre"].value_counts(normalize=True)
    assert bare.found["local.genres.entropy.YOURS"] == pytest.approx(
        -(shares * np.log2(shares)).sum()
    )
    assert bare.found["local.corpora.rows.MINE"] == 15
    assert not bare.found.index.str.contains(
        "jensen_shannon|chi_square|cliffs_delta|maps|clustering"
    ).any()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", {"06_genres": "This build has no genres (none in the tracks table)."}),
        (
            "tiny",
            {
                "04_where_it_sits": "Blocks hold 3 listings",
                "08_embedding_map": "too few tracks, or too few artists, to teach a classifier",
                "09_genre_clustering": "no corpus with two genres of five complete listings each",
            },
        ),
        (
            "sets",
            {
                "02_audio_features": "further feature sets know: descriptors 150 of QUIET, 240 of LIVELY",
                "03_feature_comparison": "Of the 4 columns of descriptors,",
                "08_embedding_map": "By all sets together the AUC of QUIET - LIVELY is",
                "09_genre_clustering": "half minus network is",
            },
        ),
        (
            "oneset",
            {
                "08_embedding_map": "by network (oneset_network.parquet).",
                "09_genre_clustering": "This build has one feature set (network), and a comparison "
                "takes two. Name another under `feature_sets` in the profile.",
            },
        ),
    ],
)
def test_chapters_go_on_with_less(bare, tmp_path, name, words):
    # Whole books are built above; here those that lack something, and the scorecard after them.
    wanted = [*words, "10_scorecard"]
    profile = str(make_own.make(tmp_path / "mine", name))
    code, printed = bare.commands.run(
        "build", "--profile", profile, "--without-pages", "--only", *wanted
    )
    assert code == 0, printed
    for chapter, sentence in words.items():
        path = bare.tree / "book" / "notebooks" / f"{chapter}.ipynb"
        assert sentence in said(path) and '"stderr"' not in path.read_text(encoding="utf-8")


def test_no_page_shows_a_warning_or_a_figure_without_data(three, bare, sounds):
    for book in (three, bare, sounds):
        assert not [
            name
            for name in CHAPTERS
            if [put for put in book.outputs[name] if put.get("name") == "stderr"]
        ]
        assert not [
            name for name in CHAPTERS if [text for text in drawn(book, name) if "<path" not in text]
        ]
    assert not drawn(bare, "08_embedding_map") and not drawn(bare, "09_genre_clustering")


def test_no_secret_of_the_environment_is_left_behind(three, sounds):
    # One has pages, the other has acquired.
    for book in (three, sounds):
        left = [path for path in book.root.rglob("*") if path.is_file()]
        left.remove(book.tree / "tests" / "test_own.py")
        assert len(left) > 100
        for path in left:
            content = path.read_bytes()
            found = [name for name, secret in SECRETS.items() if secret.encode() in content]
            assert not found, path


def test_broken_sounds_are_listed_by_name_and_reason(sounds):
    missing = pd.read_csv(sounds.made / "acquired" / "missing.csv").set_index("track_id")
    assert set(missing.index) == {"soft10.flac", "hard09.mp3"} and set(missing["stage"]) == {
        "embeddings"
    }
    assert (
        "truncated" in missing.loc["soft10.flac", "reason"]
        and "Invalid data" in missing.loc["hard09.mp3", "reason"]
    )
    assert missing.loc["soft10.flac", "title"] == "Made-up sound 10"


def test_other_sounds_reach_the_chapters_silence_too(sounds):
    table = pd.read_parquet(sounds.made / "embeddings.parquet")
    assert len(table) == 18 and "hard05.m4a" in set(table["track_id"])
    tracks = pd.read_parquet(sounds.made / "tracks.parquet").set_index("track_id")
    assert len(tracks) == 20 and tracks.loc["soft00.mp3", "title"] == make_own.HOSTILE[0]
    assert (
        "SOFT and HARD by embeddings (OpenL3 mel256 music 512, weights"
        in sounds.text["08_embedding_map"]
    )
    assert sounds.found["local.maps.trustworthiness"] > 0
    assert (
        "no corpus with two genres of five complete listings each"
        in sounds.text["09_genre_clustering"]
    )
