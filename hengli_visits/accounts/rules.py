"""How long sessions last, what a password must be, when tries pause.

Source of the numbers: OWASP ASVS 5.0 chapters 6 and 7, GB/T 22239.
"""

from datetime import timedelta

from hengli_visits.models import DeviceKind, Role

REST: dict[DeviceKind, timedelta] = {
    DeviceKind.FIELD: timedelta(days=30),
    DeviceKind.OFFICE: timedelta(minutes=30),
    DeviceKind.ADMINISTRATION: timedelta(minutes=15),
}
"""How long a signed-in device may rest before it must sign in again."""

LIFE: dict[DeviceKind, timedelta] = {
    DeviceKind.FIELD: timedelta(days=90),
    DeviceKind.OFFICE: timedelta(hours=12),
    DeviceKind.ADMINISTRATION: timedelta(hours=12),
}
"""How long a signed-in device lives at most."""

TOUCH_AFTER = timedelta(seconds=60)
"""A device's last contact is written at most this often."""


def device_kind(roles: frozenset[Role]) -> DeviceKind:
    """The kind of session that these roles get: the strictest one counts. Visitors and leaders work in the field."""
    if Role.ADMINISTRATOR in roles:
        return DeviceKind.ADMINISTRATION
    if roles & {Role.COORDINATOR, Role.HANDLER, Role.AREA_LEAD}:
        return DeviceKind.OFFICE
    return DeviceKind.FIELD
