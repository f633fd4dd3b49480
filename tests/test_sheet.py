"""The sheet of statistics: one page, and examples that are what they say."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader
from scipy.spatial.distance import cdist
from scipy.stats import norm

from helpers.build import graph, printing, sheet
from helpers.stats import clustering, dependence, diversity, ranks

ENTRIES = {
    entry["name"].split(" [")[0]: entry
    for part in sheet.contents()["parts"]
    for entry in part["entries"]
}


def two_corpora():
    rows = {"x": pd.DataFrame({"v": [0.2, 0.5, 0.9]}), "y": pd.DataFrame({"v": [0.1, 0.5]})}
    return ranks.feature_tests(rows, [("x", "y")], ["v"]).iloc[0]


def holm():
    stepped = np.array([0.005, 0.01, 0.03, 0.04]) * [4, 3, 2, 1]
    return np.maximum.accumulate(stepped)


def kept_neighbours():
    space = np.array([[0, 0], [1.2, 4], [2, 0], [6, 1], [7, 6]])
    nearest = []
    for points in (space, space[:, :1]):
        distances = cdist(points, points)
        np.fill_diagonal(distances, np.inf)
        nearest.append(distances.argmin(axis=1))
    return (nearest[0] == nearest[1]).mean()


def independent_tracks():
    return 2 * (norm.ppf(0.975) + norm.ppf(0.8)) ** 2 / (3 * 0.147**2)


FIRST, SECOND = np.array([3, 1, 1]) / 5, np.array([1, 1, 2]) / 4
# By name of the entry: numbers that its example states, computed.
STATED = {
    "Mann-Whitney U": [f"{two_corpora()['mwu_u']:.1f} of 6"],
    "Cliff's delta δ, share of pairs won": [
        f"δ = {two_corpora()['cliffs_delta']:.1f}",
        f"share {two_corpora()['cles']:.2f}",
    ],
    "Kolmogorov-Smirnov D": [f"D = {two_corpora()['ks_d']:.1f}"],
    "Holm's correction": [", ".join(f"{p:.2f}" for p in holm())],
    "Two one-sided tests": [f"{(np.arctanh(0.15) - np.arctanh(0.05)) / (0.03 / 0.9975):.2f}"],
    "Intraclass correlation ρ, design effect": [
        f"({dependence.design_effect(dependence.ClusterSizes(11, 0), 0.1):.1f})"
    ],
    "Clustered error, coverage": [
        f"{0.4**2 + 0.4**2:.2f}",
        f"{2 * 0.3**2 + 2 * 0.1**2:.1f}",
    ],
    "Kitagawa's split": [f"{0.5 * 1 - 0.5 * 2.5:.2f} + {0.5 * 0 + 0.5 * 1:.2f} = -0.25"],
    "Shannon entropy": [f"{diversity.shannon_entropy([3, 1, 1]):.2f} bits", f"{np.log2(15):.2f}"],
    "Hill number": [f"{diversity.hill_number([8, 1, 1], 2):.2f} at order 2"],
    "Overlap, Jensen-Shannon divergence": [
        f"{np.minimum(FIRST, SECOND).sum():.2f} and {diversity.jensen_shannon(FIRST, SECOND):.2f} bits"
    ],
    "Alpha, beta, gamma": [f"β = {diversity.shannon_entropy([3, 3]):.0f} bit"],
    "Embedding, distance": [f"{np.sqrt(0 + 4 + 4):.2f} apart"],
    "UMAP": [f"keep {kept_neighbours():.1f}"],
    "AUC": [f"{two_corpora()['mwu_u'] / 6:.2f}"],
    "Silhouette, adjusted Rand index": [f"ARI = {clustering.agreement([[3, 0], [1, 1]])[0]:.3f}"],
    "Log likelihood ratio, Brier score": [
        f"{np.exp(np.log([3, 1, 1 / 2]).mean()):.2f} times",
        f"Brier {np.mean([0.5**2, 0.5**2])}",
    ],
    "People in each of two arms": [
        f"{independent_tracks():.0f} independent",
        f"{independent_tracks() * 2 / 11:.0f} people",
    ],
}


def test_every_example_of_the_sheet_is_computed_here():
    assert set(STATED) == set(ENTRIES)


@pytest.mark.parametrize("name", STATED)
def test_an_example_of_the_sheet_is_right(name):
    missing = [text for text in STATED[name] if text not in ENTRIES[name]["example"]]
    assert missing == [], ENTRIES[name]["example"]


def test_thresholds_on_the_sheet_are_those_of_the_helpers():
    words = ENTRIES["Cliff's delta δ, share of pairs won"]["careful"]
    assert all(f"{threshold:g}" in words for threshold in ranks.THRESHOLDS)


def test_every_chapter_that_the_sheet_names_is_there():
    known = {int(name[:2]) for name in graph.notebooks()}
    named = [
        int(number)
        for part in sheet.contents()["parts"]
        for entry in part["entries"]
        for number in entry["name"].split("[")[1].rstrip("]").split(",")
    ]
    assert set(named) == known - {1, 2, 10}


def test_the_sheet_is_one_page_with_its_formulas_set(browser):
    made = printing.print_with(browser, sheet.document(sheet.contents()), sheet.PAPER)
    read = PdfReader(BytesIO(made))
    assert len(read.pages) == 1
    text = read.pages[0].extract_text()
    assert "Ask before you believe" in text and "tfrac" not in text
