"""Who would like a room for their niche."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model


class RoomAsking(Model):
    """One member asks for one niche's room. Gone once it is open: then they sit in it."""

    __tablename__ = "room_askings"

    niche_id: Mapped[int] = mapped_column(ForeignKey("niches.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
