"""Programs of somebody's own that send through SES: swaks, msmtp, and a Postfix that runs for one test only.

Each is given the login as its own manual says, speaks to the world's SMTP server with the certificate checked, and
returns what it said. None of them uses the system's configuration, queue or log.
"""

import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from seswizard.demo.world import World

HOST = "email-smtp.eu-west-1.amazonaws.com"


@dataclass(frozen=True)
class Account:
    """What a person types into a program's configuration."""

    world: World
    user: str
    password: str

    def port(self, port: int) -> int:
        """The world's port that stands for one of SES."""
        return port + self.world.smtp.offset


def message(sender: str, to: str) -> EmailMessage:
    """An order from a shop."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Shop <{sender}>", to, "Your order"
    mail.set_content("Thank you.\n")
    return mail


def ran(*words: str, stdin: str = "") -> str:
    """What a program said, on both streams; it may have failed."""
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=60, env=os.environ.copy(), check=False)
    return done.stdout + done.stderr


def by_swaks(swaks: str, account: Account, sender: str, to: str) -> str:
    """One message by swaks over STARTTLS."""
    return ran(
        swaks,
        "--server", f"{account.world.smtp.host}:{account.port(587)}",
        "--tls", "--tls-verify", "--tls-ca-path", str(account.world.ca_file), "--tls-sni", HOST,
        "--auth", "PLAIN", "--auth-user", account.user, "--auth-password", account.password,
        "--from", sender, "--to", to, "--ehlo", "client.example.com",
    )  # fmt: skip


def by_msmtp(msmtp: str, account: Account, sender: str, to: str, directory: Path, passwordeval: str) -> str:
    """One message by msmtp, TLS from the start; its password is asked for by a command, as its manual advises."""
    config = directory / "msmtprc"
    config.write_text(
        f"""account ses
host {account.world.smtp.host}
port {account.port(465)}
tls on
tls_starttls off
tls_trust_file {account.world.ca_file}
tls_host_override {HOST}
auth plain
user {account.user}
passwordeval "{passwordeval}"
from {sender}
"""
    )
    config.chmod(0o600)
    return ran(msmtp, "-C", str(config), "-a", "ses", "-d", to, stdin=message(sender, to).as_string())


@dataclass(frozen=True)
class Postfix:
    """A running Postfix that hands everything to SES."""

    port: int
    log: Path

    def send(self, sender: str, to: str) -> str:
        """Hand it a message, and wait for what became of it: the log."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.send_message(message(sender, to), sender, [to])
        deadline = time.monotonic() + 30
        while f"to=<{to}>" not in self.log.read_text(errors="replace"):
            assert time.monotonic() < deadline, self.log.read_text(errors="replace")
            time.sleep(0.1)
        return self.log.read_text(errors="replace")


@contextmanager
def postfix(program: str, account: Account) -> Iterator[Postfix]:
    """A Postfix of our own: configuration, queue and log in a directory that goes with it. Needs root, as Postfix does.

    What SES refuses stays in its queue (`soft_bounce`): a bounce mail of its own would be another message through SES.
    """
    # Not under pytest's directory, which is closed to the user that Postfix changes to.
    directory = Path(tempfile.mkdtemp(prefix="seswizard-postfix-"))
    directory.chmod(0o755)
    port = free_port()
    log = directory / "log"
    log.touch()
    _write(directory, account, port)
    process = subprocess.Popen([program, "-c", str(directory), "start-fg"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        _listening(port, process, log)
        yield Postfix(port, log)
    finally:
        subprocess.run([program, "-c", str(directory), "abort"], capture_output=True, timeout=30, check=False)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.communicate()
        shutil.rmtree(directory, ignore_errors=True)


def _write(directory: Path, account: Account, port: int) -> None:
    owner = pwd.getpwnam("postfix")
    (directory / "spool").mkdir(0o755)
    (directory / "data").mkdir(0o700)
    os.chown(directory / "data", owner.pw_uid, owner.pw_gid)
    shutil.copy(account.world.ca_file, directory / "roots.pem")
    relay = f"[{account.world.smtp.host}]:{account.port(587)}"
    (directory / "sasl").write_text(f"{relay} {account.user}:{account.password}\n")
    (directory / "sasl").chmod(0o600)
    (directory / "main.cf").write_text(
        f"""compatibility_level = 3.6
queue_directory = {directory}/spool
data_directory = {directory}/data
maillog_file = {directory}/log
maillog_file_prefixes = {directory}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.com
myorigin = example.com
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
relayhost = {relay}
smtp_tls_security_level = secure
smtp_tls_secure_cert_match = {HOST}
smtp_tls_servername = {HOST}
smtp_tls_CAfile = {directory}/roots.pem
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = texthash:{directory}/sasl
smtp_sasl_security_options = noanonymous
smtp_sasl_mechanism_filter = plain, login
smtp_host_lookup = native
soft_bounce = yes
"""
    )
    (directory / "master.cf").write_text(
        f"""127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
    )


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _listening(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, process.communicate()[0].decode() + log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
