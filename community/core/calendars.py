"""What every calendar file of the site begins with (RFC 5545, 5546)."""

from icalendar import Calendar, vCalAddress, vText

from community.core.site import settings


def empty() -> Calendar:
    """A calendar of this site with nothing in it."""
    made = Calendar()
    made.add("prodid", f"-//{settings().site_name}//EN")
    made.add("version", "2.0")
    return made


def uid(name: str) -> str:
    """What an event is called for life, in calendars everywhere, by its name on this site."""
    return f"{name}@{settings().base_url.partition('://')[2]}"


def organizer() -> vCalAddress:
    """Who publishes an event, and takes it back: the site."""
    site = settings()
    found = vCalAddress(f"mailto:{site.operator_mail}")
    found.params["cn"] = vText(site.site_name)
    return found
