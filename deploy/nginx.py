"""Fills in deploy/nginx.conf.

    python deploy/nginx.py --listen "443 ssl" --host linchpin.example --certificate /etc/ssl/linchpin
        127.0.0.1:8001 127.0.0.1:8002    prints the site's part, for /etc/nginx/conf.d/linchpin.conf
    python deploy/nginx.py --alone DIR --listen 127.0.0.1:5000 127.0.0.1:8001 127.0.0.1:8002

`--alone` writes DIR/nginx.conf, a whole configuration that needs nothing but DIR: `nginx -c DIR/nginx.conf -p DIR`.
"""

import argparse
import os
import re
import sys
from pathlib import Path

TEMPLATE = Path(__file__).with_name("nginx.conf")
# `max_fails=0`: always asked. To be told that a port of this machine is closed takes no time, and a process left alone
# for a second still is when it is back and the next one restarts; with all of them so, nginx answers 502.
SERVER = "server {} max_fails=0;"

ALONE = """\
{user}worker_processes 1;
worker_rlimit_nofile 8192;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def site(*, listen: str, host: str, servers: list[str], cache: str, certificate: str = "") -> str:
    """The site's part; `certificate` is a path without its ending, beside it `.crt` and `.key`."""
    tls = f"ssl_certificate {certificate}.crt;\n    ssl_certificate_key {certificate}.key;" if certificate else ""
    values = {
        "LISTEN": listen,
        "HOST": host,
        "TLS": tls,
        "SERVERS": "\n    ".join(SERVER.format(one) for one in servers),
        "CACHE": cache,
    }
    return re.sub(r"\$\{LINCHPIN_([A-Z]+)\}", lambda found: values[found.group(1)], TEMPLATE.read_text())


def alone(folder: Path, *, listen: str, host: str, servers: list[str]) -> Path:
    """A configuration of its own in `folder`; returns the file."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    text = site(listen=listen, host=host, servers=servers, cache=f"{folder}/cache")
    (folder / "site.conf").write_text(text)
    # As root its workers would be `nobody`, who may not enter the folder.
    user = "user root;\n" if os.getuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(ALONE.format(user=user, folder=folder))
    return path


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Fill in deploy/nginx.conf.")
    parser.add_argument("servers", nargs="+", metavar="HOST:PORT", help="a web process")
    parser.add_argument("--listen", default="127.0.0.1:5000")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--certificate", default="", help="path without .crt and .key")
    parser.add_argument("--cache", default="/var/cache/nginx/linchpin")
    parser.add_argument("--alone", type=Path, metavar="DIR")
    given = parser.parse_args()
    if given.alone:
        alone(given.alone, listen=given.listen, host=given.host, servers=given.servers)
        return
    sys.stdout.write(
        site(
            listen=given.listen,
            host=given.host,
            servers=given.servers,
            cache=given.cache,
            certificate=given.certificate,
        )
    )


if __name__ == "__main__":
    main()
