"""The members on the roster, as far as telling namesakes apart needs."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A member on the roster."""

    id: int
    name: str
    phones: tuple[str, ...] = ()
    village: str | None = None
    branch: str | None = None
    number: str | None = None


class People:
    """Members by id, name, phone and staff number; a name and a phone may be those of several."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.by_id: dict[int, Person] = {}
        self.names: dict[str, list[Person]] = {}
        self.phones: dict[str, list[Person]] = {}
        self.numbers: dict[str, Person] = {}
        for person in people:
            self.by_id[person.id] = person
            self.names.setdefault(person.name, []).append(person)
            for phone in person.phones:
                self.phones.setdefault(phone, []).append(person)
            if person.number:
                self.numbers[person.number] = person

    def named(self, ids: Iterable[int]) -> list[str]:
        """The names of those who are known."""
        return [self.by_id[one].name for one in ids if one in self.by_id]
