"""What happened around briefs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BriefAsked:
    """A client said what is needed."""

    brief_id: int


@dataclass(frozen=True)
class SecondWaveDue:
    """A day has passed (a timer): with few replies more practices are told."""

    brief_id: int


@dataclass(frozen=True)
class PracticeTold:
    """A practice was told of a brief."""

    brief_id: int
    practice_id: int


@dataclass(frozen=True)
class BriefReplied:
    """A practice replied."""

    reply_id: int


@dataclass(frozen=True)
class ReplyAccepted:
    """The client would like to go on with this one."""

    reply_id: int


@dataclass(frozen=True)
class ReplyDeclined:
    """The client said no, kindly."""

    reply_id: int


@dataclass(frozen=True)
class BriefOver:
    """A brief ended: somebody was found, it was closed, or its time is over. Whoever else replied need not wait."""

    brief_id: int


@dataclass(frozen=True)
class BriefNears:
    """A brief closes soon (a timer), if it still does at `closes`, seconds since 1970."""

    brief_id: int
    closes: int


@dataclass(frozen=True)
class BriefEnds:
    """The time of a brief is over (a timer), if it still closes at `closes`, seconds since 1970."""

    brief_id: int
    closes: int
