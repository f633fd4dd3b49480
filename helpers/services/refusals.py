"""What a service's refusal means: for how long it lasts, and what to do about it."""

import csv
import re
import time

import requests
from urllib3.util import Retry

from helpers import project
from helpers.project import ProjectError

TABLE = project.ROOT / "data" / "refusals.csv"
# Advice in the table that is an order to the session and not a text for the user.
NOT_FOUND, PAUSE = "not found", "pause"
# A service that answers so finds fault with the question, and not with whoever asks.
OF_THE_QUESTION = (400, 405, 406, 409, 410, 411, 413, 414, 415, 416, 422, 431)
# "Retry-After" in seconds, or as a date.
TOLD = r"\d+$|\w{3}, .*GMT$"


class RefusedError(ProjectError):
    """A service will not go on for now: why, when to come back, what to do."""


class UnansweredError(ProjectError):
    """One question got no usable answer, however often it was asked."""


class OddAnswerError(UnansweredError):
    """The service is there, and answers this one question in a way that cannot be used."""


class NotFoundError(Exception):
    """The service says that it does not have the thing."""


def refusal(service: str, said: str, wait: float | None = None) -> RefusedError:
    """An error that says why a service is not asked any more, and when to come back.

    Parameters
    ----------
    service : str
    said : str
        Why, and what to do.
    wait : float, optional
        Seconds after which the service may be asked again.

    Returns
    -------
    RefusedError

    Notes
    -----
    Notebook: 02_audio_features
    """
    if wait:
        when = time.strftime("%d %B, %H:%M", time.localtime(time.time() + wait))
        said = f"{said} Come back after {when}."
    return RefusedError(
        f"{service}: {said} What was answered is kept: the same command goes on from there."
    )


def advice(service: str, answer: requests.Response) -> str | None:
    """What `data/refusals.csv` advises about an answer: its first row that fits.

    Parameters
    ----------
    service : str
        An empty cell of the table fits every service, and every status.
    answer : Response

    Returns
    -------
    str or None
        `NOT_FOUND`, `PAUSE`, or a text for the user.

    Notes
    -----
    Notebook: 02_audio_features
    """
    with open(TABLE, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            of_service = row["service"] in (service, "")
            of_status = row["status"] in (str(answer.status_code), "")
            if of_service and of_status and re.search(row["says"], answer.text, re.IGNORECASE):
                return row["advice"]
    return None


def told_wait(answer: requests.Response) -> float | None:
    """Seconds that a service asks to wait in `Retry-After`; `None` where it names no time.

    Parameters
    ----------
    answer : Response

    Returns
    -------
    float or None
    """
    header = answer.headers.get("Retry-After", "")
    if re.match(TOLD, header):
        return Retry().parse_retry_after(header)
    return None


def wait_after(
    service: str, answer: requests.Response, wait: float, pause: float, patience: float
) -> float:
    """Seconds to wait before the same question, after an answer that states an error.

    Parameters
    ----------
    service : str
    answer : Response
    wait : float
        Seconds where neither the service nor the table says anything.
    pause : float
        Seconds at least where the table says that the service is busy.
    patience : float
        The longest wait, in seconds, that a service may ask for.

    Returns
    -------
    float

    Raises
    ------
    NotFoundError
        Where the answer means that the service does not have the thing.
    OddAnswerError
        Where it refuses this question alone.
    RefusedError
        Where the service refuses for good, or for longer than `patience`.

    Notes
    -----
    Notebook: 02_audio_features
    """
    told = told_wait(answer)
    advised = advice(service, answer)
    # A busy service (429) or a broken one (5xx) may answer later.
    passing = answer.status_code == 429 or answer.status_code >= 500
    if advised == NOT_FOUND:
        raise NotFoundError
    if advised == PAUSE:
        wait = max(wait, pause)
    elif advised:
        raise refusal(service, advised, told)
    elif answer.status_code in OF_THE_QUESTION or answer.ok:
        # An answer that is all well but for an error in its body is about the question too.
        raise OddAnswerError(f"it refuses this question (HTTP {answer.status_code})")
    elif not passing:
        unknown = f"it refuses (HTTP {answer.status_code}) for a reason this book does not know."
        raise refusal(service, unknown, told)
    if told and told > patience:
        raise refusal(service, "it asks for a long pause.", told)
    return wait if told is None else told
