"""Fit the synthetic twin of the audio features to the published figures, once.

    python -m helpers.simulation.fit            fit, write, and print twin against published
    python -m helpers.simulation.fit --report   only print

Reads published.csv (the study's printed figures) and genre_counts.csv of data/reference, writes
twin_parameters.csv and twin_correlations.csv beside them. Takes two minutes. What follows from
them, the tables in data/twin, `helpers.simulation.generator` writes.

Marginals. Each corpus, genre and feature gets thirteen quantiles. One feature at a time, they solve
a penalised least-squares problem. Residuals: mean, median and SD of the sample that the twin draws
at the cell's published size; each genre's Cliff's delta and Kolmogorov-Smirnov D; delta and D of
the three pairs of corpora. The penalty prefers curves whose slope changes little from one quantile
to the next (a straight one is a logit-normal), so no shape is invented that the figures do not ask
for. Spotify prints instrumentalness (and acousticness) below 1e-6 as zero; MSSD does not. The
published D of instrumentalness bear it out: 0.316743 (PMD-MSSD) and 0.344770 (MSSD-EMD) are
593/1871 - 2/10000 and 3093/8966 - 2/10000, so 593 and 3,093 zeros are taken as counted.

Correlations. Only absolute values were published. SIGNS states the sign and why; where the field
knows none, it is that of the between-genre covariance in the published means. Latent correlations
are adjusted until the drawn listings have the published ones on average over seeds. Nothing is
published for MSSD: it is given PMD's, which it resembles most (see its deltas).

Published deltas and D are part of the fit: the twin is a teaching substitute, not evidence.
"""

import sys

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator
from scipy.special import expit, logit, ndtr, ndtri

from helpers import project
from helpers.simulation import generator as twin

# The range each feature is drawn in: Spotify's own limits where it states them, else a little
# beyond what its catalogue shows (speechiness is hardly ever under 0.022, acousticness over 0.996).
RANGES = {
    "danceability": (0.0, 0.99),
    "energy": (0.0, 1.0),
    "loudness": (-60.0, 1.5),
    "speechiness": (0.0215, 0.97),
    "acousticness": (0.0, 0.9965),
    "instrumentalness": (0.0, 0.985),
    "liveness": (0.01, 0.998),
    "valence": (0.0, 0.99),
    "tempo": (35.0, 222.0),
}
ZERO_BELOW = 1e-6
ZEROS = {"PMD": 593 / 1871, "EMD": 3093 / 8966}
LEVELS = np.array(
    [3e-5, 0.01, 0.05, 0.10, 0.25, 0.40, 0.50, 0.60, 0.75, 0.90, 0.95, 0.99, 1 - 3e-5]
)
Z = ndtri(LEVELS)
MID = 6
DENSE = np.linspace(Z[0], Z[-1], 600)
PAIRS = [("PMD", "EMD"), ("PMD", "MSSD"), ("MSSD", "EMD")]
# How strongly a change of slope from knot to knot is resisted. The tolerances are met from 0.8 to
# 3; the smoothest is taken.
SMOOTH = 3.0
SEEDS = range(4)

