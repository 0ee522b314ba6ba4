"""Brings one parcel to its address, by whatever way its channel is."""

from hengli_visits.config import Outgoing
from hengli_visits.errors import Invalid
from hengli_visits.models import ChannelKind
from hengli_visits.notices import mail, wire
from hengli_visits.notices.outcome import Outcome, Reason, refused
from hengli_visits.notices.parcels import Parcel, write
from hengli_visits.notices.targets import read_target


def bring(parcel: Parcel, outgoing: Outgoing) -> Outcome:
    """Send one parcel and tell what became of it; never raises for what the other side does. Takes five seconds at most
    once the name is known (mail: fifteen for each answer). No database may be held meanwhile."""
    if parcel.kind is ChannelKind.EMAIL:
        return mail.post(parcel, outgoing.mail)
    try:
        target = read_target(parcel.kind, parcel.address, outgoing)
    except Invalid:
        return refused(Reason.ADDRESS)
    return wire.post(parcel.kind, target, write(parcel), outgoing)
