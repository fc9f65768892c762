# SPDX-License-Identifier: Apache-2.0
"""What stands before the hub of the real world: TLS and HTTP/2, some way off.

nginx speaks TLS and HTTP/2 and asks the hub; a relay in front of it lets every byte wait. Needs nginx and openssl.
"""

import asyncio
import pathlib
import shutil
import socket
import subprocess
import threading
import time

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  upstream hub {{ server {hub}; keepalive 128; }}
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    keepalive_requests 100000;
    location / {{
      proxy_pass http://hub; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TlsFront:
    """`url` leads to the hub at `hub_url`, `delay` seconds away in each direction; `certificate` is whom to trust."""

    @staticmethod
    def is_possible():
        return bool(shutil.which("nginx") and shutil.which("openssl"))

    def __init__(self, folder, hub_url, delay):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.certificate = self.folder / "server.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", self.folder / "server.key", "-out", self.certificate], check=True, capture_output=True)
        port = free_port()
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(
            folder=self.folder, hub=hub_url.removeprefix("http://"), port=port))
        self.nginx = subprocess.Popen(["nginx", "-p", self.folder, "-e", self.folder / "error.log", "-c", self.folder / "nginx.conf"])
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                if self.nginx.poll() is not None:
                    raise RuntimeError((self.folder / "error.log").read_text()) from None
                time.sleep(0.01)
        self.loop = asyncio.new_event_loop()
        relay = self.loop.run_until_complete(
            asyncio.start_server(lambda reader, writer: self.relay(reader, writer, port, delay), "127.0.0.1", 0))
        self.url = f"https://localhost:{relay.sockets[0].getsockname()[1]}"
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    async def relay(self, reader, writer, port, delay):
        await asyncio.sleep(delay)  # The connection's own round trip is the client's first packet and our answer.
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(self.pump(reader, up_writer, delay), self.pump(up_reader, writer, delay))

    async def pump(self, reader, writer, delay):
        loop = asyncio.get_running_loop()
        try:
            while chunk := await reader.read(1 << 16):
                loop.call_later(delay, writer.write, chunk)
        except ConnectionError:
            pass
        loop.call_later(delay, writer.close)

    def close(self):
        self.nginx.terminate()
        self.nginx.wait()
        self.loop.call_soon_threadsafe(self.loop.stop)