# Signs that the field knows, with the reason; "EMD" overrides for that corpus.
SIGNS = [
    ("energy", "loudness", 1, "loudness is a part of how Spotify describes energy"),
    ("energy", "acousticness", -1, "unamplified music sounds less intense"),
    ("loudness", "acousticness", -1, "acoustic recordings are mastered more quietly"),
    ("danceability", "valence", 1, "regular, danceable music sounds more cheerful"),
    ("energy", "valence", 1, "cheerful music is more often lively"),
    ("loudness", "valence", 1, "follows energy"),
    ("danceability", "energy", 1, "dance music is lively; quiet music has less of a beat"),
    ("danceability", "loudness", 1, "follows energy"),
    ("danceability", "acousticness", -1, "acoustic music keeps a strict beat less often"),
    ("acousticness", "valence", -1, "quiet acoustic music is more often sad"),
    ("danceability", "speechiness", 1, "hip hop is both"),
    ("energy", "speechiness", 1, "hip hop and shouted vocals are intense"),
    ("loudness", "speechiness", 1, "follows energy"),
    ("speechiness", "acousticness", -1, "rap is seldom acoustic"),
    ("speechiness", "instrumentalness", -1, "words exclude instrumental music"),
    ("speechiness", "valence", 1, "follows danceability"),
    ("speechiness", "liveness", 1, "audiences and spoken passages go together"),
    ("energy", "liveness", 1, "live recordings are of energetic sets"),
    ("loudness", "liveness", 1, "follows energy"),
    ("acousticness", "liveness", -1, "follows energy"),
    ("danceability", "liveness", -1, "a band on stage keeps a less regular beat than a machine"),
    ("instrumentalness", "liveness", -1, "instrumental music is mostly made in studios"),
    ("energy", "tempo", 1, "faster music sounds more intense"),
    ("loudness", "tempo", 1, "follows energy"),
    ("acousticness", "tempo", -1, "follows energy"),
    ("valence", "tempo", 1, "faster music sounds more cheerful"),
    ("danceability", "tempo", -1, "tempi beyond 130 BPM are danced to less"),
    (
        "energy",
        "instrumentalness",
        {"PMD": -1, "EMD": 1},
        "instrumental is classical or ambient among listeners' choices, dance music in the chart",
    ),
    (
        "acousticness",
        "instrumentalness",
        {"PMD": 1, "EMD": -1},
        "instrumental is classical or ambient among listeners' choices, dance music in the chart",
    ),
    ("instrumentalness", "valence", -1, "classical and ambient music is rated as less cheerful"),
]
# Shared ids by genre, repeats of shared ids and other repeats in PMD, repeated ids in EMD: counted
# in the authors' two genre files. Used for the stand-in listings only.
STRUCTURE = {
    "Pop": (169, 30, 21, 83),
    "Rock": (70, 9, 18, 49),
    "Electronic": (22, 1, 5, 23),
    "R&B": (20, 8, 2, 24),
    "Hip Hop": (17, 4, 3, 17),
    "Folk/Acoustic": (14, 1, 0, 11),
    "Metal": (6, 0, 3, 3),
    "Latin": (2, 0, 0, 2),
    "Easy listening": (2, 0, 2, 4),
    "Blues": (1, 0, 0, 0),
    "Country": (1, 0, 0, 1),
    "New age": (1, 0, 0, 0),
    "Classical": (0, 0, 8, 1),
    "World/Traditional": (0, 0, 1, 0),
    "Jazz": (0, 0, 0, 3),
}


def tables_of(values):
    """The published values by key as tables: moments and tests (genre "" for all), correlations."""
    parts = values.index.to_series().str.split(".", expand=True)
    parts["value"] = values
    # Overall keys have four parts, keys inside a genre five.
    inside = parts[4].notna()
    parts["genre"] = parts[3].where(inside, "")
    parts["feature"] = parts[4].where(inside, parts[3])

    def wide(kind, names, corpus):
        rows = parts[(parts[0] == kind) & parts[1].isin(names)]
        rows = rows.rename(columns={2: corpus})
        return rows.pivot(index=[corpus, "genre", "feature"], columns=1, values="value")[names]

    moments = wide("features", ["mean", "median", "sd"], "corpus")
    tests = wide("compare", ["cliffs_delta", "ks_d", "mwu_u"], "comparison")
    r = parts[parts[1] == "abs_pearson"]
    ends = r[3].str.split("-", expand=True)
    correlations = pd.DataFrame(
        {"corpus": r[2], "feature_a": ends[0], "feature_b": ends[1], "abs_pearson_r": r["value"]}
    ).reset_index(drop=True)
    return moments, tests, correlations


def curve(theta):
    """Logit-scale curve of the normal score: a median and twelve log slopes."""
    steps = np.exp(theta[1:]) * np.diff(Z)
    x = np.concatenate([[0], np.cumsum(steps)])
    return theta[0] + x - x[MID]


