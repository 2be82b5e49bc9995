"""The door to the world's AWS: every request is logged, checked and either answered here (SES v2) or passed on to moto.

In this order: scripted faults, signature, whether the world knows the operation, the caller's IAM policies, the work.
"""

import io
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from seswizard.demo.aws import backend, signature, wire
from seswizard.demo.aws.access import caller_context, require
from seswizard.demo.aws.operations import asked_of_iam, is_write
from seswizard.demo.aws.simulate import simulate
from seswizard.demo.faults import Faults
from seswizard.demo.refusal import RefusedError
from seswizard.demo.ses import ANSWERS, Params, Ses
from seswizard.demo.ses.sending import conditions, from_params, resources

ADMIN = "admin"
"""The IAM user whose credentials the world hands out; no policy binds it."""

StartResponse = Callable[[str, list[tuple[str, str]]], object]


@dataclass(frozen=True, slots=True)
class Request:
    """One AWS call that was answered, or cut off."""

    at: float
    """When it came, on the monotonic clock."""
    service: str
    operation: str
    write: bool
    region: str
    status: int
    user: str
    """The IAM user who asked; empty where the key is unknown."""


class Gate:
    """The WSGI application of the world's AWS."""

    def __init__(self, ses: Ses, faults: Faults) -> None:
        self._ses, self._faults = ses, faults
        self._moto: Any = backend.application()  # moto's application has no type
        self._lock = threading.Lock()
        self.requests: list[Request] = []
        self.failures: list[str] = []
        """Tracebacks of the world's own mistakes; a test that sees one has found a bug in the world."""
        self.closing = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        came, body = time.monotonic(), _body(environ)
        said = signature.read(environ.get("HTTP_AUTHORIZATION", ""))
        call = wire.read(environ, said.service if said else "")
        environ["wsgi.input"] = io.BytesIO(body)  # moto reads it once more
        fault = self._faults.take(call.service, call.operation)
        if fault and fault.delay:
            self.closing.wait(fault.delay)
        key = backend.access_key(said.key_id) if said else None
        try:
            if fault and fault.code:
                raise RefusedError(fault.code, fault.message, fault.status)
            status, headers, answer = self._answer(call, said, key, environ, body)
        except RefusedError as refusal:
            status, headers, answer = wire.refuse(call, refusal)
        except Exception:  # noqa: BLE001  # the world's own mistakes must reach the test, not the client's retries
            self.failures.append(traceback.format_exc())
            status, headers, answer = wire.refuse(call, RefusedError("InternalFailure", "The embedded world failed.", 500))
        with self._lock:
            self.requests.append(
                Request(
                    came, call.service, call.operation, is_write(call.operation), said.region if said else "", status,
                    key.user if key else "",
                )
            )  # fmt: skip
        if self.closing.is_set() or (fault and fault.drop):
            _cut(environ)
        headers = {name: value for name, value in headers.items() if name.lower() not in ("content-length", "date")}
        if fault and fault.bend:
            status, headers, pieces = fault.bend(status, headers, answer)
        else:
            headers, pieces = {**headers, "Content-Length": str(len(answer))}, [answer]
        start_response(f"{status} {'OK' if status < 400 else 'Error'}", list(headers.items()))
        return pieces

    def _answer(
        self, call: wire.Call, said: signature.Signature | None, key: backend.AccessKey | None,
        environ: dict[str, Any], body: bytes,
    ) -> wire.Reply:  # fmt: skip
        key = _checked(said, key, environ, body)
        assert said is not None
        if not call.known:
            raise RefusedError(
                "NotImplementedException",
                f"The embedded world does not answer {call.operation or 'this operation'} of {call.service}.",
                501,
            )
        if key.user != ADMIN:
            self._authorise(call, said.region, key)
        if call.operation == "SimulatePrincipalPolicy":
            return wire.answer(call, simulate(Params(wire.params(call), key.user)))
        if call.operation == "DeleteUser":
            conflict = backend.delete_conflict(Params(wire.params(call), key.user).text("UserName"))
            if conflict:
                raise RefusedError("DeleteConflict", conflict, 409)
        if call.service != "sesv2":
            return self._by_moto(environ)
        with self._ses.lock:
            params = Params(wire.params(call), key.user)
            return wire.answer(call, ANSWERS[call.operation](self._ses, self._ses.region(said.region), params))

    def _authorise(self, call: wire.Call, region: str, key: backend.AccessKey) -> None:
        if call.service == "sts":
            return
        params = Params({} if call.service == "cloudwatch" else wire.params(call), key.user)
        action, needed = asked_of_iam(call.service, call.operation, region, params, backend.user_arn, backend.secret_arn)
        context = caller_context(key.user, call.service, region)
        if call.operation == "SendEmail":
            mail = from_params(params)
            with self._ses.lock:
                needed = resources(self._ses.region(region), mail)
            context |= conditions(mail)
        require(key, call.service, action, needed, context)

    def _by_moto(self, environ: dict[str, Any]) -> wire.Reply:
        found: list[tuple[int, dict[str, str]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
            found.append((int(status.split()[0]), dict(headers)))
            return lambda _: None

        body = b"".join(self._moto(environ, start))
        return (*found[-1], body)


def _checked(
    said: signature.Signature | None, key: backend.AccessKey | None, environ: dict[str, Any], body: bytes
) -> backend.AccessKey:
    if said is None:
        raise RefusedError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    if key is None or not key.active or "HTTP_X_AMZ_SECURITY_TOKEN" in environ:
        raise RefusedError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    headers = {name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name.startswith("HTTP_")}
    headers |= {"content-type": environ.get("CONTENT_TYPE", ""), "content-length": environ.get("CONTENT_LENGTH", "")}
    if not signature.matches(said, key.secret, environ["REQUEST_METHOD"], environ["RAW_URI"], headers, body):
        raise RefusedError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method.",
            403,
        )
    return key


def _body(environ: dict[str, Any]) -> bytes:
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body: bytes = stream.read()
        environ["CONTENT_LENGTH"] = str(len(body))
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _cut(environ: dict[str, Any]) -> None:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
