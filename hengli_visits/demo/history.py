"""The past, played again: what happened is put down with its moment and done in order, while the clock shows it."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Act = Callable[[], None]


class History:
    """Acts in order of time. It is the clock's source while it is played; an act may put down further ones, which lie
    later; what lies after `until` never happens."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.moment = until
        self.played = 0
        self._order = count()
        self._acts: list[tuple[datetime, int, Act]] = []

    def __call__(self) -> datetime:
        return self.moment

    def put(self, moment: datetime, act: Act) -> None:
        """Put an act down for a moment."""
        heapq.heappush(self._acts, (moment, next(self._order), act))

    def play(self) -> None:
        """Do everything up to the end, with the clock at the moment of each; afterwards it shows the end."""
        while self._acts and self._acts[0][0] <= self.until:
            self.moment, _, act = heapq.heappop(self._acts)
            act()
            self.played += 1
        self._acts.clear()
        self.moment = self.until