class Cell:
    """One corpus, genre and feature: its sample moments and distribution for given unknowns."""

    def __init__(self, corpus, genre, feature, n, moments):
        self.corpus, self.genre, self.feature = corpus, genre, feature
        self.n, self.moments = n, moments
        self.low, self.high = RANGES[feature]
        # Moments of a large cell do not need every stratum.
        size = min(n, 800)
        self.strata = ndtri((np.arange(size) + 0.5) / size)
        prints_zero = feature in ("acousticness", "instrumentalness") and corpus != "MSSD"
        self.zero = ZERO_BELOW if prints_zero else np.nan
        self.floor_x = logit(self.zero / self.high) if prints_zero else -np.inf
        self.theta = self.start()

    def value(self, x):
        """Feature values at points of the logit scale."""
        v = self.low + (self.high - self.low) * expit(x)
        return np.where(x < self.floor_x, 0.0, v)

    def start(self):
        """A straight curve through the median, with about the published SD."""
        mean, median, sd = self.moments
        span = self.high - self.low
        p = np.clip((median - self.low) / span, 1e-7, 0.999)
        if self.feature == "instrumentalness":
            slope = 5.0
        else:
            slopes = np.geomspace(0.05, 6, 120)
            x = logit(p) + slopes[:, None] * self.strata
            sds = (self.low + span * expit(x)).std(axis=1)
            slope = slopes[np.argmin(abs(sds - sd))]
        return np.concatenate([[logit(p)], np.full(len(Z) - 1, np.log(slope))])

    def evaluate(self, theta, grid):
        """Mean, median, SD of the sample, then the distribution function on the (logit) grid."""
        h = PchipInterpolator(Z, curve(theta))
        v = self.value(h(self.strata))
        size = len(v)
        sd = np.sqrt(((v - v.mean()) ** 2).sum() / size * self.n / max(self.n - 1, 1))
        cdf = np.interp(np.maximum(grid, self.floor_x), h(DENSE), ndtr(DENSE), left=0.0, right=1.0)
        return np.concatenate([[v.mean(), np.median(v), sd], cdf])

    def linearise(self, theta, grid):
        """What `evaluate` gives and its derivatives by the unknowns."""
        base = self.evaluate(theta, grid)
        jac = np.empty((len(base), len(theta)))
        for k in range(len(theta)):
            moved = theta.copy()
            moved[k] += 1e-4
            jac[:, k] = (self.evaluate(moved, grid) - base) / 1e-4
        return base, jac


def missing_rows(counts, tests):
    """Listings without features by (corpus, genre): U and delta give the product of the sizes."""
    missing = {}
    for genre, rows in tests.loc["PMD-EMD"].drop("").groupby("genre"):
        product = (2 * rows["mwu_u"] / (rows["cliffs_delta"] + 1)).median()
        pmd, emd = counts["PMD", genre], counts["EMD", genre]
        options = [(abs((pmd - i) * (emd - j) - product), i, j) for i in range(4) for j in range(4)]
        gap, missing["PMD", genre], missing["EMD", genre] = min(options)
        if gap > 0.5:
            raise ValueError(f"no sizes of {genre} near {pmd} and {emd} have product {product}")
    return missing


