"""An AWS that takes a call and does not answer it properly: it says nothing, or a byte now and then.

It stands in front of the embedded world and hands every other call on. A byte now and then is what no read time-out notices.
"""

import contextlib
import http.client
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

PAUSE = 0.5
"""Seconds between two bytes."""
LONGEST = 600
"""Bytes that are dripped at most, so that no test hangs."""


class SlowAws:
    """Answers a call of one word (in its body, path or target) so; `reached` is set when such a call has come."""

    def __init__(self, word: str, how: Literal["silent", "dripping"]) -> None:
        self.reached, self.times = threading.Event(), 0
        self._now = threading.Event()
        real = urlsplit(os.environ["AWS_ENDPOINT_URL"])
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # the library's name
                """Nothing."""

            def drip(self) -> None:
                """A header that does not come to its end."""
                with contextlib.suppress(OSError):
                    self.flush_headers()
                    self.wfile.write(b"X-Padding: ")
                    for _ in range(LONGEST):
                        self.wfile.write(b"x")
                        if outer._now.wait(PAUSE):
                            break
                    self.wfile.write(b"\r\n")

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                onward = http.client.HTTPConnection(str(real.hostname), int(real.port or 80), timeout=60)
                onward.request(self.command, self.path, body, dict(self.headers))
                answer = onward.getresponse()
                content = answer.read()
                slow = word in f"{self.command} {self.path} {self.headers} {body.decode('latin-1')}"
                if slow:
                    outer.times += 1
                    outer.reached.set()
                if slow and how == "silent" and not outer._now.wait(120):
                    return
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "connection", "transfer-encoding", "server", "date"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                if slow and how == "dripping":
                    self.drip()
                with contextlib.suppress(OSError):  # it has hung up
                    self.end_headers()
                    self.wfile.write(content)
                self.close_connection = slow

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  # the library's names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer_now(self) -> None:
        """What was held back is answered."""
        self._now.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.answer_now()
        self._server.shutdown()
        self._server.server_close()
