"""What has been told already."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model


class Notice(Model):
    """One notice that went out. Its key makes a repeated delivery write no second mail."""

    __tablename__ = "notices"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
