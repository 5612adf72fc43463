"""The server. `python wsgi.py` serves everything in one process; for more, gunicorn imports `application` and
`python wsgi.py work` runs the jobs beside it.
"""

from gevent import monkey

monkey.patch_all()  # before anything else: psycopg and the SDK cooperate only when imported after it

import sys

from community import create_app
from community.serve import serve, work

application = create_app()

if __name__ == "__main__":
    work(application) if sys.argv[1:] == ["work"] else serve(application)
