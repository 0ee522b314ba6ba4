"""The town's own calendar days; the country's holidays are in no table (`issues.holidays`)."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hengli_visits.orm import Base


class CalendarDay(Base):
    """A day on which the town says itself whether offices work, whatever the country's calendar or the weekday says."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool] = mapped_column()
    name: Mapped[str] = mapped_column(String(40), default="")
