"""The area tree: the town, its villages and communities. Every household and every scoped role hangs on one."""

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hengli_visits.orm import Base, word
from hengli_visits.wording import N_, Word


class AreaKind(Word):
    TOWN = "town", N_("镇")
    VILLAGE = "village", N_("村")
    COMMUNITY = "community", N_("社区")


class Area(Base):
    """`path` holds the ids from the root down, "/1/7/": a subtree is `path LIKE '/1/7/%'`."""

    __tablename__ = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    kind: Mapped[AreaKind] = mapped_column(word(AreaKind))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    path: Mapped[str] = mapped_column(String(120), default="", index=True)
    position: Mapped[int] = mapped_column(default=0)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)

    parent: Mapped["Area | None"] = relationship(remote_side=[id], lazy="raise")
    aliases: Mapped[list["AreaAlias"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class AreaAlias(Base):
    """Another way in which an office writes an area's name."""

    __tablename__ = "area_aliases"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
