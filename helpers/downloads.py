"""Files that others publish at a pinned commit: downloaded once, verified, kept."""

import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import requests
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.util import Retry

from helpers.profiles import Profile, Settings
from helpers.project import ROOT, ProjectError, cache_dir, locked

CHUNK = 1 << 16


BUSY = (429, 502, 503, 504)  # answers after which a server is asked again
GONE = (404, 410)  # answers that say there is no such file
PARTIAL = 206  # the answer holds the bytes from the one asked for
NOTHING_LEFT = 416  # there are no bytes from the one asked for

# Broken connections are `download`'s own business: it goes on where they broke.
PATIENT = HTTPAdapter(
    max_retries=Retry(
        5, connect=0, read=0, backoff_factor=1, raise_on_status=False, status_forcelist=BUSY
    )
)


COLUMNS = ["name", "repository", "commit", "path", "blob", "size", "licence", "profile", "needed"]


def blob_id(path: Path) -> str:
    """Git blob id of a file, as `git hash-object` prints it.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        Forty hexadecimal digits.
    """
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size)
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: digest).hexdigest()


def read_registry(profile: Profile, source: str | None = None) -> pd.DataFrame:
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
    missing = set(COLUMNS) - set(table)
    if missing:
        raise ProjectError(f"{path} lacks the column(s) {', '.join(sorted(missing))}.")
    wanted = table["profile"] == (source or profile.source)
    return table[wanted].set_index("name")


def _receive(url: str, part: Path, have: int, size: int, timeout: float) -> None:
    """Append to `part`, which has so many bytes already, what it lacks of `url`."""
    # An encoded answer would give other bytes than the ones the blob id was taken of.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with requests.Session() as session:
        session.mount("http://", PATIENT)
        session.mount("https://", PATIENT)
        answer = session.get(url, stream=True, timeout=timeout, headers=headers)
        if answer.status_code == NOTHING_LEFT:
            return
        answer.raise_for_status()
        if answer.status_code != PARTIAL:  # the whole file comes again
            have = 0
        _append(answer, part, have, size)


def _append(answer: requests.Response, part: Path, have: int, size: int) -> None:
    """Write what an answer brings behind the first `have` bytes of a file, with a bar."""
    announced = have + int(answer.headers.get("Content-Length", 0))
    total = size or announced or None
    mode = "ab" if have else "wb"
    name = part.stem.lstrip(".")
    with (
        open(part, mode) as file,
        tqdm(total=total, initial=have, unit="B", unit_scale=True, leave=False, desc=name) as bar,
    ):
        for chunk in answer.iter_content(CHUNK):
            bar.update(file.write(chunk))


def download(url: str, target: Path, blob: str, size: int = 0, timeout: float = 30.0) -> Path:
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


def _download(url: str, target: Path, blob: str, size: int, timeout: float) -> Path:
    # Another process may have fetched it while this one waited.
    if target.is_file() and blob_id(target) == blob:
        return target
    part = target.with_name(f".{target.name}.part")
    _receive_all(url, part, size, timeout)
    found = blob_id(part)
    if found != blob:
        part.unlink()
        raise ProjectError(
            f"{url}: the content has git blob id {found}, not {blob}. It was thrown away. Run the "
            "same command again; if it happens twice, the published file has changed and "
            "data/registry.csv must say so."
        )
    os.replace(part, target)
    return target


def _receive_all(url: str, part: Path, size: int, timeout: float) -> None:
    """Receive a file, going on where a connection broke for as long as each brings some more."""
    while True:
        have = part.stat().st_size if part.exists() else 0
        try:
            _receive(url, part, have, size, timeout)
            return
        except requests.exceptions.HTTPError as refused:
            raise _refusal(url, refused) from refused
        except requests.exceptions.RequestException as broken:
            arrived = part.stat().st_size if part.exists() else 0
            if arrived <= have:
                raise ProjectError(
                    f"{url}: no connection ({type(broken).__name__}). What has arrived is kept. "
                    "Run the same command again when online, or read the files from a folder "
                    "(build: --mirror DIR; weights: --from FILE). `--profile demo` needs no "
                    "network."
                ) from broken


