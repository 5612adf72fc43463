"""The peer: the least a Flask site under gevent can be. `python bench/peer.py PORT`."""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402

from flask import Flask  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

app = Flask("peer")


@app.get("/")
def hello() -> str:
    """One line."""
    return "hello"


WSGIServer(("127.0.0.1", int(sys.argv[1])), app, log=None).serve_forever()