def assemble(cells, states, targets, smooth):
    """Residuals and Jacobian of all cells of one feature."""
    k = len(Z)
    rows, jac = [], []

    def add(residual, parts):
        line = np.zeros(len(cells) * k)
        for index, gradient in parts:
            line[index * k : (index + 1) * k] += gradient
        rows.append(residual)
        jac.append(line)

    for i, cell in enumerate(cells):
        base, j = states[i]
        mean, median, sd = cell.moments
        limits = [
            (mean, 0.05 * sd),
            (median, (0.1 if cell.n >= 30 else 0.25) * sd),
            (sd, 0.05 * sd),
        ]
        for m, (value, unit) in enumerate(limits):
            weight = 6 / unit
            add((base[m] - value) * weight, [(i, j[m] * weight)])
        if cell.feature == "instrumentalness" and median > 0:
            # A median of 2e-6 matters on the log scale: half of the distribution lies beneath it.
            x = logit((median - cell.low) / (cell.high - cell.low))
            add((cell.theta[0] - x) * 3, [(i, np.eye(k)[0] * 3)])
        # Slopes alike from knot to knot, and hardly held at that of the start.
        d = cell.theta[1:]
        for q in range(k - 2):
            gradient = np.zeros(k)
            gradient[1 + q], gradient[2 + q] = -smooth, smooth
            add((d[q + 1] - d[q]) * smooth, [(i, gradient)])
        for q in range(k - 1):
            gradient = np.zeros(k)
            gradient[1 + q] = 0.03
            add((d[q] - cell.prior) * 0.03, [(i, gradient)])

    cdf = [s[0][3:] for s in states]
    grad = [s[1][3:] for s in states]

    def mass(f):
        return np.diff(f, prepend=0.0, append=1.0)

    def compare(first, second, delta, d, w_delta, w_d):
        f = sum(w * cdf[i] for i, w in first)
        e = sum(w * cdf[i] for i, w in second)
        p, q = mass(f), mass(e)
        below_e = np.concatenate([[0.0], np.cumsum(q)[:-1]]) * 2 + q
        got = (p * below_e).sum() - 1
        below_f = np.concatenate([[0.0], np.cumsum(p)[:-1]]) * 2 + p
        # d delta / d F of the first and of the second distribution on the grid.
        g_first, g_second = below_e[:-1] - below_e[1:], -(below_f[:-1] - below_f[1:])
        parts = [(i, w * (g_first @ grad[i]) * w_delta) for i, w in first]
        parts += [(i, w * (g_second @ grad[i]) * w_delta) for i, w in second]
        add((got - delta) * w_delta, parts)
        at = np.argmax(abs(f - e))
        sign = np.sign(f[at] - e[at])
        parts = [(i, sign * w * grad[i][at] * w_d) for i, w in first]
        parts += [(i, -sign * w * grad[i][at] * w_d) for i, w in second]
        add((abs(f - e)[at] - d) * w_d, parts)

    index = {(c.corpus, c.genre): i for i, c in enumerate(cells)}
    for genre, (delta, d) in targets["genres"].items():
        weight = min(harmonic_size(cells, index, genre), 300) / 300
        compare(
            [(index["PMD", genre], 1.0)],
            [(index["EMD", genre], 1.0)],
            delta,
            d,
            3 / 0.03 * (0.5 + weight),
            0.4 / 0.03 * weight**0.5,
        )
    pools = {}
    for corpus in ["PMD", "EMD", "MSSD"]:
        members = [i for i, c in enumerate(cells) if c.corpus == corpus]
        total = sum(cells[i].n for i in members)
        pools[corpus] = [(i, cells[i].n / total) for i in members]
    for first, second in PAIRS:
        delta, d = targets["overall"][first, second]
        compare(pools[first], pools[second], delta, d, 10 / 0.015, 6 / 0.02)
    for corpus, (at, share) in targets["pooled"].items():
        f = sum(w * cdf[i][at] for i, w in pools[corpus])
        add((f - share) * 300, [(i, w * grad[i][at] * 300) for i, w in pools[corpus]])
    return np.array(rows), np.array(jac)


def harmonic_size(cells, index, genre):
    """Size that says how well a genre's delta and D are known."""
    a, b = cells[index["PMD", genre]].n, cells[index["EMD", genre]].n
    return a * b / (a + b) * 2