def _refusal(url: str, refused: requests.exceptions.HTTPError) -> ProjectError:
    """What a server's refusal means to the user."""
    status = refused.response.status_code
    reason = f"no such file: {refused}" if status in GONE else str(refused)
    return ProjectError(
        f"{url}: {reason}. Try again later, or get the file elsewhere and name its folder with "
        "--mirror."
    )


def fetch(entry: pd.Series, settings: Settings, mirror: Path | None = None) -> Path:
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
    return _in_mirror(entry, mirror)


def _in_mirror(entry: pd.Series, mirror: Path) -> Path:
    """One file of the registry in a mirror, verified."""
    for path in (mirror / entry["repository"] / entry["path"], mirror / entry["path"]):
        if not path.is_file():
            continue
        found = blob_id(path)
        if found != entry["blob"]:
            raise ProjectError(
                f"{path}: the content has git blob id {found}, not {entry['blob']}. "
                f"Replace it by the file of commit {entry['commit']} of {entry['repository']}."
            )
        return path
    raise FileNotFoundError(f"{entry['path']} is not in the mirror {mirror}")


@dataclass(frozen=True)
class Fetched:
    """Files of the registry that a build reads, and what it does without.

    Attributes
    ----------
    files : dict of str to Path
        By their names in the registry; of the right content each.
    commits, blobs : dict of str to str
        Commit and git blob id of each file.
    absent : dict of str to str
        Absent inputs, each with the place where it was looked for.
    """

    files: dict[str, Path] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    blobs: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


def fetch_all(
    profile: Profile,
    mirror: Path | None = None,
    without: Collection[str] = (),
    provided: Collection[str] = (),
) -> Fetched:
    """Every file of the registry that a profile needs.

    Parameters
    ----------
    profile : Profile
    mirror : Path, optional
        As in `fetch`.
    without : collection of str
        Inputs to do without.
    provided : collection of str
        Inputs that come from elsewhere, for which nothing is asked.

    Returns
    -------
    Fetched

    Raises
    ------
    ProjectError
        Where a mirror lacks the tracks, or `fetch` fails.
    """
    fetched = Fetched()
    for name, entry in read_registry(profile).iterrows():
        needed = entry["needed"]
        if needed in without:
            fetched.absent[needed] = "this build: --without"
            continue
        if needed in provided:
            continue
        try:
            file = fetch(entry, profile.settings, mirror)
        except FileNotFoundError as error:
            if needed == "tracks":
                raise ProjectError(
                    f"{error}. It is required: a mirror holds the registry's files as "
                    "owner/repository/path or as path."
                ) from None
            fetched.absent.setdefault(needed, str(Path(mirror or "") / entry["path"]))
            continue
        fetched.files[str(name)] = file
        fetched.commits[str(name)] = entry["commit"]
        fetched.blobs[str(name)] = entry["blob"]
    return fetched


def local_file(path: str, target: Path, timeout: float = 60.0) -> str | Path:
    """A file on this machine: the path itself, or what an address serves.

    Parameters
    ----------
    path : str
        Path, or an address that begins with http:// or https://.
    target : Path
        Where to put what an address serves.
    timeout : float
        Seconds without an answer.

    Returns
    -------
    str or Path

    Raises
    ------
    OSError
        When the address does not answer (`requests.RequestException` is one).

    Notes
    -----
    Notebook: 07_audio_embeddings
    """
    if "://" not in path:
        return path
    with requests.get(path, stream=True, timeout=timeout) as answer, open(target, "wb") as file:
        answer.raise_for_status()
        file.writelines(answer.iter_content(CHUNK))
    return target
