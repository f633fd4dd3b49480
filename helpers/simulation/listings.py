"""Simulated listings of both corpora: the published counts, the structure of their files."""

import numpy as np
import pandas as pd

SOURCE = "simulated twin"
# Places of the slip in the published EMD genre file: these rows repeat the ones just before them.
SLIP = 7249
# Chance that a listener's next track takes the genre of one of their own earlier tracks; chosen so
# that windows of eleven rows are as uniform, and neighbours as often of one genre, as in the
# study's file.
LOYALTY = 0.57
LARGEST_ARTIST_NUMBER = 3000
LISTINGS_WITHOUT_ARTIST = 2
# Spreads that are tried for the sizes of lists.
SPREADS = 400


def list_sizes(
    n_participants: int, total: int, sd: float, smallest: int, largest: int
) -> np.ndarray:
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

    n_middle = n_participants - 2
    scores = norm.ppf((np.arange(n_middle) + 0.5) / n_middle)
    rest = total - smallest - largest

    def sizes(spread: float) -> np.ndarray:
        ideal = np.clip(rest / n_middle + spread * scores, smallest, largest)
        inner = np.round(ideal).astype(int)
        short = rest - inner.sum()
        # What rounding left over goes to the lists in the middle, which the spread feels least.
        order = np.argsort(np.abs(scores))[: abs(short)]
        inner[order] += np.sign(short)
        return np.concatenate([[smallest], inner, [largest]])

    spreads = np.linspace(0, sd, SPREADS)
    nearest = min(spreads, key=lambda spread: abs(sizes(spread).std(ddof=1) - sd))
    return sizes(nearest)


