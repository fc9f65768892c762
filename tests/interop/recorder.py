# SPDX-License-Identifier: Apache-2.0
"""Keeps what a client puts on the wire, in a form that can be compared with another client's."""

import base64
import http.client
import http.server
import json
import re
import threading
import urllib.parse

COMPARED_HEADERS = ("accept", "authorization", "content-type")
HOP_BY_HOP = ("connection", "transfer-encoding")


class Recorder:
    """Passes requests on to `target` and keeps them."""

    def __init__(self, target):
        recorder = self
        self.requests = []
        hub = urllib.parse.urlparse(target)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def body(self):
                if self.headers.get("transfer-encoding", "") != "chunked":
                    return self.rfile.read(int(self.headers.get("content-length") or 0))
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def relay(self):
                body = self.body()
                headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
                connection = http.client.HTTPConnection(hub.hostname, hub.port)
                connection.request(self.command, self.path, body or None, headers)
                answer = connection.getresponse()
                content = answer.read()
                connection.close()
                recorder.requests.append((self.command, self.path, dict(self.headers.items()), body, answer.status))
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP_BY_HOP + ("content-length", "date"):
                        self.send_header(name, value)
                length = answer.getheader("content-length") if self.command == "HEAD" else str(len(content))
                self.send_header("content-length", length or "0")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = relay

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def neutral(text):
    """`text` without what differs from run to run."""
    text = re.sub(r"[0-9a-f]{40,64}", "<hash>", text)
    text = re.sub(r"(uploadId|Expires|Signature)=[^&\"]*", r"\1=", text)
    return re.sub(r"http://127\.0\.0\.1:\d+", "<hub>", text)


def comparable(request):
    method, target, headers, body, status = request
    headers = {name.lower(): value for name, value in headers.items()}
    kind = headers.get("content-type", "")
    if kind == "application/x-ndjson":
        body = [json.loads(line) for line in body.splitlines()]
    elif "json" in kind:
        body = json.loads(body)
    elif kind == "application/x-www-form-urlencoded":
        body = sorted(urllib.parse.parse_qsl(body.decode()))
    else:
        body = base64.b64encode(body).decode()
    kept = {name: headers[name] for name in COMPARED_HEADERS if name in headers}
    return neutral(json.dumps([method, target, kept, body, status], sort_keys=True))
