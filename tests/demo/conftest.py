"""For the tests of the world itself: waiting by looking, a message, and an SMTP client that trusts the world's authority."""

import smtplib
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import boto3
import pytest

from seswizard.core.login import TlsMode, smtp_host
from seswizard.demo.world import World


@pytest.fixture
def until() -> Callable[..., Any]:
    """Look again and again until there is something to see; what there is to see has any type."""

    def wait(look: Callable[[], object], seconds: float = 15) -> object:
        deadline = time.monotonic() + seconds
        while True:
            if found := look():
                return found
            assert time.monotonic() < deadline, f"nothing to see within {seconds} s"
            time.sleep(0.05)

    return wait


@pytest.fixture
def session(world: World) -> boto3.Session:
    """The admin of the blank world."""
    return boto3.Session()


class _Starttls(smtplib.SMTP):
    """smtplib takes SNI and the certificate's name from the host it dials; here the two differ."""

    _host: str


class _Implicit(smtplib.SMTP):
    context: ssl.SSLContext
    name: str

    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        plain = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # smtplib's own hook, not in its stubs
        return self.context.wrap_socket(plain, server_hostname=self.name)


@pytest.fixture
def dial() -> Callable[..., smtplib.SMTP]:
    """An encrypted connection to SES's endpoint of a region: `dial(world, 587, "starttls", "eu-west-1")`."""

    def connect(world: World, port: int = 587, mode: TlsMode = "starttls", region: str = "eu-west-1") -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=world.ca_file)
        if mode == "tls":
            implicit = _Implicit(timeout=10)
            implicit.context, implicit.name = context, smtp_host(region)
            implicit.connect(world.smtp.host, port + world.smtp.offset)
            return implicit
        client = _Starttls(world.smtp.host, port + world.smtp.offset, timeout=10)
        client._host = smtp_host(region)
        client.starttls(context=context)
        return client

    return connect


@pytest.fixture
def mail() -> Callable[..., bytes]:
    """A small message; `X_SES_...` as keyword becomes the header."""

    def write(sender: str = "post@example.com", to: str = "success@simulator.amazonses.com", **headers: str) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, "A test"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content("Hello.")
        return message.as_bytes()

    return write
