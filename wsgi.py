"""The server. `python wsgi.py` serves the embedded profile in one process; gunicorn imports `application`."""

from gevent import monkey

monkey.patch_all()  # before anything else: psycopg and the SDK cooperate only when imported after it

from community import create_app
from community.serve import serve

application = create_app()

if __name__ == "__main__":
    serve(application)
