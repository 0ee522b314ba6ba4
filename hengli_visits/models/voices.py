"""What people say: searches that somebody keeps, and words that were found to matter."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hengli_visits.orm import Base, UtcDateTime


class SavedSearch(Base):
    """A search that a member keeps for themselves. `sought` is what its address holds. `seen_feedback` and `seen_issue`
    are the last rows that there were when it was opened: later ones are new."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("member_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    name: Mapped[str] = mapped_column(String(30))
    sought: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen_feedback: Mapped[int] = mapped_column(default=0)
    seen_issue: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ThemeWord(Base):
    """A word that was found in what residents said, in so many of their sentences."""

    __tablename__ = "theme_words"

    word: Mapped[str] = mapped_column(String(12), primary_key=True)
    times: Mapped[int] = mapped_column()
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