def fit_feature(feature, moments, tests, sizes, rounds=60, smooth=SMOOTH):
    """Quantile curves of one feature in every cell, by Levenberg-Marquardt steps."""
    cells = [
        Cell(corpus, genre, feature, n, moments.loc[(corpus, genre, feature)].to_numpy())
        for (corpus, genre), n in sizes.items()
    ]
    third = moments.loc[("MSSD", "", feature)].to_numpy()
    cells.append(Cell("MSSD", "all", feature, 10_000, third))
    for cell in cells:
        cell.prior = cell.theta[1]
    # MSSD prints values under 1e-6, the other corpora zero: the grid begins under the smallest.
    grid = np.linspace(*((-30, 7) if feature == "instrumentalness" else (-9, 7)), 800)
    figures = tests.xs(feature, level="feature")[["cliffs_delta", "ks_d"]]
    targets = {
        "genres": {g: tuple(figures.loc[("PMD-EMD", g)]) for c, g in sizes if c == "PMD"},
        "overall": {(a, b): tuple(figures.loc[(f"{a}-{b}", "")]) for a, b in PAIRS},
        "pooled": {c: (0, share) for c, share in ZEROS.items() if feature == "instrumentalness"},
    }
    damping, k = 1.0, len(Z)
    states = [c.linearise(c.theta, grid) for c in cells]
    residual, jac = assemble(cells, states, targets, smooth)
    cost = residual @ residual
    for turn in range(rounds):
        normal, slope = jac.T @ jac, jac.T @ residual
        move = np.linalg.solve(normal + damping * np.eye(len(normal)), -slope)
        move = np.clip(move, -0.5, 0.5)
        old = [c.theta.copy() for c in cells]
        for i, c in enumerate(cells):
            c.theta = c.theta + move[i * k : (i + 1) * k]
            c.theta[1:] = np.clip(c.theta[1:], c.prior - 3.5, c.prior + 2.2)
        states = [c.linearise(c.theta, grid) for c in cells]
        new_residual, new_jac = assemble(cells, states, targets, smooth)
        new_cost = new_residual @ new_residual
        if new_cost < cost:
            gain = cost - new_cost
            residual, jac, cost, damping = new_residual, new_jac, new_cost, max(damping / 3, 1e-3)
            if gain < 1e-4 * cost:
                break
        else:
            for c, theta in zip(cells, old):
                c.theta = theta
            damping *= 4
            if damping > 1e9:
                break
    print(f"{feature:17s} rounds {turn + 1:3d} cost {cost:9.2f}", flush=True)
    return cells


def fit_marginals(moments, tests, counts):
    """The table of quantiles: one row per corpus, genre and feature."""
    missing = missing_rows(counts, tests)
    sizes = {cell: n - missing[cell] for cell, n in counts.items()}
    rows = []
    for feature in RANGES:
        for cell in fit_feature(feature, moments, tests, sizes):
            # Outermost knots stay off the range's ends by more than the digits written.
            x = np.clip(curve(cell.theta), -28 if cell.low == 0 else -12, 9)
            q = cell.low + (cell.high - cell.low) * expit(x)
            rows.append(
                {
                    "corpus": cell.corpus,
                    "genre": cell.genre,
                    "feature": feature,
                    "low": cell.low,
                    "high": cell.high,
                    "zero_below": cell.zero,
                    "missing": missing.get((cell.corpus, cell.genre), 0),
                }
                | {f"q{u:.7g}": float(f"{v:.6g}") for u, v in zip(LEVELS, q)}
            )
    return pd.DataFrame(rows)


def signed(correlations, moments, counts):
    """Published correlations with signs and reasons; MSSD, without published ones, as PMD."""
    rows = correlations.copy()
    known = {frozenset(sign[:2]): sign[2:] for sign in SIGNS}
    means = moments["mean"].unstack("feature").drop("", level="genre")
    signs, reasons = [], []
    for row in rows.itertuples():
        sign, reason = known.get(frozenset([row.feature_a, row.feature_b]), (0, ""))
        sign = sign[row.corpus] if isinstance(sign, dict) else sign
        if sign == 0:
            m = means.loc[row.corpus]
            w = [counts[row.corpus, genre] for genre in m.index]
            sign = np.sign(np.cov(m[row.feature_a], m[row.feature_b], fweights=w)[0, 1])
            reason = "not agreed: sign of the covariance between the published genre means"
        signs.append(int(sign))
        reasons.append(reason)
    rows["published"] = rows["abs_pearson_r"] * signs
    rows["reason"] = reasons
    third = rows[rows["corpus"] == "PMD"].assign(
        corpus="MSSD", published=np.nan, reason="assumed: as in PMD"
    )
    return pd.concat([rows, third], ignore_index=True).drop(columns="abs_pearson_r")


