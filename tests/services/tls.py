"""A site in production settings behind nginx with TLS, as a host runs it: a certificate of our own, on free ports."""

import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

import requests

from tests.services.server import Server, free_port

NAME = "linchpin.test"
START_SECONDS = 20
CONF = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{http}; return 301 https://$host$request_uri; }}
  server {{
    listen 127.0.0.1:{https} ssl;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    location / {{
      proxy_pass {behind};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


class Site:
    """The server and nginx before it; `http` and `https` are its ports, `certificate` signs itself."""

    def __init__(self, var: Path) -> None:
        self.folder = var / "nginx"
        self.folder.mkdir(parents=True)
        self.http, self.https = free_port(), free_port()
        self.certificate = self.folder / "cert.pem"
        self.server = Server(
            var,
            LINCHPIN_ENV="production",
            BASE_URL=f"https://{NAME}",
            SECRET_KEY="not a key for real people, only for this test",
            STRIPE_SECRET_KEY="sk_test_" + "0" * 24,
            STRIPE_WEBHOOK_SECRET="whsec_" + "0" * 24,
            MAIL_URL="smtp://user:password@127.0.0.1:9",
            HOSTS="127.0.0.1",  # the harness itself asks by number whether the server is up
        )
        self.nginx: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        _certify(self.folder)
        self.server.start()
        conf = CONF.format(folder=self.folder, http=self.http, https=self.https, behind=self.server.url)
        (self.folder / "nginx.conf").write_text(conf)
        command = [_program("nginx"), "-e", f"{self.folder}/error.log", "-c", f"{self.folder}/nginx.conf"]
        self.nginx = subprocess.Popen(command)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                requests.get(f"http://127.0.0.1:{self.http}/", timeout=2, allow_redirects=False)
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return self
        self.__exit__()
        raise TimeoutError((self.folder / "error.log").read_text()[-2000:])

    def __exit__(self, *_: object) -> None:
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait(10)
        self.server.stop()


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError(f"{name} is needed here, and there is none")
    return found


def _certify(folder: Path) -> None:
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    subprocess.run([*command, *names, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
