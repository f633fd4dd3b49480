"""What the landing page computes: the answer, its figure, and what of the study was checked."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from helpers import figures, ledger, profiles, project
from helpers.chapter import Chapter, Comparisons, findings_path
from helpers.figures import landing_sentences
from helpers.profiles import Profile
from helpers.project import spaced
from helpers.stats import equivalence, ranks

STUDY_SOURCES = ("twin", "published")
# What the runner wrote about the build whose pages were rendered last.
STAMP = project.ROOT / "build" / "stamp.json"
# Width and height in inches, and panels side by side: for a desktop and for a phone.
SHAPES = {"wide": (7.2, 4.3, 3), "narrow": (3.7, 10.2, 1)}
DESCRIPTION = (
    "Cliff's delta of nine audio features with intervals, in three panels against two thresholds: "
    "PMD minus EMD and MSSD minus EMD look alike, with several features beyond a threshold; in PMD "
    "minus MSSD nearly all lie between them."
)


class Landing:
    """The computed parts of the landing page of a build.

    Parameters
    ----------
    profile : Profile
        Its tables and its scorecard have been made.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._chapter = Chapter("index", profile, reads=["tracks"], writes=[])

    @property
    def is_of_the_study(self) -> bool:
        """Whether the corpora are the study's, or the twin of them."""
        return self.profile.source in STUDY_SOURCES

    @cached_property
    def printed(self) -> Comparisons:
        """The comparisons that the study printed."""
        return self._chapter.printed_comparisons

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """Every printed comparison against the thresholds of "negligible"."""
        lists = self._chapter.printed_lists
        return equivalence.verdicts(self.printed.whole, lists.weighted)

    @cached_property
    def card(self) -> pd.DataFrame:
        """The scorecard of the build."""
        return ledger.scorecard(self.profile, self._chapter.tracks)

    def answer(self) -> dict[str, str]:
        """What was found, the main confound, and how sure that is, from the printed figures.

        Returns
        -------
        dict of str to str
            Three sentences, each by its lead.
        """
        significant = int(ledger.published().loc["poster.features.significant", "value"])
        return {
            "What it found.": landing_sentences.found_in_words(
                self.verdicts, significant, ranks.NEGLIGIBLE
            ),
            "The main confound.": landing_sentences.confound_in_words(
                self.verdicts, self.printed.deltas
            ),
            "How sure that is.": landing_sentences.certainty_in_words(self.verdicts),
        }

    def caption(self) -> str:
        """The sentence that commits, for the figure of three contrasts.

        Returns
        -------
        str
        """
        return landing_sentences.figure_in_words(self.verdicts)

    def draw(self, folder: Path) -> dict[str, Path]:
        """Draw the three contrasts, once for a desktop and once for a phone.

        Parameters
        ----------
        folder : Path

        Returns
        -------
        dict of str to Path
            By shape.
        """
        return {
            shape: self._draw(folder / f"three-contrasts-{shape}.svg", shape) for shape in SHAPES
        }

    def _draw(self, path: Path, shape: str) -> Path:
        width, height, columns = SHAPES[shape]
        study = self.printed.profile
        grid = figures.canvas(
            study,
            height,
            columns=columns,
            rows=3 // columns,
            width=width,
            sharex=True,
            sharey=True,
            squeeze=False,
        )
        order = self.printed.deltas.index
        figures.equivalence(grid.ravel(), self.verdicts, order, ranks.NEGLIGIBLE, columns)
        for axes in grid[:-1].ravel():
            axes.set_xlabel("")
        figure = grid[0, 0].figure
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
        return path

    def reproduction(self) -> list[str]:
        """What of the study's numbers was checked, in paragraphs; one where nothing is printed.

        Returns
        -------
        list of str
        """
        if self.card.empty:
            return ["Nobody has printed numbers about these corpora, so there is nothing to check."]
        simulated = self.profile.simulated
        return [
            landing_sentences.reproduction_in_words(ledger.score(self.card), simulated),
            landing_sentences.unchecked_in_words(self.card, ledger.JUDGED, simulated),
        ]

    def poster_claims(self) -> list[tuple[str, str, str, str]]:
        """The poster's claims in words: claim, printed, this build's number, what was checked.

        Returns
        -------
        list of (str, str, str, str)
            Of the claims that the scorecard of this build has.
        """
        rows = []
        for key, claim in CLAIMS_IN_WORDS.items():
            if key in self.card.index:
                row = self.card.loc[key]
                rows.append((claim, row["printed"], _shown(row), self._state(row)))
        return rows

    def _state(self, row: pd.Series) -> str:
        verdict = row["verdict_class"]
        if verdict == "simulated":
            return "only on simulated data"
        if verdict == "not computed":
            return f"not here: it needs {landing_sentences.needs_in_words(row['needs'])}"
        if self.profile.simulated:
            return f"{verdict}, as a round trip"
        return str(row["verdict"])


def _shown(row: pd.Series) -> str:
    """A recomputed number with the digits of the printed one."""
    if pd.isna(row["recomputed"]):
        return "–"
    if row["unit"] == "listings":
        return f"{row['recomputed']:,.0f}"
    return figures.as_printed(row["recomputed"], row["printed"])


CLAIMS_IN_WORDS = {
    "poster.participants": "Participants whose lists make up PMD",
    "poster.rows.PMD": "Listings in PMD",
    "poster.rows.EMD": "Listings in EMD",
    "poster.first_year.EMD": "First year of the chart",
    "poster.last_year.EMD": "Last year of the chart",
    "poster.features.significant": "Audio features that differ, of nine",
    "poster.genres.entropy.PMD": "Genre entropy of PMD, in bits",
    "poster.genres.entropy.EMD": "Genre entropy of EMD, in bits",
    "poster.clustering.pairwise.ari.mean.EMD.audio_features": "Genres found by clustering audio features (mean ARI)",
    "poster.clustering.pairwise.ari.mean.EMD.embeddings": "Genres found by clustering embeddings (mean ARI)",
}


def finding(profile: Profile, name: str) -> str:
    """A sentence that a chapter of a build found; empty where the build has no such finding.

    Parameters
    ----------
    profile : Profile
    name : str
        Chapter and key, such as `03_feature_comparison.contrasts`.

    Returns
    -------
    str
        Markdown.
    """
    notebook, _, key = name.partition(".")
    path = findings_path(profile, notebook)
    if not path.is_file():
        return ""
    found = json.loads(path.read_text(encoding="utf-8"))
    return next((each["text"] for each in found if each["key"] == key), "")


def without(absent: Sequence[str]) -> str:
    """What a build lacks, as a sentence that follows another; empty where it lacks nothing.

    Parameters
    ----------
    absent : sequence of str
        Inputs, of `stamp`.

    Returns
    -------
    str
    """
    if not absent:
        return ""
    return f" This build has no {figures.listed(map(spaced, absent), 'or')}."


def stamp() -> dict:
    """What the runner says of the build that is rendered: profile, title, commit, date and so on.

    Returns
    -------
    dict
        As `rendering.render` writes it.
    """
    return json.loads(STAMP.read_text(encoding="utf-8"))


def of_this_build() -> Landing:
    """The landing page of the build that is being rendered.

    Returns
    -------
    Landing
    """
    return Landing(profiles.load_profile(stamp()["argument"]))
