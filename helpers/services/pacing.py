"""How often a service is asked: so many requests a second, so many in 24 hours."""

import time

from helpers.profiles import ServiceRules
from helpers.services.refusals import refusal
from helpers.services.store import DAY, Store


class Pace:
    """Keeps to a service's rate, and to its budget of a day, which outlives a run.

    Parameters
    ----------
    service : str
    rules : ServiceRules
        Of which `per_second` and `daily` count.
    store : Store
        Where the requests of the last 24 hours are noted.
    """

    def __init__(self, service: str, rules: ServiceRules, store: Store) -> None:
        self._service = service
        self._rules = rules
        self._store = store
        # When the next request may go out, by the monotonic clock.
        self._next = 0.0

    def wait(self) -> None:
        """Wait until the next request may go out.

        Raises
        ------
        RefusedError
            Where the budget of the day is spent; it says when there is some again.
        """
        if self._rules.daily:
            self._spend()
        time.sleep(max(self._next - time.monotonic(), 0))
        self._next = time.monotonic() + 1 / self._rules.per_second

    def _spend(self) -> None:
        """Take one request from the budget of the day."""
        count, first = self._store.requests_of_a_day()
        if first is not None and count >= self._rules.daily:
            spent = f"the budget of {self._rules.daily} requests in 24 hours is spent (setting `daily`)."
            raise refusal(self._service, spent, first + DAY - time.time())
        self._store.note_request()
