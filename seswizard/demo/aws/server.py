"""The HTTP server of the world's AWS: moto's request handler around our gate, on a free port of 127.0.0.1."""

import threading

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from seswizard.demo.aws.gate import Gate


class _Handler(MotoRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the wizard."""


class AwsServer:
    """A thread that answers AWS calls."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._server = make_server("127.0.0.1", 0, gate, threaded=True, request_handler=_Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="demo-aws", daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port; calls that still wait are cut off."""
        self._gate.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