def stand_in(counts, seed):
    """Listings with the published counts, repeats and shared ids, in random order of genres."""
    rng = np.random.default_rng(seed)
    rows = []
    for genre, (shared, shared_again, again, emd_again) in STRUCTURE.items():
        code = genre[:5]
        n = counts["EMD", genre]
        emd = [f"EMD{code}{k:05d}" for k in range(n - emd_again)]
        emd += list(rng.choice(emd, emd_again, replace=False))
        both = list(rng.choice(emd[: n - emd_again], shared, replace=False))
        own = [
            f"PMD{code}{k:05d}" for k in range(counts["PMD", genre] - shared - shared_again - again)
        ]
        pmd = both + own + list(rng.choice(both, shared_again)) if both else own
        pmd = pmd + list(rng.choice(own, again))
        rows += [("PMD", genre, track) for track in pmd] + [("EMD", genre, track) for track in emd]
    table = pd.DataFrame(rows, columns=["corpus", "genre", "track_id"])
    table = table.sample(frac=1, random_state=rng).sort_values(
        "corpus", ascending=False, kind="stable", ignore_index=True
    )
    people = pd.Series(np.sort(rng.integers(164, size=(table["corpus"] == "PMD").sum())))
    table["participant"] = people.map("P{:03d}".format).reindex(table.index)
    return table


def joined(tracks, parameters, correlations, seed):
    """Listings of the three corpora with their simulated features."""
    drawn = twin.features(tracks, parameters, correlations, seed).drop(columns="source")
    third = twin.mssd(parameters, correlations, seed=seed).drop(columns="source")
    listings = tracks.merge(drawn, on="track_id", how="left", validate="many_to_one")
    return pd.concat([listings, third.assign(corpus="MSSD")], ignore_index=True)


def fit_correlations(table, counts, parameters, rounds=14):
    """Latent correlations with which the drawn listings have the signed published ones."""
    goal = table["published"].fillna(0.0).to_numpy().copy()
    third = (table["corpus"] == "MSSD").to_numpy()
    goal[third] = goal[(table["corpus"] == "PMD").to_numpy()]
    table["latent"] = goal
    n = len(project.FEATURES)
    for turn in range(rounds):
        got = np.zeros(len(table))
        for seed in SEEDS:
            listings = joined(stand_in(counts, seed), parameters, table, seed)
            r = {c: x[project.FEATURES].corr() for c, x in listings.groupby("corpus")}
            got += [r[row.corpus].loc[row.feature_a, row.feature_b] for row in table.itertuples()]
        error = goal - got / len(SEEDS)
        print(
            f"correlations, round {turn}: mean |error| {abs(error).mean():.4f} "
            f"max {abs(error).max():.4f}",
            flush=True,
        )
        table["latent"] = (table["latent"] + error).clip(-0.97, 0.97)
        for corpus, rows in table.groupby("corpus"):
            a, b = (rows[end].map(project.FEATURES.index) for end in ("feature_a", "feature_b"))
            matrix = np.eye(n)
            matrix[a, b] = matrix[b, a] = rows["latent"]
            values, vectors = np.linalg.eigh(matrix)
            # The nearest matrix with no variance under 0.02, back on the unit diagonal.
            matrix = (vectors * np.maximum(values, 0.02)) @ vectors.T
            scale = np.sqrt(np.diag(matrix))
            table.loc[rows.index, "latent"] = (matrix / np.outer(scale, scale))[a, b].round(4)
    return table


def main(only_report):
    reference = project.REFERENCE
    values = pd.read_csv(reference / "published.csv", index_col="key")["value"]
    counts = pd.read_csv(reference / "genre_counts.csv").groupby(["corpus", "genre"])["n"].sum()
    counts = counts.to_dict()
    if not only_report:
        moments, tests, correlations = tables_of(values)
        parameters = fit_marginals(moments, tests, counts)
        parameters.to_csv(reference / "twin_parameters.csv", index=False)
        table = fit_correlations(signed(correlations, moments, counts), counts, parameters)
        table.to_csv(reference / "twin_correlations.csv", index=False)
    parameters = pd.read_csv(reference / "twin_parameters.csv")
    correlations = pd.read_csv(reference / "twin_correlations.csv")
    # A seed the fit has not seen.
    listings = joined(stand_in(counts, 2026), parameters, correlations, 2026)
    table = twin.report(listings, values)
    print(twin.summary(table).round(4).to_string(index=False))
    unmet = table[table["met"].eq(False).fillna(False)]
    print(f"{len(unmet)} figures outside their tolerance")
    if len(unmet):
        print(unmet.to_string(index=False))


if __name__ == "__main__":
    main("--report" in sys.argv[1:])
