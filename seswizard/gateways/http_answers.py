"""What comes back over HTTP in AWS's name, looked at before the library makes anything of it.

botocore reads an answer whole, however long it is and however long it takes, and takes what is not JSON for an empty answer:
the page of a captive portal would be an account that may not send. Here an answer has a length, a time and a form.
"""

import json
import re
import time
from typing import Any

LONGEST_BYTES = 8_000_000
"""Far above AWS's longest answer: ten messages of a queue."""
LONGEST_SECONDS = 20.0
"""For the body, once its head is here; each single byte has the library's own time limit as well."""
_PIECE = 65_536
_PAGE = re.compile(rb"\s*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)


class AnswerError(Exception):
    """What came is no answer of AWS's; `page`: it is meant for a browser."""

    def __init__(self, why: str, *, page: bool = False) -> None:
        super().__init__(why)
        self.page = page


class BoundedSession:
    """botocore's HTTP session, whose answers end. Any: the library has no types here."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def send(self, request: Any) -> Any:
        """Send a request; the answer with its body.

        Raises:
            AnswerError: it is too long.
            TimeoutError: it does not end in time.
        """
        request.stream_output = True  # so that nothing is read before we read it
        response = self._session.send(request)
        try:
            response._content = _body(response, request.url)
        except BaseException:
            response.raw.close()
            raise
        return response

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _body(response: Any, url: str) -> bytes:
    from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
    from urllib3.exceptions import HTTPError
    from urllib3.exceptions import ReadTimeoutError as SilentError

    raw, end, pieces, length = response.raw, time.monotonic() + LONGEST_SECONDS, [], 0
    whole = response.headers.get("content-length") or ""
    expected = int(whole) if whole.isdecimal() else None
    if expected is not None and expected > LONGEST_BYTES:
        raise AnswerError("it is too long")
    read = getattr(raw, "read1", raw.read)  # urllib3 before 2 has no read1
    try:
        while piece := read(_PIECE):
            length += len(piece)
            if length > LONGEST_BYTES:
                raise AnswerError("it is too long")
            # One that is here whole was not late: it is we who were.
            if time.monotonic() > end and (expected is None or length < expected):
                raise TimeoutError
            pieces.append(piece)
    except SilentError as error:
        raise ReadTimeoutError(endpoint_url=url, error=error) from None
    except HTTPError as error:
        raise ConnectionClosedError(endpoint_url=url, error=error) from None
    raw.release_conn()
    return b"".join(pieces)


def check_form(*, operation_model: Any, response_dict: Any, **_others: Any) -> None:
    """botocore's event `before-parse`: whether the body of an answer that says yes has the form of the service's protocol.

    Raises:
        AnswerError: it has not.
    """
    body, service = response_dict["body"], operation_model.service_model
    if response_dict["status_code"] >= 300 or not isinstance(body, bytes) or not body.strip():
        return
    page = _PAGE.match(body) is not None
    protocol = getattr(service, "resolved_protocol", service.protocol)
    if protocol == "query":
        if not re.search(rf"<(\w+:)?{operation_model.name}Response[\s>/]".encode(), body[:_PIECE]):
            raise AnswerError("it is not the XML of this call", page=page)
    elif protocol in ("json", "rest-json"):
        try:
            whole = isinstance(json.loads(body), dict)
        except (ValueError, RecursionError):
            whole = False
        if not whole:
            raise AnswerError("it is no JSON object", page=page)
