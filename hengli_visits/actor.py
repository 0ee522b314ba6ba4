"""Who acts: the person behind a request, with everything that decides what they may see and do."""

import uuid
from dataclasses import dataclass, field

from hengli_visits.models import DeviceKind, Language, Role, TextSize


@dataclass(frozen=True)
class Actor:
    """A signed-in member (or the system itself, `id` 0) with roles and scopes, read once per request.

    `led_groups` holds the groups led with all of their teams; `groups` those in which the actor is a visitor;
    `led_area_paths` are path prefixes ("/1/7/"); `units` the organisations for which the actor handles issues.
    """

    id: int
    name: str
    roles: frozenset[Role] = frozenset()
    led_area_paths: tuple[str, ...] = ()
    led_groups: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    device_id: uuid.UUID | None = None
    device_kind: DeviceKind = DeviceKind.FIELD
    must_change: bool = False
    text_size: TextSize = TextSize.STANDARD
    language: Language = Language.CHINESE
    address: str = ""
    request_id: str = field(default="", compare=False)

    @property
    def recorded_id(self) -> int | None:
        """The member id to write into rows; None for the system."""
        return self.id or None

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles

    @property
    def is_area_lead(self) -> bool:
        return bool(self.led_area_paths)

    @property
    def is_leader(self) -> bool:
        return bool(self.led_groups)

    @property
    def is_handler(self) -> bool:
        return bool(self.units)

    @property
    def is_visitor(self) -> bool:
        return bool(self.groups)


SYSTEM = Actor(id=0, name="", roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}))
"""The program itself: commands at the console and the loading of a demo."""
