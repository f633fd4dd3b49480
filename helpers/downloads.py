"""Files that others publish at a pinned commit: downloaded once, verified, kept."""

import hashlib
import os

import pandas as pd
import requests
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.util import Retry

from helpers.project import ROOT, ProjectError, cache_dir, locked

CHUNK = 1 << 16


# Broken connections are `download`'s own business: it goes on where they broke.
PATIENT = HTTPAdapter(
    max_retries=Retry(
        5,
        connect=0,
        read=0,
        backoff_factor=1,
        raise_on_status=False,
        status_forcelist=(429, 502, 503, 504),
    )
)


COLUMNS = ["name", "repository", "commit", "path", "blob", "size", "licence", "profile", "needed"]


def blob_id(path):
    """Git blob id of a file, as `git hash-object` prints it."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size)
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: digest).hexdigest()


def read_registry(profile, source=None):
    """Rows of `data/registry.csv` that a profile needs, one file a row, indexed by name.

    An unknown size is 0.

    Parameters
    ----------
    profile : Profile
        Its setting `registry` names the file.
    source : str, optional
        Whose files; by default those of the profile's own source.

    Returns
    -------
    DataFrame

    Raises
    ------
    ProjectError
        If the registry named by the profile is not there or lacks a column.
    """
    path = ROOT / profile.settings.registry
    if not path.is_file():
        raise ProjectError(
            f"Profile {profile.name}: setting registry names {path}, which does not exist."
        )
    table = pd.read_csv(path).fillna({"size": 0})
    if missing := set(COLUMNS) - set(table):
        raise ProjectError(f"{path} lacks the column(s) {', '.join(sorted(missing))}.")
    return table[table["profile"] == (source or profile.source)].set_index("name")


def _receive(url, part, have, size, timeout):
    """Append to `part`, which has so many bytes already, what it lacks of `url`."""
    # An encoded answer would give other bytes than the ones the blob id was taken of.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.Session() as session:
        session.mount("http://", PATIENT)
        session.mount("https://", PATIENT)
        answer = session.get(url, stream=True, timeout=timeout, headers=headers)
        if answer.status_code == 416:
            return
        answer.raise_for_status()
        have *= answer.status_code == 206
        total = size or have + int(answer.headers.get("Content-Length", 0)) or None
        with (
            open(part, "ab" if have else "wb") as file,
            tqdm(
                total=total,
                initial=have,
                unit="B",
                unit_scale=True,
                leave=False,
                desc=part.stem.lstrip("."),
            ) as bar,
        ):
            for chunk in answer.iter_content(CHUNK):
                bar.update(file.write(chunk))


def download(url, target, blob, size=0, timeout=30.0):
    """Download one file, verify it, and only then give it its name.

    Parameters
    ----------
    url : str
    target : Path
        Where the file goes. A file that is there already and has the right blob id is not asked for
        again.
    blob : str
        Git blob id the content must have.
    size : int
        Expected size in bytes, for the progress bar; 0 where unknown.
    timeout : float
        Seconds without an answer before an attempt is given up.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    ProjectError
        Where there is no network, no such file, or other content than the blob id says.
    """
    if target.is_file() and blob_id(target) == blob:
        return target
    with locked(target.with_name(f".{target.name}.lock"), f"downloads {target.name}"):
        return _download(url, target, blob, size, timeout)


def _download(url, target, blob, size, timeout):
    # Another process may have fetched it while this one waited.
    if target.is_file() and blob_id(target) == blob:
        return target
    part = target.with_name(f".{target.name}.part")
    arrived, error = -1, None
    while True:
        before, arrived = arrived, part.stat().st_size if part.exists() else 0
        if arrived <= before:
            raise ProjectError(
                f"{url}: no connection ({type(error).__name__}). What has arrived is kept. Run the "
                "same command again when online, or read the files from a folder (build: --mirror "
                "DIR; weights: --from FILE). `--profile demo` needs no network."
            ) from error
        try:
            _receive(url, part, arrived, size, timeout)
            break
        except requests.exceptions.HTTPError as refused:
            gone = "no such file: " * (refused.response.status_code in (404, 410))
            raise ProjectError(
                f"{url}: {gone}{refused}. Try again later, or get the file "
                "elsewhere and name its folder with --mirror."
            ) from refused
        except requests.exceptions.RequestException as broken:
            error = broken
    if (found := blob_id(part)) != blob:
        part.unlink()
        raise ProjectError(
            f"{url}: the content has git blob id {found}, not {blob}. It was thrown away. Run the "
            "same command again; if it happens twice, the published file has changed and "
            "data/registry.csv must say so."
        )
    os.replace(part, target)
    return target


def fetch(entry, settings, mirror=None):
    """One file of the registry, verified, from a mirror or from the cache, else downloaded.

    Parameters
    ----------
    entry : Series
        A row of `read_registry`.
    settings : Settings
        `download_base`, under which repositories are served as `owner/repo/commit/path`, and
        `download_timeout`.
    mirror : Path, optional
        Folder laid out as `owner/repo/path`, or as `path` alone. With a mirror nothing is
        downloaded.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError
        Where the mirror does not hold the file.
    ProjectError
        Where the mirror's file has other content, or `download` fails.
    """
    if mirror is None:
        place = f"{entry['repository']}/{entry['commit']}/{entry['path']}"
        return download(
            f"{settings.download_base}/{place}",
            cache_dir() / place,
            entry["blob"],
            entry["size"],
            settings.download_timeout,
        )
    for path in (mirror / entry["repository"] / entry["path"], mirror / entry["path"]):
        if path.is_file():
            if (found := blob_id(path)) != entry["blob"]:
                raise ProjectError(
                    f"{path}: the content has git blob id {found}, not {entry['blob']}. "
                    f"Replace it by the file of commit {entry['commit']} of {entry['repository']}."
                )
            return path
    raise FileNotFoundError(f"{entry['path']} is not in the mirror {mirror}")
