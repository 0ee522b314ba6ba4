"""Party branches, and the units that resolve issues."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.models.area import Area
from hengli_visits.orm import Base, word
from hengli_visits.wording import N_, Word


class OrganisationKind(Word):
    BRANCH = "branch", N_("党支部")
    UNIT = "unit", N_("责任单位")


class Sector(Word):
    VILLAGE = "village", N_("村(社区)")
    OFFICE = "office", N_("机关")
    NEW = "new", N_("两新")


class Organisation(Base):
    """A branch, or a unit. A unit with an area is that village's own committee."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(word(OrganisationKind))
    name: Mapped[str] = mapped_column(String(80))
    sector: Mapped[Sector | None] = mapped_column(word(Sector))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)

    area: Mapped[Area | None] = relationship(lazy="raise")
