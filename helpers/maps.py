"""Maps of a corpus by UMAP, and two corpora compared in the full space, which no map distorts."""

import platform
from importlib.metadata import version

import numpy as np
import pandas as pd

from helpers import compare, corpora, paths

LIBRARIES = ("umap-learn", "pynndescent", "numba", "llvmlite", "numpy", "scipy", "scikit-learn")


def complete_rows(tracks, *tables, at_most=None, seed=42):
    """The listings with a genre whose track has a complete row in every table given.

    Parameters
    ----------
    tracks : DataFrame
    *tables : DataFrame or None
        One row a track id; a table that is absent (`None`) asks for nothing.
    at_most : int, optional
        Listings a corpus; of a larger one a random sample is taken.
    seed : int
        Of that sample.

    Returns
    -------
    DataFrame
        Rows of `tracks` in their order, repeats kept.

    Notes
    -----
    Notebook: 06_embedding_map
    """
    listed = corpora.as_published(tracks)
    for table in (table for table in tables if table is not None):
        listed = listed[listed["track_id"].isin(table.dropna()["track_id"])]
    if at_most:
        shuffled = listed.sample(frac=1, random_state=seed)
        listed = shuffled.groupby("corpus").head(at_most).sort_index()
    return listed


def vectors(rows, table):
    """One row of numbers a listing, as the study fed them to UMAP.

    Parameters
    ----------
    rows : DataFrame
        Listings, such as `complete_rows` gives them.
    table : DataFrame
        `features` or `embeddings`.

    Returns
    -------
    ndarray, shape (listings, 9 or 512)
        Audio features standardised over these rows (mean 0, SD 1); embeddings as they are.

    Raises
    ------
    ValueError
        If the track of a listing has no row in the table.

    Notes
    -----
    Notebook: 06_embedding_map
    """
    from sklearn.preprocessing import StandardScaler

    known = table.drop(columns="source").set_index("track_id")
    if len(lost := rows["track_id"][~rows["track_id"].isin(known.index)]):
        raise ValueError(f"{lost.iloc[0]!r} is not in the table: take listings of `complete_rows`")
    values = known.loc[rows["track_id"]].to_numpy()
    return StandardScaler().fit_transform(values) if "energy" in known else values


def _umap(values, seed, n_neighbors):
    import threadpoolctl
    import umap
    from numba.core.dispatcher import Dispatcher

    # umap-learn does not ask numba to keep what it compiles, which takes longer than a small fit.
    for module in (umap.umap_, umap.utils, umap.layouts):
        for compiled in vars(module).values():
            if isinstance(compiled, Dispatcher):
                compiled.enable_caching()
    # A seeded fit has one thread; so has its linear algebra, or the last digits would wander.
    with threadpoolctl.threadpool_limits(1):
        return umap.UMAP(n_neighbors=n_neighbors, random_state=seed, n_jobs=1).fit_transform(values)


def fits(jobs, n_jobs=2):
    """Coordinates of several UMAPs, fitted in parallel processes and each only once.

    A fit is kept in the user's cache folder under a key of its vectors, its parameters and the
    versions of the libraries.

    Parameters
    ----------
    jobs : sequence of (ndarray, int, int)
        Vectors, seed and n_neighbors of each fit; all else is umap-learn's default.
    n_jobs : int
        Fits at the same time.

    Returns
    -------
    list of ndarray of float32, shape (n, 2)
        Each equal to ``umap.UMAP(random_state=seed).fit_transform(vectors)``.

    References
    ----------
    McInnes, Healy & Melville (2018), arXiv:1802.03426.

    Notes
    -----
    Notebook: 06_embedding_map
    """
    import joblib

    made_by = [platform.machine(), platform.python_version(), *map(version, LIBRARIES)]
    files = [paths.cache_dir() / "maps" / f"{joblib.hash((*job, made_by))}.f32" for job in jobs]
    todo = {file: job for file, job in zip(files, jobs, strict=True) if not file.is_file()}
    # The largest first, so that no core waits for it alone at the end.
    todo = dict(sorted(todo.items(), key=lambda item: -item[1][0].size))
    # Without memory maps: numba compiles anew for an array it may not write to.
    run = joblib.Parallel(max(1, min(n_jobs, len(todo))), max_nbytes=None)
    for file, xy in zip(todo, run(joblib.delayed(_umap)(*job) for job in todo.values())):
        paths.write_atomic(file, xy.tobytes())
    return [np.fromfile(file, np.float32).reshape(-1, 2) for file in files]


