"""AWS's protocols, by moto's own router, parsers and serializers: which operation a request asks for, and its answer.

This file and `backend.py` are the only ones that touch moto's insides. Explicit `Any` here: moto's values have no types.
"""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.errors import COMMON_ERROR_CODES
from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from seswizard.demo.aws.operations import OPERATIONS
from seswizard.demo.refusal import RefusedError

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""

_BY_SIGNING_NAME = {"monitoring": "cloudwatch"}
_OLDER_LISTS = {"/v2/email/identities": "ListEmailIdentities", "/v2/email/configuration-sets": "ListConfigurationSets"}
"""SES v2 listings as botocore before 1.44 asked for them, by GET."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, understood as far as its operation."""

    service: str
    operation: str
    """Empty where no operation of the service fits."""
    request: Request
    path_params: dict[str, str]

    @property
    def known(self) -> bool:
        """Whether the world answers it."""
        return self.operation in OPERATIONS.get(self.service, ())


class _Error(ServiceException):
    """An error defined outside moto: moto would look for a service by the name of the module it lives in."""


def read(environ: dict[str, Any], signing_name: str) -> Call:
    """Find out what a request asks for."""
    request = Request(environ)
    request.get_data()  # kept, so that the form and the parsers read the same bytes
    service = _BY_SIGNING_NAME.get(signing_name, signing_name)
    if service == "ses" and request.path.startswith("/v2/"):
        service = "sesv2"
    if target := request.headers.get("X-Amz-Target"):
        return Call(service, target.rpartition(".")[2], request, {})
    if action := request.values.get("Action"):
        return Call(service, action, request, {})
    if request.method == "GET" and service == "sesv2" and request.path in _OLDER_LISTS:
        return Call(service, _OLDER_LISTS[request.path], request, dict(request.args))
    if service in OPERATIONS:
        try:
            operation, path_params = get_service_router(service).match(request)
        except (NotFound, NotImplementedError):
            return Call(service, "", request, {})
        return Call(service, str(operation.name), request, path_params)
    return Call(service, "", request, {})


def params(call: Call) -> Mapping[str, object]:
    """The parameters of a call that the world answers."""
    model = _model(call)
    parser = PROTOCOL_PARSERS[_protocol(call)](model, map_type=dict)
    parsed = parser.parse(
        {
            "method": call.request.method,
            "values": call.request.values,
            "headers": call.request.headers,
            "body": call.request.data,
            "url_path": call.request.path,
            "url_params": call.path_params,
        }
    )
    return {**call.path_params, **parsed}


def answer(call: Call, result: Mapping[str, object]) -> Reply:
    """The answer on the wire."""
    return _serialized(call, result)


def refuse(call: Call, refusal: RefusedError) -> Reply:
    """The error on the wire, in the protocol that the caller speaks."""
    if call.known:
        if refusal.code not in COMMON_ERROR_CODES:
            COMMON_ERROR_CODES.append(refusal.code)  # or moto warns on the terminal where the model does not list it
        status, headers, body = _serialized(call, _Error(refusal.code, refusal.message))
        return refusal.status or status, headers, body
    status = refusal.status or 400
    if call.request.values.get("Action"):
        inner = f"<Type>Sender</Type><Code>{refusal.code}</Code><Message>{html.escape(refusal.message)}</Message>"
        text = f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>"
        return status, {"Content-Type": "text/xml"}, text.encode()
    text = json.dumps({"__type": refusal.code, "message": refusal.message})
    return status, {"Content-Type": "application/json", "X-Amzn-Errortype": refusal.code}, text.encode()


def _serialized(call: Call, result: Any) -> Reply:
    serializer = get_serializer_class(call.service, _protocol(call))(operation_model=_model(call))
    found = serializer.serialize(result)
    body = found["body"]
    headers = {name: str(value) for name, value in found["headers"].items()}
    return int(found["status_code"]), headers, body if isinstance(body, bytes) else str(body).encode()


def _protocol(call: Call) -> str:
    return determine_request_protocol(get_service_model(call.service), call.request.content_type)


def _model(call: Call) -> OperationModel:
    model: OperationModel = get_service_model(call.service).operation_model(call.operation)
    return model
