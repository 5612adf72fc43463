"""Writes people and files as fast as it can until a file is there, as a busy site does; says when it has begun, and at
the end how many.
"""

import os
import sys
from pathlib import Path

from community import create_app
from community.accounts.models import Person
from community.core import files
from community.core.db import db, writing


def main(stop: Path) -> None:
    """Write until `stop` is there."""
    made = 0
    with create_app().app_context():
        while not stop.exists():
            with files.kept([os.urandom(2000)], ".webp") as names, writing():
                name = f"w{made}"
                person = Person(email=f"{name}@example.com", handle=name, name="W", fs_uniquifier=name, photo=names[0])
                db.session.add(person)
            made += 1
            if made == 5:
                print("writing", flush=True)
    print(made)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
