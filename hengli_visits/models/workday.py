"""The town's calendar: the days that are not what the weekday says."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hengli_visits.orm import Base


class CalendarDay(Base):
    """A public holiday on a weekday (`working` false) or a make-up day on a weekend (`working` true)."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool] = mapped_column()
    name: Mapped[str] = mapped_column(String(40), default="")