def separation(values, in_target, groups, n_replicates=500, seed=42, level=0.95):
    """How well a classifier tells two corpora apart on tracks of groups it has not seen.

    Logistic regression with equal weight for both corpora, five folds, no group in two of them.

    Parameters
    ----------
    values : ndarray, shape (n, d)
        Columns scaled alike; float32 is fast and enough.
    in_target : array of bool, shape (n,)
    groups : array, shape (n,)
        What belongs together: the artist, or a block of consecutive rows.
    n_replicates, seed : int
        Bootstrap of whole groups; the folds.
    level : float

    Returns
    -------
    tuple of float
        AUC of the out-of-fold scores, chance 0.5, and the ends of its interval, which takes the
        classifiers as given and so is too short: ``benchmarks/two_sample_uniformity.py`` says by
        how much. `mmd_test` is the test.

    References
    ----------
    Lopez-Paz & Oquab (2017), Revisiting classifier two-sample tests, ICLR.

    Notes
    -----
    Notebook: 06_embedding_map
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    # Balanced: the share of a corpus differs between folds and would shift their scores.
    model = LogisticRegression(class_weight="balanced", max_iter=500, tol=1e-3)
    folds = GroupKFold(5, shuffle=True, random_state=seed)
    score = pd.DataFrame({"score": cross_val_predict(model, values, in_target, groups=groups,
                                                     cv=folds, method="decision_function")})
    drawn = [np.ones(len(score)), *compare.cluster_bootstrap(groups, n_replicates, seed)]
    auc = (compare.bootstrap_deltas(score[in_target], score[~in_target], ["score"], [
        (weight[in_target], weight[~in_target]) for weight in drawn])["score"] + 1) / 2
    return auc[0], *auc[1:].quantile([(1 - level) / 2, (1 + level) / 2])


def mmd_test(values, in_target, groups, n_permutations=999, seed=42, frequencies=256):
    """Squared maximum mean discrepancy of two corpora, tested by permuting whole groups.

    Gaussian kernel, its width the median distance of random pairs, written as random Fourier
    features: every track is used. What changes places: the tracks of a group as one, with a group
    of as many tracks; where both corpora hold a group, its tracks among themselves.
    ``benchmarks/two_sample_uniformity.py`` shows that p is uniform where nothing differs.

    Parameters
    ----------
    values, in_target, groups, seed
        As in `separation`.
    n_permutations : int
    frequencies : int
        Random frequencies; more come nearer to the exact kernel.

    Returns
    -------
    tuple of float
        Unbiased MMD^2, the mean and the 95th percentile of its null, and p, in which the observed
        arrangement counts as one of the permutations.

    References
    ----------
    Gretton et al. (2012), JMLR 13:723; Rahimi & Recht (2007), NIPS; Phipson & Smyth (2010).

    Notes
    -----
    Notebook: 06_embedding_map
    """
    rng, code = np.random.default_rng(seed), pd.factorize(np.asarray(groups))[0]
    one, other = values[rng.integers(len(values), size=(2, 2000))]
    width = np.median(np.linalg.norm(one - other, axis=1))
    phase = values @ (rng.normal(size=(values.shape[1], frequencies)) / width)
    waves = pd.DataFrame(np.hstack([np.cos(phase), np.sin(phase)]) / np.sqrt(frequencies))
    held = np.isin(code, code[in_target]) & np.isin(code, code[~in_target])
    stratum = np.where(held, code, -np.bincount(code)[code])
    unit = np.where(held, len(code) + np.arange(len(code)), code)
    units = waves.assign(rows=1.0).groupby([stratum, in_target, unit]).sum()
    stratum, owner = (units.index.get_level_values(k).to_numpy() for k in (0, 1))
    dealt = np.array([owner] + [owner[np.argsort(stratum + rng.random(len(owner)))]
                                for _ in range(n_permutations)], float)
    first = dealt @ (sums := units.to_numpy())
    (a, n), (b, m) = (np.split(x, [-1], axis=1) for x in (first, sums.sum(axis=0) - first))
    within = sum(((x**2).sum(axis=1) / k - 1) / (k - 1) for x, k in ((a, n[:, 0]), (b, m[:, 0])))
    mmd = within - 2 * (a * b / (n * m)).sum(axis=1)
    return mmd[0], mmd[1:].mean(), np.quantile(mmd[1:], 0.95), (mmd >= mmd[0] - 1e-12).mean()
