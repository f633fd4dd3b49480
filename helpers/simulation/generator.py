"""Make the synthetic twin's tables in data/twin: simulated corpora with the published counts.

    python -m helpers.simulation.generator           write tracks, features, mssd and the report
    python -m helpers.simulation.generator FOLDER    write them somewhere else

Reads the study's printed figures and counts and the parameters that `helpers.simulation.fit` fitted, all in
data/reference, and prints how near the twin comes. Takes ten seconds; the same seed gives the same
tables, value for value, and a test compares them with the shipped ones.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import corpora, ledger, project
from helpers.project import FEATURES
from helpers.simulation.twin import SEED

# Places of the slip in the published EMD genre file: these rows repeat the ones just before them.
SLIP = 7249
# Chance that a listener's next track takes the genre of one of their own earlier tracks; chosen so
# that windows of eleven rows are as uniform, and neighbours as often of one genre, as in the
# study's file.
LOYALTY = 0.57


def list_sizes(n_participants, total, sd, smallest, largest):
    """Sizes of the participants' lists with a given sum, spread and range.

    Parameters
    ----------
    n_participants, total : int
    sd : float
        Sample standard deviation to come near to.
    smallest, largest : int
        Each is taken by one list.

    Returns
    -------
    ndarray of int, shape (n_participants,)

    """
    from scipy.stats import norm

    middle = n_participants - 2
    z = norm.ppf((np.arange(middle) + 0.5) / middle)
    rest = total - smallest - largest

    def sizes(spread):
        ideal = np.clip(rest / middle + spread * z, smallest, largest)
        inner = np.round(ideal).astype(int)
        short = rest - inner.sum()
        # What rounding left over goes to the lists in the middle, which the spread feels least.
        order = np.argsort(np.abs(z))[: abs(short)]
        inner[order] += np.sign(short)
        return np.concatenate([[smallest], inner, [largest]])

    spreads = np.linspace(0, sd, 400)
    return sizes(min(spreads, key=lambda spread: abs(sizes(spread).std(ddof=1) - sd)))


def _loyal_order(genres, sizes, rng):
    """Deal a multiset of genres to lists of given sizes so that a list keeps to its genres."""
    left = pd.Series(genres).value_counts()
    names, left = left.index.to_numpy(), left.to_numpy().copy()
    dealt = []
    for size in rng.permutation(sizes):
        own = np.zeros(len(names), int)
        for _ in range(size):
            pool = own * (left > 0) if rng.random() < LOYALTY else left
            pool = pool if pool.any() else left
            pick = rng.choice(len(names), p=pool / pool.sum())
            own[pick] += 1
            left[pick] -= 1
            dealt.append(names[pick])
    return dealt


def _pain_corpus(counts, structure, rng):
    n_participants = int(structure["poster.participants"])
    studies = counts.groupby("study", sort=False)["n"].sum()
    sizes = list_sizes(
        n_participants,
        int(studies.sum()),
        structure["corpora.tracks_per_participant.sd"],
        int(structure["corpora.tracks_per_participant.min"]),
        int(structure["corpora.tracks_per_participant.max"]),
    )
    edges = studies.to_numpy().cumsum()[:-1]
    # No list is cut: the lists are shuffled until each study's sum falls on the end of one.
    while not np.isin(edges, np.cumsum(sizes)).all():
        sizes = rng.permutation(sizes)
    sizes = np.split(sizes, np.flatnonzero(np.isin(np.cumsum(sizes), edges)) + 1)
    tables = []
    for (study, rows), own in zip(counts.groupby("study", sort=False), sizes, strict=True):
        genres = _loyal_order(np.repeat(rows["genre"].to_numpy(), rows["n"]), own, rng)
        names = [f"{study}-S{k + 1:03d}" for k in range(len(own))]
        tables.append(
            pd.DataFrame({"study": study, "genre": genres, "participant": np.repeat(names, own)})
        )
    return pd.concat(tables, ignore_index=True)


def _everyday_corpus(counts, slip, rng):
    """Genres of the EMD listings in file order, with the slip of the published file."""
    counts = counts.set_index("genre")["n"]
    block = rng.permutation(np.repeat(slip.index, slip))
    # One track of the block is listed as Country first and as Rock when it comes again.
    again = block.copy()
    again[np.flatnonzero(block == "Country")[0]] = "Rock"
    left = counts - pd.Series([*block, *again]).value_counts().reindex(counts.index, fill_value=0)
    rest = rng.permutation(np.repeat(left.index, left))
    before = SLIP - len(block)
    return np.concatenate([rest[:before], block, again, rest[before:]])


def tracks(counts, structure, sharing, seed):
    """Simulate the listings of both corpora.

    Parameters
    ----------
    counts : DataFrame
        Published listings per corpus, study and genre (columns corpus, study, genre, n), met
        exactly.
    structure : Series
        Published values by key: the participants and the sizes of their lists.
    sharing : DataFrame
        Per genre the tracks PMD shares with EMD, the PMD rows that repeat a shared and another
        track, and the EMD tracks in the slip: columns genre, shared, repeats_of_shared,
        other_repeats, slip.
    seed : int

    Returns
    -------
    DataFrame
        A `tracks` table with `source` "simulated twin".

    """
    rng = np.random.default_rng(seed)
    sharing = sharing.set_index("genre")
    genre = _everyday_corpus(counts[counts["corpus"] == "EMD"], sharing["slip"], rng)
    n_slip = int(sharing["slip"].sum())
    number = np.arange(len(genre))
    number[SLIP : SLIP + n_slip] -= n_slip
    emd = pd.DataFrame({"number": number, "genre": genre, "row": np.arange(len(genre))})
    # The block that the slip displaced has no genres, and one row of the tracks file has no id.
    lost = pd.DataFrame({"number": len(genre) + np.arange(n_slip + 1), "genre": None})
    emd = pd.concat([emd, lost.assign(row=np.arange(len(lost)))], ignore_index=True)
    emd["track_id"] = emd["number"].map("simulatedEMD{:010d}".format)
    emd["artist"] = _artists(emd["genre"].fillna("unknown"), rng)
    emd["artist"] = emd.groupby("track_id")["artist"].transform("first")
    emd.loc[len(emd) - 1, "track_id"] = None

    pmd = _pain_corpus(counts[counts["corpus"] == "PMD"], structure, rng)
    pmd["row"] = np.arange(len(pmd))
    pmd["track_id"] = pmd["row"].map("simulatedPMD{:010d}".format)
    pmd["artist"] = _artists(pmd["genre"], rng)
    pmd = _share_and_repeat(pmd, emd[: SLIP - n_slip], sharing, rng)
    # Two listings of the published file have no artist.
    pmd.loc[rng.choice(len(pmd), 2, replace=False), "artist"] = None
    table = pd.concat([pmd.assign(corpus="PMD"), emd.assign(corpus="EMD")], ignore_index=True)
    title = "Simulated track " + table["track_id"].str.slice(9).fillna("without id")
    return table.assign(title=title, source="simulated twin")


def _artists(genre, rng):
    # A few artists have many tracks and most have one or two, as in charts.
    number = (rng.pareto(1.2, len(genre)) * 60).astype(int) % 3000
    return "Simulated artist " + genre + pd.Series(number, genre.index).map(" {:04d}".format)


def _share_and_repeat(pmd, emd, sharing, rng):
    """Give PMD rows the identity of EMD tracks of their genre (shared) and of one another."""
    columns = ["track_id", "artist"]
    identity, theirs = pmd[columns].to_numpy(object), emd[columns].to_numpy(object)
    chosen = {}
    for genre, n in sharing.iterrows():
        rows = rng.permutation(np.flatnonzero(pmd["genre"] == genre))
        parts = np.split(rows, np.cumsum(n[["shared", "repeats_of_shared", "other_repeats"]]))
        shared, again, other, rest = parts
        pool = rng.permutation(np.flatnonzero(emd["genre"] == genre))
        identity[shared] = theirs[pool[: len(shared)]]
        for repeats, originals in ((again, shared), (other, rest)):
            if len(repeats):
                identity[repeats] = identity[rng.choice(originals, len(repeats))]
        chosen[genre] = (shared, again)
    # One track is listed under two genres; its second listing repeats a track of another genre.
    identity[chosen["Hip Hop"][1][0]] = identity[chosen["Pop"][0][0]]
    pmd[columns] = identity
    return pmd


def quantiles(curve, u):
    """Values of one feature in one genre of one corpus at given probabilities.

    A monotone curve (PCHIP) runs through the fitted quantiles, on the logit scale of the feature's
    range against the normal score: log-like near the lower end, so a straight one is logit-normal.

    Parameters
    ----------
    curve : Series
        One row of the parameters: `low` and `high` (the range), `zero_below` (smaller values are
        given as 0, as Spotify does) and the quantiles, named `q` and their probability.
    u : ndarray
        Probabilities in [0, 1].

    Returns
    -------
    ndarray
        Shaped like `u`, in the feature's unit (0..1, dB or BPM).

    References
    ----------
    Fritsch & Carlson (1980), Monotone piecewise cubic interpolation.

    """
    from scipy.interpolate import PchipInterpolator
    from scipy.special import expit, logit, ndtri

    knots = curve.filter(regex="^q").astype(float)
    levels = knots.index.str[1:].astype(float)
    span = curve["high"] - curve["low"]
    line = PchipInterpolator(ndtri(levels), logit((knots.to_numpy() - curve["low"]) / span))
    values = curve["low"] + span * expit(line(ndtri(np.clip(u, levels[0], levels[-1]))))
    return np.where(values < curve["zero_below"], 0.0, values)


def _scores(first, correlations, rho, rng):
    """Correlated normal scores of the tracks; those of one participant share a part of theirs."""
    scores = np.full((len(first), len(FEATURES)), np.nan)
    people = first.get("participant", first["track_id"]).fillna(first["track_id"])
    for corpus, rows in first.groupby("corpus").indices.items():
        pairs = correlations.set_index("corpus").loc[[corpus]]
        a, b = (pairs[end].map(FEATURES.index) for end in ("feature_a", "feature_b"))
        matrix = np.eye(len(FEATURES))
        matrix[a, b] = matrix[b, a] = pairs["latent"]
        group = pd.factorize(people.iloc[rows])[0]
        shared, own = rng.standard_normal((2, len(rows), len(FEATURES)))
        draw = np.sqrt(rho) * shared[group] + np.sqrt(1 - rho) * own
        if len(rows) > 10 * len(FEATURES):
            # Chance correlations are taken out, so that a draw differs less from the fit.
            draw = np.linalg.solve(np.linalg.cholesky(np.cov(draw.T)), (draw - draw.mean(0)).T).T
        scores[rows] = draw @ np.linalg.cholesky(matrix).T
    return scores


def _nearest(slots, values):
    """Positions of the nearest of the sorted slots."""
    return np.searchsorted((slots[1:] + slots[:-1]) / 2, values)


def _deal(slots, weight, scores):
    """Deal slots in the order of the scores: a track takes the middle of its `weight` slots.

    Repeated tracks keep out of the last few slots, where their middle would lose spread.
    """
    tail = min(0.25, 3 / len(scores))
    inner = np.clip(scores, *np.quantile(scores, [tail, 1 - tail]))
    order = np.argsort(np.where(weight > 1, inner, scores), kind="stable")
    middle = np.cumsum(weight[order]) - weight[order] / 2 - 0.5
    dealt = np.empty(len(order))
    dealt[order] = np.interp(middle, np.arange(len(slots)), slots)
    return dealt


def _fill_cell(values, scores, weight, slots, shared, other):
    """Values of one feature for the tracks of one cell, a stratum (slot) a listing.

    Tracks that a smaller cell has filled take the slots nearest to their values. Tracks `shared`
    with a larger cell are dealt slots near to slots of that cell (`other`), the rest what is left.
    """
    free = np.isnan(values)
    taken = np.sort(np.repeat(values[~free], weight[~free]))
    step = np.arange(len(taken))
    # One slot each, in order: crowded ones move up, those past the end move back.
    nearest = np.maximum.accumulate(_nearest(slots, taken) - step) + step
    slots = np.delete(slots, np.minimum(nearest, len(slots) - len(taken) + step))
    both, rest, filled = free & shared, free & ~shared, values.copy()
    if both.any():
        size = weight[both].sum()
        gap = np.abs(other[_nearest(other, slots)] - slots)
        enough = max(size, (gap <= 0.1 * other.std()).sum())
        fit = np.sort(np.argsort(gap, kind="stable")[:enough])
        chosen = fit[((np.arange(size) + 0.5) * len(fit) / size).astype(int)]
        filled[both] = _deal(slots[chosen], weight[both], scores[both])
        slots = np.delete(slots, chosen)
    if rest.any():
        filled[rest] = _deal(slots, weight[rest], scores[rest])
    return filled


def features(tracks, parameters, correlations, seed, rho=0.1):
    """Simulate the audio features of the tracks of any corpora that the parameters describe.

    Marginals are quantile-stratified over the listings of each corpus and genre, so means, SDs and
    medians of the listings come out as fitted; a Gaussian copula gives the correlations. A track
    of two corpora or genres has one row: the smaller cell sets its values, near to strata of the
    larger one, which gives up the nearest. Where most of a small cell is shared although the
    corpora differ much, both cannot be met: `report` shows it.

    Parameters
    ----------
    tracks : DataFrame
        Listings or unique tracks: track_id, corpus, genre and, if known, participant (nullable).
        Rows without id or genre get no features; nor do as many tracks as `parameters` says.
    parameters : DataFrame
        One row per corpus, genre and feature, as `helpers.simulation.fit` writes it.
    correlations : DataFrame
        Latent correlations by corpus: corpus, feature_a, feature_b, latent.
    seed : int or sequence of int
    rho : float
        Intraclass correlation of the latent scores within a participant, assumed, not published.

    Returns
    -------
    DataFrame
        One row per track_id: the nine features (0..1, dB, BPM; rounded as Spotify does) and source.

    Raises
    ------
    ValueError
        If a genre of a corpus has no parameters.

    References
    ----------
    Nelsen (2006), An Introduction to Copulas.

    """
    rng = np.random.default_rng(seed)
    curves = parameters.set_index(["corpus", "genre", "feature"]).sort_index()
    listed = tracks.dropna(subset=["track_id", "genre"])
    cells = pd.MultiIndex.from_frame(listed[["corpus", "genre"]])
    for corpus, genre in cells.difference(curves.index.droplevel("feature")):
        raise ValueError(
            f"No twin parameters for genre {genre!r} of corpus {corpus!r}. "
            "Correct the genre, or fit it: python -m helpers.simulation.fit"
        )
    alone = listed.drop_duplicates("track_id", keep=False).sample(frac=1, random_state=rng)
    quota = curves["missing"].groupby(["corpus", "genre"]).first()
    quota = quota.reindex(pd.MultiIndex.from_frame(alone[["corpus", "genre"]])).to_numpy()
    lost = alone["track_id"][alone.groupby(["corpus", "genre"]).cumcount() < quota]
    listed = listed[~listed["track_id"].isin(lost)]
    first = listed.drop_duplicates("track_id").reset_index(drop=True)
    scores = _scores(first, correlations, rho, rng)
    values = np.full(scores.shape, np.nan)
    cells = sorted(listed.groupby(["corpus", "genre"]), key=lambda item: len(item[1]))
    slots = {
        cell: [
            quantiles(curves.loc[(*cell, name)], (np.arange(len(rows)) + 0.5) / len(rows))
            for name in FEATURES
        ]
        for cell, rows in cells
    }
    for turn, (cell, rows) in enumerate(cells):
        count = rows["track_id"].value_counts(sort=False)
        at, weight = pd.Index(first["track_id"]).get_indexer(count.index), count.to_numpy()
        # The largest of the later cells of this genre, if any, is the one to agree with.
        same = [item for item in cells[turn + 1 :] if item[0][1] == cell[1]] or [(cell, rows[:0])]
        shared = count.index.isin(same[-1][1]["track_id"])
        for k in range(len(FEATURES)):
            values[at, k] = _fill_cell(
                values[at, k], scores[at, k], weight, slots[cell][k], shared, slots[same[-1][0]][k]
            )
    table = pd.DataFrame(values, columns=FEATURES).round({"loudness": 3, "tempo": 3})
    for name in set(FEATURES) - {"loudness", "tempo"}:
        table[name] = table[name].map("{:.3g}".format).astype(float)
    return table.assign(source="simulated twin").set_axis(first["track_id"]).reset_index()


def mssd(parameters, correlations, n=10_000, seed=0):
    """Simulate the third corpus, MSSD: `n` tracks of no known genre, from its published moments.

    Parameters
    ----------
    parameters, correlations : DataFrame
        As for `features`; MSSD has rows of genre "all". Its correlations are assumed.
    n, seed : int

    Returns
    -------
    DataFrame
        As of `features`, `n` rows.

    """
    ids = [f"simulatedMSSD{number:09d}" for number in range(n)]
    tracks = pd.DataFrame({"track_id": ids, "corpus": "MSSD", "genre": "all"})
    return features(tracks, parameters, correlations, [seed, 3])


def report(listings, published):
    """Compare the twin with the published figures, tolerance by tolerance.

    Parameters
    ----------
    listings : DataFrame
        Listings of PMD, EMD and MSSD joined to their features: corpus, genre, the nine features.
    published : Series
        Published values by the ledger's keys, differences as target minus reference.

    Returns
    -------
    DataFrame
        As `helpers.simulation.twin.report` explains it, tolerances and columns.

    References
    ----------
    Cliff (1993), Dominance statistics: ordinal analyses to answer ordinal questions.

    """
    from scipy.stats import ks_2samp, mannwhitneyu

    statistics = {
        "mean": np.mean,
        "median": np.median,
        "sd": lambda x: x.std(),
        "abs_pearson": lambda a, b: abs(a.corr(b)),
        "cliffs_delta": lambda a, b: 2 * mannwhitneyu(a, b).statistic / len(a) / len(b) - 1,
        "ks_d": lambda a, b: ks_2samp(a, b, method="asymp").statistic,
    }
    groups = dict([*listings.groupby(["corpus"]), *listings.groupby(["corpus", "genre"])])
    rows = []
    wanted = rf"^(features|compare)\.({'|'.join(statistics)})\."
    for key, value in published.filter(regex=wanted).items():
        what, corpus, *genre, feature = key.split(".")[1:]
        samples = [
            groups[code, *genre][name].dropna()
            for code in corpus.split("-")
            for name in feature.split("-")
        ]
        sd = published.get(key.replace(f".{what}.", ".sd."), np.nan)
        limit = {
            "mean": 0.05 * sd,
            "sd": 0.05 * sd,
            "median": (0.1 if len(samples[0]) >= 30 else 0.25) * sd,
            "cliffs_delta": np.nan if genre else 0.015,
            "ks_d": np.nan if genre else 0.02,
        }
        rows.append(
            (
                f"{'genre' if genre else 'overall'} {what}",
                corpus,
                *(genre or [None]),
                feature,
                value,
                statistics[what](*samples),
                limit.get(what, np.nan),
            )
        )
    table = pd.DataFrame(
        rows, columns=["tolerance", "corpus", "genre", "feature", "published", "twin", "limit"]
    )
    deltas = table[table["tolerance"] == "genre cliffs_delta"]
    error = (deltas["twin"] - deltas["published"]).abs().mean()
    table.loc[len(table)] = ["genre deltas, mean error", "PMD-EMD", None, None, 0.0, error, 0.06]
    table["error"] = (table["twin"] - table["published"]) / table["limit"].fillna(1)
    signed = table["tolerance"] == "overall cliffs_delta"
    met = (table["error"].abs() <= 1) & (~signed | (table["twin"] * table["published"] > 0))
    return table.assign(met=met.astype("boolean").mask(table["limit"].isna()))


def summary(table):
    """Figures, how many have a limit and meet it, mean and worst |error| by tolerance of `report`.

    Parameters
    ----------
    table : DataFrame
        As `report` returns it.

    Returns
    -------
    DataFrame
        One row per tolerance; errors in units of its limit, or plain where none is set.

    """
    size = table.assign(error=table["error"].abs()).groupby("tolerance", sort=False)
    return size.agg(
        figures=("error", "size"),
        limited=("met", "count"),
        met=("met", "sum"),
        mean_error=("error", "mean"),
        worst=("error", "max"),
    ).reset_index()


def make(seed=SEED):
    """The twin of a seed: `tracks`, `features`, `mssd` and the `report` on them."""
    fitted = ledger.reference("twin_parameters"), ledger.reference("twin_correlations")
    published = ledger.published()["value"]
    rows = tables.tidy_tracks(
        tracks(
            ledger.reference("genre_counts"), published, ledger.reference("twin_structure"), seed
        )
    )
    drawn, third = features(rows, *fitted, seed), mssd(*fitted, seed=seed)
    listings = pd.concat(
        [rows.dropna(subset="genre").merge(drawn, "left", "track_id"), third.assign(corpus="MSSD")]
    )
    return {"tracks": rows, "features": drawn, "mssd": third, "report": report(listings, published)}


def main(folder):
    made = make()
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in made.items():
        table.to_parquet(
            folder / f"{name}.parquet", compression="zstd", compression_level=19, index=False
        )
    print(summary(made["report"]).round(4).to_string(index=False))
    print(f"Simulated with seed {SEED}: {', '.join(made)} in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else project.TWIN)
