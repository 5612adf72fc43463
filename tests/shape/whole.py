"""What a page must have to be whole: a title, one heading, landmarks, unique ids, names for its fields."""

from collections import Counter

from tests.shape.crawl import Outline, Page


def faults(page: Page) -> list[str]:
    """What is wrong with a page's HTML, a line each."""
    found = Outline(page.html)
    wrong = list(found.faults)
    if page.status >= 500:
        wrong.append("breaks")
    if not found.text("title"):
        wrong.append("no title")
    if len(found.all("h1")) != 1:
        wrong.append(f"{len(found.all('h1'))} h1")
    if len(found.all("main")) != 1:
        wrong.append(f"{len(found.all('main'))} main")
    if not all(attributes.get("lang") for attributes in found.all("html")):
        wrong.append("no language")
    marks = ("{{", "{%", "%(", '="None"', "Undefined")
    wrong += [f"says {mark}" for mark in marks if mark in page.html]
    return wrong + _ids(found) + _landmarks(found) + _names(found)


def _ids(found: Outline) -> list[str]:
    ids = Counter(attributes["id"] for _, attributes in found.elements if "id" in attributes)
    wrong = [f"id {one} {many} times" for one, many in ids.items() if many > 1]
    for tag, attributes in found.elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list"):
            wrong += [
                f"<{tag} {name}={one}> leads nowhere" for one in attributes.get(name, "").split() if one not in ids
            ]
        href = attributes.get("href", "")
        if tag == "a" and href.startswith("#") and href[1:] and href[1:] not in ids:
            wrong.append(f"link to {href} leads nowhere")
    return wrong


def _landmarks(found: Outline) -> list[str]:
    navs = [attributes.get("aria-label") or attributes.get("aria-labelledby") for attributes in found.all("nav")]
    wrong = ["a nav without a name"] if len(navs) > 1 and not all(navs) else []
    return wrong + [f"two navs {name}" for name, many in Counter(navs).items() if name and many > 1]


def _names(found: Outline) -> list[str]:
    labelled = {attributes.get("for") for attributes in found.all("label")}
    wrong = ["an image without alt" for attributes in found.all("img") if "alt" not in attributes]
    for attributes in found.all("input", "select", "textarea"):
        if attributes.get("type") in {"hidden", "submit", "button"} or attributes.keys() & {
            "aria-label",
            "aria-labelledby",
        }:
            continue
        wrapped = attributes.get("type") in {"checkbox", "radio", "file"}
        if attributes.get("id") not in labelled and not wrapped:
            wrong.append(f"field {attributes.get('name')} without a label")
    return wrong