def _deal_genres(genres: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Deal a multiset of genres to lists of given sizes so that a list keeps to its genres."""
    counts = pd.Series(genres).value_counts()
    names = counts.index.to_numpy()
    left = counts.to_numpy().copy()
    dealt = []
    for size in rng.permutation(sizes):
        own = np.zeros(len(names), int)
        for _ in range(size):
            pool = left
            if rng.random() < LOYALTY:
                pool = np.where(left > 0, own, 0)
            if not pool.any():
                pool = left
            pick = rng.choice(len(names), p=pool / pool.sum())
            own[pick] += 1
            left[pick] -= 1
            dealt.append(names[pick])
    return dealt


def _pain_corpus(
    counts: pd.DataFrame, structure: pd.Series, rng: np.random.Generator
) -> pd.DataFrame:
    """Study, genre and participant of the PMD listings, one list after the other."""
    studies = counts.groupby("study", sort=False)["n"].sum()
    sizes = list_sizes(
        int(structure["poster.participants"]),
        int(studies.sum()),
        structure["corpora.tracks_per_participant.sd"],
        int(structure["corpora.tracks_per_participant.min"]),
        int(structure["corpora.tracks_per_participant.max"]),
    )
    edges = studies.to_numpy().cumsum()[:-1]
    # No list is cut: the lists are shuffled until each study's sum falls on the end of one.
    while not np.isin(edges, np.cumsum(sizes)).all():
        sizes = rng.permutation(sizes)
    ends = np.flatnonzero(np.isin(np.cumsum(sizes), edges)) + 1
    tables = []
    by_study = counts.groupby("study", sort=False)
    for (study, rows), own in zip(by_study, np.split(sizes, ends), strict=True):
        genres = _deal_genres(np.repeat(rows["genre"].to_numpy(), rows["n"]), own, rng)
        names = [f"{study}-S{number:03d}" for number in range(1, len(own) + 1)]
        participants = np.repeat(names, own)
        tables.append(pd.DataFrame({"study": study, "genre": genres, "participant": participants}))
    return pd.concat(tables, ignore_index=True)


def _everyday_genres(counts: pd.DataFrame, slip: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Genres of the EMD listings in file order, with the slip of the published file."""
    published = counts.set_index("genre")["n"]
    block = rng.permutation(np.repeat(slip.index, slip))
    # One track of the block is listed as Country first and as Rock when it comes again.
    again = block.copy()
    again[np.flatnonzero(block == "Country")[0]] = "Rock"
    dealt = pd.Series([*block, *again]).value_counts().reindex(published.index, fill_value=0)
    left = published - dealt
    rest = rng.permutation(np.repeat(left.index, left))
    before = SLIP - len(block)
    return np.concatenate([rest[:before], block, again, rest[before:]])


def _everyday_corpus(
    counts: pd.DataFrame, slip: pd.Series, rng: np.random.Generator
) -> pd.DataFrame:
    """The EMD listings: those of the genre file, then those that the slip displaced."""
    genre = _everyday_genres(counts, slip, rng)
    n_slip = int(slip.sum())
    number = np.arange(len(genre))
    number[SLIP : SLIP + n_slip] -= n_slip
    listed = pd.DataFrame({"number": number, "genre": genre, "row": np.arange(len(genre))})
    # The block that the slip displaced has no genres, and one row of the tracks file has no id.
    lost = pd.DataFrame({"number": len(genre) + np.arange(n_slip + 1), "genre": None})
    lost["row"] = np.arange(len(lost))
    table = pd.concat([listed, lost], ignore_index=True)
    table["track_id"] = table["number"].map("simulatedEMD{:010d}".format)
    table["artist"] = _artists(table["genre"].fillna("unknown"), rng)
    table["artist"] = table.groupby("track_id")["artist"].transform("first")
    table.loc[len(table) - 1, "track_id"] = None
    return table


def tracks(
    counts: pd.DataFrame, structure: pd.Series, sharing: pd.DataFrame, seed: int
) -> pd.DataFrame:
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
    emd = _everyday_corpus(counts[counts["corpus"] == "EMD"], sharing["slip"], rng)
    pmd = _pain_corpus(counts[counts["corpus"] == "PMD"], structure, rng)
    pmd["row"] = np.arange(len(pmd))
    pmd["track_id"] = pmd["row"].map("simulatedPMD{:010d}".format)
    pmd["artist"] = _artists(pmd["genre"], rng)
    first_of_slip = SLIP - int(sharing["slip"].sum())
    pmd = _share_and_repeat(pmd, emd[:first_of_slip], sharing, rng)
    unnamed = rng.choice(len(pmd), LISTINGS_WITHOUT_ARTIST, replace=False)
    pmd.loc[unnamed, "artist"] = None
    table = pd.concat([pmd.assign(corpus="PMD"), emd.assign(corpus="EMD")], ignore_index=True)
    title = "Simulated track " + table["track_id"].str.slice(9).fillna("without id")
    return table.assign(title=title, source=SOURCE)


def _artists(genre: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Made-up artists of one genre each: a few have many tracks, most one or two, as in charts."""
    number = (rng.pareto(1.2, len(genre)) * 60).astype(int) % LARGEST_ARTIST_NUMBER
    return "Simulated artist " + genre + pd.Series(number, genre.index).map(" {:04d}".format)


def _share_and_repeat(
    pmd: pd.DataFrame, emd: pd.DataFrame, sharing: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Give PMD rows the identity of EMD tracks of their genre (shared) and of one another."""
    columns = ["track_id", "artist"]
    identity = pmd[columns].to_numpy(object)
    theirs = emd[columns].to_numpy(object)
    shared_rows, repeating_rows = {}, {}
    for genre, n in sharing.iterrows():
        rows = rng.permutation(np.flatnonzero(pmd["genre"] == genre))
        ends = np.cumsum(n[["shared", "repeats_of_shared", "other_repeats"]])
        shared, again, other, rest = np.split(rows, ends)
        pool = rng.permutation(np.flatnonzero(emd["genre"] == genre))
        identity[shared] = theirs[pool[: len(shared)]]
        for repeats, originals in ((again, shared), (other, rest)):
            if len(repeats):
                identity[repeats] = identity[rng.choice(originals, len(repeats))]
        shared_rows[genre], repeating_rows[genre] = shared, again
    # One track is listed under two genres; its second listing repeats a track of another genre.
    identity[repeating_rows["Hip Hop"][0]] = identity[shared_rows["Pop"][0]]
    pmd[columns] = identity
    return pmd
