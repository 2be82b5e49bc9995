# ruff: noqa: E501 - real texts, whole, one row each
"""Texts as people paste them, and the finding that each becomes: its id, its level, and what it must name."""

import json
from pathlib import Path

import pytest

from seswizard.core.explain import explain
from seswizard.core.findings import Level

DATA = Path(__file__).parent.parent / "data" / "explain"
UNVERIFIED = "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: "
DENIED = "Access denied: User `arn:aws:iam::123456789012:user/x' is not authorized to perform `ses:SendRawEmail' on resource `{}'"
ARN = "arn:aws:ses:eu-west-1:123456789012:"
OK, ADVICE, WAITING, UNKNOWN, PROBLEM = Level.OK, Level.ADVICE, Level.WAITING, Level.UNKNOWN, Level.PROBLEM
KEY = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" + "MIIBCgKCAQEA" * 30  # as long as a key of 2048 bits is

Row = tuple[str, dict[str, Level], tuple[str, ...]]


def event(kind: str, **detail: object) -> str:
    """A v2 event."""
    part = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}.get(kind, kind.lower())
    mail = {"messageId": "0102019a1b2c3d4e-aa", "destination": ["ann@example.org"]}
    return json.dumps({"eventType": kind, "mail": mail, part: detail})


def bounced(kind: str, sub: str, who: str = "ann@example.org") -> str:
    """A v2 bounce."""
    people = [{"emailAddress": who, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 words"}]
    return event("Bounce", bounceType=kind, bounceSubType=sub, bouncedRecipients=people)


def status(action: str, code: str, diagnostic: str = "") -> str:
    """The fields of a delivery status, as somebody pastes them without the mail."""
    words = f"Diagnostic-Code: smtp; {diagnostic}\n" if diagnostic else ""
    return f"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; ann@example.org\nAction: {action}\nStatus: {code}\n{words}"


def clienterror(code: str, operation: str, message: str) -> str:
    """botocore's sentence, which the AWS CLI prints too."""
    return f"botocore.exceptions.ClientError: An error occurred ({code}) when calling the {operation} operation: {message}"


SMTP: tuple[Row, ...] = (
    ("554 " + UNVERIFIED + "ann@example.org", {"send.recipient-unverified": PROBLEM}, ("ann@example.org", "eu-west-1")),
    ("554 " + UNVERIFIED + "a@example.org, example.net,\nb@example.org", {"send.recipient-unverified": PROBLEM}, ("example.net",)),
    ("554 Message rejected: Email address is not verified. The following identities failed the check in region\nUS-EAST-1: ann@example.org",
     {"send.recipient-unverified": PROBLEM}, ("ann@example.org", "us-east-1")),
    ("MAIL FROM:<app@example.com>\n250 Ok\n554 " + UNVERIFIED + "app@example.com", {"send.sender-unverified": PROBLEM}, ("app@example.com",)),
    ("MAIL FROM:<app@example.com>\n250 Ok\n554 " + UNVERIFIED + "example.com", {"send.sender-unverified": PROBLEM}, ("example.com",)),
    ("554 " + DENIED.format(ARN + "configuration-set/shop"), {"send.not-authorized": PROBLEM}, ("configuration-set/shop", "default")),
    ("554 " + DENIED.format(ARN + "identity/example.com"), {"send.not-authorized": PROBLEM}, ("identity/example.com", "ses:FromAddress")),
    ("MAIL FROM:<app@example.com>\n554 " + DENIED.format(ARN + "identity/ann@example.org"), {"send.not-authorized": PROBLEM}, ("recipient", "identity/*")),
    ("535 Authentication Credentials Invalid", {"send.auth-failed": PROBLEM}, ("region", "secret")),
    ("535 Account not subscribed to SES", {"send.auth-failed": PROBLEM}, ("not signed up",)),
    ("530 Authentication required", {"send.auth-failed": PROBLEM}, ("did not log in",)),
    ("530 5.7.0 Must issue a STARTTLS command first", {"send.rejected": PROBLEM}, ("STARTTLS", "587")),
    ("504 Unrecognized authentication type", {"send.auth-failed": PROBLEM}, ("PLAIN",)),
    ("454 Throttling failure: Daily message quota exceeded.", {"send.daily-quota": PROBLEM}, ("24 hours",)),
    ("454 Throttling failure: Maximum sending rate exceeded.", {"send.throttled": WAITING}, ("slowly",)),
    ("454 Throttling failure: Maximum SigV2 SMTP sending rate exceeded.", {"login.old-algorithm": PROBLEM}, ("2019",)),
    ("454 Temporary authentication failure", {"send.rejected": WAITING}, ("try again",)),
    ("421 Too many concurrent SMTP connections", {"send.rejected": WAITING}, ("connections",)),
    ("451 Temporary service failure", {"send.rejected": WAITING}, ("just now",)),
    ("451 Timeout waiting for data from client.", {"send.rejected": WAITING}, ("silent",)),
    ("552 Message is too long.", {"send.rejected": PROBLEM}, ("40 MB",)),
    ("553 <ann@@example.org> Invalid email address", {"send.rejected": PROBLEM}, ("ann@@example.org",)),
    ("501 Invalid MAIL FROM address provided", {"send.rejected": PROBLEM}, ("MAIL FROM", "user name")),
    ("501 Invalid RCPT TO address provided", {"send.rejected": PROBLEM}, ("RCPT TO",)),
    ("503 Error: need MAIL command", {"send.rejected": PROBLEM}, ("EHLO",)),
    ("554 Transaction failed: Duplicate header 'DKIM-Signature'.", {"send.rejected": PROBLEM}, ("DKIM-Signature twice",)),
    ("554 Transaction failed: Missing final '@domain'", {"send.rejected": PROBLEM}, ("malformed",)),
    ("554 Transaction failed: Expected '/', got ;", {"send.rejected": PROBLEM}, ("MIME",)),
    ("554 Message rejected: Sending paused for this account. For more information, please check the inbox.", {"send.paused": PROBLEM}, ("support case",)),
    ("554 Configuration set <shop> does not exist.", {"send.rejected": PROBLEM}, ("X-SES-CONFIGURATION-SET",)),
    ("250 Ok 0102019a1b2c3d4e-5f6a7b8c-9d0e-4f1a-8b2c-3d4e5f6a7b8c-000000", {"explain.accepted": OK}, ("0102019a1b2c3d4e-5f6a7b8c",)),
    ("250 Ok", {"explain.accepted": OK}, ("after DATA",)),
    ("250 2.0.0 Ok: queued as 4F2A1B3C", {"explain.accepted": OK}, ()),
    ("235 Authentication successful.", {"explain.accepted": OK}, ("login",)),
    ("220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-ABC", {"explain.accepted": OK}, ("open",)),
    ("550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown", {"explain.bounce-no-email": PROBLEM}, ("mailbox",)),
    ("550-5.7.26 This mail has been blocked because the sender is unauthenticated.", {"explain.bounce-unauthenticated": PROBLEM}, ("DMARC",)),
    ("550 5.7.515 Access denied, sending domain EXAMPLE.COM does not meet the required authentication level.", {"explain.bounce-unauthenticated": PROBLEM}, ("SPF",)),
    ("452 4.2.2 The email account that you tried to reach is over quota", {"explain.bounce-mailbox-full": ADVICE}, ("full",)),
    ("554 " + UNVERIFIED + "root@web01", {"send.recipient-unverified": PROBLEM}, ("root@web01",)),
)  # fmt: skip

OTHER_SERVERS: tuple[Row, ...] = (
    ("535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a640c23a62f3a-gsmtp",
     {"explain.login-refused": PROBLEM}, ("not SES",)),
    ("535 5.7.3 Authentication unsuccessful [AM0PR02CA0079.eurprd02.prod.outlook.com]", {"explain.login-refused": PROBLEM}, ()),
    ("smtplib.SMTPAuthenticationError: (535, b'5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.')",
     {"explain.login-refused": PROBLEM}, ()),
    ("535 Authentication failed: The provided authorization grant is invalid, expired, or revoked", {"explain.login-refused": PROBLEM}, ()),
    ("SMTP ERROR: Password command failed: 534-5.7.9 Application-specific password required.", {"explain.login-refused": PROBLEM}, ()),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: 4F2A1B3C: to=<a@example.org>, relay=smtp.gmail.com[192.0.2.1]:587, dsn=5.7.8, "
     "status=deferred (SASL authentication failed; server smtp.gmail.com[192.0.2.1] said: 535-5.7.8 Username and Password not accepted.)",
     {"explain.login-refused": PROBLEM}, ("4F2A1B3C",)),
    ("554 5.7.1 <ann@example.org>: Relay access denied", {"explain.relay-refused": PROBLEM}, ("relay", "log in")),
    ("Nov 22 10:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 <ann@example.org>: Relay access denied; "
     "from=<a@example.com> to=<ann@example.org> proto=ESMTP helo=<x>", {"explain.relay-refused": PROBLEM}, ("relay",)),
    ("554 5.7.1 Access denied, banned sender [203.0.113.9]", {"explain.bounce-policy": PROBLEM}, ()),
    ("421 4.7.0 Try again later, closing connection. (EHLO) x.12 - gsmtp", {"explain.bounce-transient": ADVICE}, ("for now",)),
    ("451 4.7.1 Greylisting in action, please come back later", {"explain.bounce-transient": ADVICE}, ("for now",)),
    ("501 5.1.7 Invalid address [AM0PR02CA0079.eurprd02.prod.outlook.com]", {"explain.bounce-policy": PROBLEM}, ("sender",)),
)  # fmt: skip
"""Replies that look like SES's and are another server's."""

PROGRAMS: tuple[Row, ...] = (
    ("swaks.txt", {"send.auth-failed": PROBLEM}, ("eu-west-1",)),
    ("wrong-secret.txt", {"send.auth-failed": PROBLEM, "login.secret-key-used": PROBLEM}, ("40 characters",)),
    ("smtplib.txt", {"send.recipient-unverified": PROBLEM}, ("ann@example.org", "us-east-1")),
    ("django.txt", {"send.auth-failed": PROBLEM}, ("line 5",)),
    ("phpmailer.txt", {"send.recipient-unverified": PROBLEM}, ("wordpress@example.com",)),
    ("nodemailer.txt", {"send.auth-failed": PROBLEM}, ("Invalid login",)),
    ("nodemailer-timeout.txt", {"ports.blocked": PROBLEM}, ("Port 25" , "587")),
    ("symfony.txt", {"send.not-authorized": PROBLEM}, ("configuration-set/shop",)),
    ("boto3.txt", {"send.recipient-unverified": PROBLEM}, ("ann@example.org",)),
    ("com.sun.mail.smtp.SMTPSendFailedException: 554 Transaction failed: Local address contains control or whitespace", {"send.rejected": PROBLEM}, ("malformed",)),
    ("Net::SMTPAuthenticationError (535 Authentication Credentials Invalid)", {"send.auth-failed": PROBLEM}, ()),
    ("Mail error: The server response was: Message rejected: Email address is not verified.", {"send.recipient-unverified": PROBLEM}, ("an address",)),
    ("dial tcp 192.0.2.1:587: i/o timeout", {"ports.blocked": PROBLEM}, ("Port 587", "2587")),
    ("fsockopen(): php_network_getaddresses: getaddrinfo for email-smtp.eu-central-2.amazonaws.com failed: Name or service not known",
     {"region.no-smtp": PROBLEM}, ("eu-central-2", "API only")),
    ("getaddrinfo ENOTFOUND email-smtp.eu-west-9.amazonaws.com", {"region.not-supported": PROBLEM}, ("eu-west-9",)),
    ("getaddrinfo ENOTFOUND smtp.exmaple.com", {"explain.no-host": PROBLEM}, ("email-smtp.REGION",)),
    ("smtplib: ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1020)", {"explain.tls": PROBLEM}, ("STARTTLS", "465")),
    ("SMTP: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer", {"ports.certificate": PROBLEM}, ("root certificates",)),
    (clienterror("AccessDeniedException", "SendEmail", f"User: arn:aws:iam::123456789012:user/x is not authorized to perform: ses:SendEmail on resource: {ARN}identity/example.com"),
     {"send.not-authorized": PROBLEM}, ("identity/example.com",)),
    (clienterror("AccessDenied", "GetAccount", "User: arn:aws:iam::123456789012:user/x is not authorized to perform: ses:GetAccount on resource: *"),
     {"access.denied": UNKNOWN}, ("ses:GetAccount",)),
    (clienterror("TooManyRequestsException", "SendEmail", "Maximum sending rate exceeded."), {"send.throttled": WAITING}, ()),
    (clienterror("TooManyRequestsException", "GetEmailIdentity", "Too many requests"), {"access.throttled": UNKNOWN}, ("one request a second",)),
    (clienterror("LimitExceeded", "CreateAccessKey", "Cannot exceed quota for AccessKeysPerUser: 2"), {"login.two-keys": ADVICE}, ()),
    (clienterror("SendingPausedException", "SendEmail", "Email sending is disabled for your account."), {"send.paused": PROBLEM}, ()),
    (clienterror("MailFromDomainNotVerifiedException", "SendEmail", "Mail-From domain is not verified."), {"send.rejected": PROBLEM}, ("MAIL FROM",)),
    (clienterror("ConflictException", "PutAccountDetails", "A review is in progress."), {"sandbox.review-pending": WAITING}, ()),
    (clienterror("ExpiredTokenException", "GetAccount", "The security token included in the request is expired"), {"access.expired": UNKNOWN}, ()),
    (clienterror("InvalidClientTokenId", "GetCallerIdentity", "The security token included in the request is invalid."), {"access.invalid": UNKNOWN}, ()),
    ("botocore.exceptions.NoCredentialsError: Unable to locate credentials", {"access.no-credentials": UNKNOWN}, ()),
    ("MessageRejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: Ann <ann@example.org>\n    at de_MessageRejectedRes",
     {"send.recipient-unverified": PROBLEM}, ("ann@example.org",)),
    ("operation error SESv2: SendEmail, https response error StatusCode: 400, RequestID: 1, MessageRejected: Sending paused for this account.", {"send.paused": PROBLEM}, ()),
    ("AmazonSimpleEmailServiceException: Email address is not verified. The following identities failed the check in region EU-WEST-1: ann@example.org "
     "(Service: AmazonSimpleEmailService; Status Code: 400; Error Code: MessageRejected; Request ID: 1)", {"send.recipient-unverified": PROBLEM}, ("ann@example.org",)),
    ("<ErrorResponse><Error><Code>MessageRejected</Code><Message>Address blacklisted.</Message></Error></ErrorResponse>", {"suppression.listed": PROBLEM}, ()),
    # what the libraries of other languages say
    ("smtplib.SMTPNotSupportedError: SMTP AUTH extension not supported by server.", {"explain.no-mechanism": PROBLEM}, ("begin TLS first",)),
    ("stream_socket_enable_crypto(): Peer certificate CN=`mail.hoster.example' did not match expected CN=`email-smtp.eu-west-1.amazonaws.com'", {"ports.certificate": PROBLEM}, ()),
    ("Error: self signed certificate in certificate chain\n  code: 'ESOCKET',\n  command: 'CONN'", {"ports.certificate": PROBLEM}, ()),
    ("javax.mail.MessagingException: Could not convert socket to TLS;\n  javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path", {"ports.certificate": PROBLEM}, ()),
    ("javax.mail.MessagingException: Could not convert socket to TLS;\n  javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled)", {"explain.tls": PROBLEM}, ("TLS 1.2",)),
    ("javax.mail.MessagingException: Unknown SMTP host: email-smtp.eu-west-1.amazonaws.co", {"explain.no-host": PROBLEM}, ()),
    ("javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?\n\tat com.sun.mail.util.SocketFetcher", {"explain.tls": PROBLEM}, ("STARTTLS",)),
    ("software.amazon.awssdk.core.exception.SdkClientException: Unable to load credentials from any of the providers in the chain", {"access.no-credentials": UNKNOWN}, ()),
    ("Net::OpenTimeout: execution expired\n  /usr/lib/ruby/net/smtp.rb:541", {"ports.blocked": PROBLEM}, ()),
    ("tls: failed to verify certificate: x509: certificate is valid for mail.hoster.example, not email-smtp.eu-west-1.amazonaws.com", {"ports.certificate": PROBLEM}, ()),
    ("smtp: tls: first record does not look like a TLS handshake", {"explain.tls": PROBLEM}, ("STARTTLS",)),
    ("System.Net.Mail.SmtpException: The SMTP server requires a secure connection or the client was not authenticated. The server response was: Authentication required", {"send.auth-failed": PROBLEM}, ("did not log in",)),
    ("Send-MailMessage : The server response was: 5.7.57 Client not authenticated to send mail.", {"explain.login-refused": PROBLEM}, ()),
    ("curl: (7) Failed to connect to email-smtp.eu-west-1.amazonaws.com port 25 after 130000 ms: Couldn't connect to server", {"ports.blocked": PROBLEM}, ("Port 25", "EC2")),
    ("msmtp: TLS certificate verification failed: the certificate is not trusted", {"ports.certificate": PROBLEM}, ()),
    ("sSMTP[123]: Cannot open email-smtp.eu-west-1.amazonaws.com:587", {"ports.blocked": PROBLEM}, ("Port 587",)),
    ("*** TLS startup failed (connect(): error:0A00010B:SSL routines::wrong version number)", {"explain.tls": PROBLEM}, ()),
    ("botocore.exceptions.NoRegionError: You must specify a region.", {"explain.api-input": PROBLEM}, ("AWS_REGION",)),
)  # fmt: skip

LOGS: tuple[Row, ...] = (
    ("postfix-interleaved.log",
     {"send.sender-unverified": PROBLEM, "explain.null-sender": PROBLEM, "send.throttled": WAITING, "explain.accepted": OK},
     ("4F2A1B3C5D", "6A7B8C9D0E", "7C8D9E0F1A", "5E6F7A8B9C", "app@example.com, ann@example.org")),
    ("postfix-port25.log", {"ports.blocked": PROBLEM}, ("3XyZ9k1QwLz2bP7", "Port 25", "EC2")),
    ("exim.log", {"send.recipient-unverified": PROBLEM, "explain.accepted": OK}, ("1tEabc-000000001AB-2cDe", "ann@example.org")),
    ("msmtp.log", {"send.auth-failed": PROBLEM, "explain.accepted": OK}, ("line 2",)),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: 4F2A1B3C: to=<a@example.org>, relay=email-smtp.eu-west-1.amazonaws.com[192.0.2.1]:587, "
     "dsn=4.7.8, status=deferred (SASL authentication failed; server email-smtp.eu-west-1.amazonaws.com[192.0.2.1] said: 535 Authentication Credentials Invalid)",
     {"send.auth-failed": PROBLEM}, ("4F2A1B3C", "eu-west-1")),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: 4F2A1B3C: to=<a@example.org>, relay=email-smtp.eu-west-1.amazonaws.com[192.0.2.1]:587, "
     "status=deferred (SASL authentication failed; cannot authenticate to server email-smtp.eu-west-1.amazonaws.com[192.0.2.1]: no mechanism available)",
     {"explain.no-mechanism": PROBLEM}, ("libsasl2-modules",)),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: 4F2A1B3C: to=<a@example.org>, relay=email-smtp.eu-west-1.amazonaws.com[192.0.2.1]:587, dsn=5.0.0, "
     "status=bounced (host email-smtp.eu-west-1.amazonaws.com[192.0.2.1] said: 501 Invalid MAIL FROM address provided (in reply to MAIL FROM command))",
     {"send.rejected": PROBLEM}, ("MAIL FROM",)),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: 4F2A1B3C: to=<a@example.org>, relay=mx.example.org[192.0.2.9]:25, dsn=5.1.1, "
     "status=bounced (host mx.example.org[192.0.2.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command))",
     {"explain.bounce-no-email": PROBLEM}, ()),
    ("Nov 22 10:00:00 mx postfix/local[1]: 4F2A1B3C: to=<root@mx>, relay=local, dsn=2.0.0, status=sent (delivered to mailbox)",
     {"explain.delivered": OK}, ("SES had no part",)),
    ("Nov 22 10:00:00 mx postfix/qmgr[1]: 4F2A1B3C: from=<a@example.com>, status=expired, returned to sender", {"explain.expired": PROBLEM}, ()),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: 4F2A1B3C: to=<a@example.org>, relay=none, status=deferred (delivery temporarily suspended: something odd)",
     {"explain.delayed": WAITING}, ("not one that is known",)),
    # other relays' logs
    ("Nov 22 10:00:00 mx sendmail[1234]: 4AMA00ab012345: to=<a@example.org>, ctladdr=<root@mx> (0/0), delay=00:00:01, mailer=relay, relay=email-smtp.eu-west-1.amazonaws.com. [192.0.2.1], dsn=2.0.0, stat=Sent (Ok 0102019a1b2c3d4e-5f6a7b8c-9d0e-4f1a-8b2c-3d4e5f6a7b8c-000000)", {"explain.accepted": OK}, ("4AMA00ab012345",)),
    ("Nov 22 10:00:00 mx sendmail[1234]: 4AMA00ab012345: to=<a@example.org>, ctladdr=<root@mx> (0/0), delay=00:00:01, mailer=relay, relay=email-smtp.eu-west-1.amazonaws.com. [192.0.2.1], dsn=4.0.0, stat=Deferred: Connection timed out with email-smtp.eu-west-1.amazonaws.com.", {"ports.blocked": PROBLEM}, ("cannot be reached",)),
    ("Nov 22 10:00:00 mx sendmail[1234]: 4AMA00ab012345: to=<a@example.org>, ctladdr=<root@mx> (0/0), delay=00:00:01, mailer=relay, relay=mx.example.org. [192.0.2.1], dsn=5.1.1, stat=User unknown", {"explain.bounce-no-email": PROBLEM}, ("mailbox",)),
    ("Nov 22 10:00:00 mx sendmail[1234]: 4AMA00ab012345: to=<a@example.org>, ctladdr=<root@mx> (0/0), delay=00:00:01, mailer=relay, relay=email-smtp.eu-west-1.amazonaws.com. [192.0.2.1], dsn=5.0.0, stat=Service unavailable", {"explain.relay-refused": PROBLEM}, ("not one that is known",)),
    ("Nov 22 10:00:00 mx sendmail[1]: 4AMA00ab012345: AUTH=client, available mechanisms do not fulfill requirements", {"explain.no-mechanism": PROBLEM}, ()),
    ("Nov 22 10:00:00 mx smtpd[4321]: a1b2c3d4e5f60718 mta delivery evpid=1122334455667788 from=<a@example.com> to=<b@example.org> rcpt=<-> source=\"10.0.0.5\" relay=\"192.0.2.1 (email-smtp.eu-west-1.amazonaws.com)\" delay=1s result=\"Ok\" stat=\"250 Ok 0102019a1b2c3d4e-5f6a7b8c-9d0e-4f1a-8b2c-3d4e5f6a7b8c-000000\"", {"explain.accepted": OK}, ("a1b2c3d4e5f60718",)),
    ("Nov 22 10:00:00 mx smtpd[4321]: a1b2c3d4e5f60718 mta delivery evpid=1122334455667788 from=<a@example.com> to=<b@example.org> rcpt=<-> source=\"10.0.0.5\" relay=\"192.0.2.1 (email-smtp.eu-west-1.amazonaws.com)\" delay=1s result=\"PermFail\" stat=\"554 " + UNVERIFIED + "a@example.com\"", {"send.sender-unverified": PROBLEM}, ("a@example.com",)),
    ("Nov 22 10:00:00 mx smtpd[4321]: a1b2c3d4e5f60718 mta delivery evpid=1122334455667788 from=<a@example.com> to=<b@example.org> rcpt=<-> source=\"10.0.0.5\" relay=\"192.0.2.1 (email-smtp.eu-west-1.amazonaws.com)\" delay=1s result=\"TempFail\" stat=\"Network error on destination MXs\"", {"explain.delayed": WAITING}, ()),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: warning: SASL authentication failure: No worthy mechs found", {"explain.no-mechanism": PROBLEM}, ("libsasl2-modules",)),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: 4F2A1B3C: to=<a@example.org>, relay=email-smtp.eu-west-1.amazonaws.com[192.0.2.1]:587, dsn=4.7.5, status=deferred (Cannot start TLS: handshake failure)", {"explain.tls": PROBLEM}, ("TLS 1.2",)),
    ("Nov 22 10:00:00 mx postfix/smtp[1]: 4F2A1B3C: to=<a@example.org>, relay=email-smtp.eu-west-1.amazonaws.com[192.0.2.1]:587, dsn=5.3.4, status=bounced (message size 50000000 exceeds size limit 10485760 of server mx.example.org[192.0.2.9])", {"explain.bounce-too-large": PROBLEM}, ("attachment",)),
)  # fmt: skip

EVENTS: tuple[Row, ...] = (
    ("bounce-v1-sns.json", {"explain.bounce-no-email": PROBLEM}, ("ann@example.org", "5.1.1", "0102019a1b2c3d4e-5f6a7b8c-000000")),
    ("complaint-v2-lambda.json", {"explain.complaint": PROBLEM}, ("ann@example.org", "unwanted")),
    (bounced("Permanent", "General"), {"explain.bounce-permanent": PROBLEM}, ("ann@example.org",)),
    (bounced("Permanent", "Suppressed"), {"explain.bounce-suppressed": PROBLEM}, ("14 days",)),
    (bounced("Permanent", "OnAccountSuppressionList"), {"suppression.listed": PROBLEM}, ("upper and lower case",)),
    (bounced("Permanent", "OnTenantSuppressionList"), {"suppression.listed": PROBLEM}, ("tenant",)),
    (bounced("Permanent", "EmailValidationSuppressed"), {"explain.bounce-invalid": PROBLEM}, ("Auto Validation",)),
    (bounced("Permanent", "UnsubscribedRecipient"), {"explain.bounce-unsubscribed": PROBLEM}, ()),
    (bounced("Permanent", "Brand New"), {"explain.bounce-permanent": PROBLEM}, ("not known here",)),
    (bounced("Transient", "General"), {"explain.bounce-transient": ADVICE}, ("soft",)),
    (bounced("Transient", "MailboxFull"), {"explain.bounce-mailbox-full": ADVICE}, ()),
    (bounced("Transient", "MessageTooLarge"), {"explain.bounce-too-large": PROBLEM}, ()),
    (bounced("Transient", "ContentRejected"), {"explain.bounce-content": PROBLEM}, ()),
    (bounced("Transient", "AttachmentRejected"), {"explain.bounce-content": PROBLEM}, ("attachment",)),
    (bounced("Transient", "CustomTimeoutExceeded"), {"explain.bounce-transient": ADVICE}, ("MaxDeliverySeconds",)),
    (bounced("Undetermined", "Undetermined"), {"explain.bounce-undetermined": ADVICE}, ()),
    (bounced("Permanent", "General", "bounce@simulator.amazonses.com"), {"explain.simulator": OK}, ()),
    (event("Delivery", recipients=["ann@example.org"], smtpResponse="250 2.6.0 Message received"), {"explain.delivered": OK}, ("250 2.6.0",)),
    (event("Send"), {"explain.accepted": OK}, ("0102019a1b2c3d4e-aa",)),
    (event("Reject", reason="Bad content"), {"send.rejected": PROBLEM}, ("virus",)),
    (event("DeliveryDelay", delayType="MailboxFull", delayedRecipients=[{"emailAddress": "ann@example.org"}]), {"explain.delayed": WAITING}, ("full",)),
    (event("Rendering Failure", templateName="T", errorMessage="Attribute 'x' is not present"), {"explain.rendering-failed": PROBLEM}, ("'x'",)),
    (event("Open"), {"explain.event": OK}, ()),
    ('2026-11-22 INFO {"eventType":"Send","mail":{"messageId":"m"},"send":{}}', {"explain.accepted": OK}, ()),
    ('{"Type":"SubscriptionConfirmation","Token":"SECRETTOKEN123","TopicArn":"arn:aws:sns:eu-west-1:123456789012:t","Message":"You have chosen to subscribe"}',
     {"events.subscription-pending": ADVICE}, ("SubscribeURL",)),
    ("Successfully validated SNS topic for Amazon SES event publishing.", {"explain.event": OK}, ()),
    ('{"SendingEnabled": true, "ProductionAccessEnabled": false}', {"sandbox.on": ADVICE}, ("simulator",)),
    ('{"__type":"com.amazonaws.ses#MessageRejected","message":"Email address is not verified. The following identities failed the check in region EU-WEST-1: a@example.org"}',
     {"send.recipient-unverified": PROBLEM}, ("a@example.org",)),
)  # fmt: skip

MAILS: tuple[Row, ...] = (
    ("dsn-ses.eml", {"explain.bounce-no-email": PROBLEM}, ("ann@example.org", "550 5.1.1 user unknown")),
    ("dsn-postfix.eml", {"send.recipient-unverified": PROBLEM}, ("ann@example.org", "eu-west-1")),
    ("arf.eml", {"explain.complaint": PROBLEM}, ("abuse", "ann@example.org")),
    (status("failed", "5.2.2"), {"explain.bounce-mailbox-full": ADVICE}, ("ann@example.org",)),
    (status("failed", "5.7.1", "554 5.7.1 blocked by our list"), {"explain.bounce-policy": PROBLEM}, ("blocked by our list",)),
    (status("failed", "5.4.4", "550 5.4.4 no route"), {"explain.bounce-permanent": PROBLEM}, ()),
    (status("failed", "5.3.4"), {"explain.bounce-too-large": PROBLEM}, ()),
    (status("delayed", "4.4.7"), {"explain.delayed": WAITING}, ("goes on trying",)),
    (status("delivered", "2.0.0"), {"explain.delivered": OK}, ()),
)

RECORDS: tuple[Row, ...] = (
    ("v=spf1 mx include:amazonses.com -all", {"explain.record": OK}, ("include:amazonses.com", "hosts that take mail", "nobody else")),
    ('bounce.example.com. 300 IN TXT "v=spf1 include:amazon" "ses.com ~all"', {"explain.record": OK}, ("bounce.example.com", "Amazon SES may send")),
    ("v=spf1 +all", {"explain.record": OK, "explain.spf-open": PROBLEM}, ("every server",)),
    ("v=spf1 ip4:300.1.2.3 ipv4:192.0.2.1 ~all", {"explain.record": OK, "explain.spf-broken": PROBLEM}, ("ip4:300.1.2.3", "ipv4:192.0.2.1")),
    ("v=spf1 " + " ".join(f"include:s{n}.example.com" for n in range(11)) + " ~all", {"explain.record": OK, "spf.too-many-lookups": PROBLEM}, ("11",)),
    ('example.com. IN TXT "v=spf1 mx ~all"\nexample.com. IN TXT "v=spf1 include:amazonses.com ~all"', {"explain.record": OK, "spf.duplicate": PROBLEM}, ("example.com",)),
    ("v=DMARC1; p=quarantine; rua=mailto:d@example.com", {"explain.record": OK}, ("put failing mail aside", "d@example.com")),
    ("v=DMARC1; p=none; aspf=s; adkim=s; pct=50", {"explain.record": OK, "dmarc.strict-spf": ADVICE, "dmarc.strict-dkim": ADVICE, "dmarc.removed-tags": ADVICE}, ("pct",)),
    ("v=DMARC1; p=maybe", {"explain.record": OK, "explain.dmarc-broken": PROBLEM}, ("p=maybe",)),
    (f"v=DKIM1; k=rsa; p={KEY}", {"explain.record": OK}, ("2048",)),
    ("v=DKIM1; k=rsa; p=", {"explain.record": OK, "explain.dkim-revoked": PROBLEM}, ("revoked",)),
    ("v=DKIM1; t=y; p=MIIBIjANBgkq", {"explain.record": OK, "explain.dkim-broken": PROBLEM, "explain.dkim-testing": ADVICE}, ("255",)),
    ("abcdefghijklmnopqrstuvwxyz234567._domainkey.example.com. CNAME abcdefghijklmnopqrstuvwxyz234567.dkim.amazonses.com.", {"explain.record": OK}, ("Easy DKIM",)),
    ("bounce.example.com. 300 IN MX 10 feedback-smtp.eu-west-1.amazonses.com.", {"explain.record": OK}, ("eu-west-1", "only MX")),
    # with mistakes
    ("mail.example.com. 300 IN MX 10 10 feedback-smtp.us-east-1.amazonses.com.", {"mail-from.priority-in-value": PROBLEM}, ("10 10",)),
    ("mail.example.com. MX 10 feedback-smtp.us-east-1.amazonses.com.example.com.", {"mail-from.wrong-target": PROBLEM}, ("example.com behind it",)),
    ("mail.example.com. MX 10 feedback-smtp.us-east-1.amazonses.com.\nmail.example.com. MX 20 mx.example.org.", {"mail-from.extra-mx": PROBLEM, "explain.record": OK}, ("mx.example.org",)),
    ("abcdefghijklmnopqrstuvwxyz234567._domainkey.example.com. CNAME abcdefghijklmnopqrstuvwxyz234567.dkim.amazonses.com.example.com.", {"dkim.target-appended": PROBLEM}, ("example.com behind it",)),
    ("abcdefghijklmnopqrstuvwxyz234567._domainkey.example.com.example.com. CNAME abcdefghijklmnopqrstuvwxyz234567.dkim.amazonses.com.", {"dkim.doubled-name": PROBLEM}, ("example.com twice",)),
    ("“v=spf1 include:amazonses.com ~all”", {"explain.record": OK}, ("include:amazonses.com",)),
    ("include:amazonses.com ~all", {"explain.spf-broken": PROBLEM}, ("v=spf1 and a space",)),
    ("spf1 include:amazonses.com -all", {"explain.spf-broken": PROBLEM}, ("v=spf1 and a space",)),
    ("v=dmarc1; p=none", {"explain.dmarc-broken": PROBLEM}, ("v=DMARC1;",)),
    ("v=DMARC1, p=none", {"explain.dmarc-broken": PROBLEM}, ("; between",)),
    ("p=none; v=DMARC1", {"explain.dmarc-broken": PROBLEM}, ("must begin",)),
)  # fmt: skip

UNRECOGNISED: tuple[str, ...] = (
    "Hello, my mail does not work.",
    "HTTP/1.1 500 Internal Server Error",
    "504 Gateway Time-out",
    "502 Bad Gateway",
    "HTTP/1.1 501 Not Implemented",
    "TimeoutError: the database took too long, connection timed out",
    "ValidationError: 1 validation error for User",
    "NotFoundException: no such page",
    "port 587 is open",
    "example.com. 553 IN A 192.0.2.1",
    "404",
    "{}",
    "[]",
    '{"eventType": "Bounce"}',
    '{"eventType": "Brand New", "mail": {"messageId": "m"}}',
    '{"code": "BadRequestException", "message": "no"}',
    "botocore.exceptions.ClientError: An error occurred (NoSuchBucket) when calling the PutObject operation: no",
    "250 people came",
    "550 items sold",
    "535 meters",
    "Error at line 535: password field missing",
    "line 501: invalid syntax near argument",
    "The temperature was 451 degrees and 535 people in the address book came.",
    "The login page got 553 visitors, the mail page 501 times.",
    "Dear sir, the mail of 554 people was refused",
    "v=spf2.0/pra mx ~all",
    "p=none",
    "From: a@example.org\nSubject: 554 ways to cook\n\nHello",
    "Final-Recipient: rfc822; a@example.org",
    "Nov 22 10:00:00 mx postfix/qmgr[1]: 4F2A1B3C: removed",
    # words that SES has too, from others
    "Access Denied: user bob",
    "User bob is not authorized to perform this action",
    "Your email address is not verified.",
    "The address is not verified in our shop database",
    "Login failed: user name is missing",
    "illegal address 0x7fff in module kernel",
    "Missing required header 'Authorization'",
    "duplicate header Content-Length",
    "Your hosting account is suspended",
    "Your IP address blacklisted by example.net",
    "The address is on the suppression list of that provider",
)

TABLE = SMTP + OTHER_SERVERS + PROGRAMS + LOGS + EVENTS + MAILS + RECORDS


def text_of(text: str) -> str:
    """The text itself, or that of the file it names."""
    return (
        (DATA / text).read_text(encoding="utf-8")
        if text.endswith((".txt", ".log", ".json", ".eml")) and "\n" not in text
        else text
    )


@pytest.mark.parametrize(("text", "levels", "names"), TABLE, ids=[row[0][:50] for row in TABLE])
def test_a_text_becomes_its_findings_and_they_name_what_it_names(
    text: str, levels: dict[str, Level], names: tuple[str, ...]
) -> None:
    found = explain(text_of(text))
    assert {one.id: one.level for one in found.findings} == levels
    assert found.what
    shown = " ".join(
        " ".join(
            [one.title, one.remedy.text if one.remedy else "", *(f"{row.label} {row.seen} {row.source}" for row in one.evidence)]
        )
        for one in found.findings
    )
    for name in names:
        assert name in shown
    for one in found.findings:
        assert one.level is Level.OK or one.remedy


@pytest.mark.parametrize("text", UNRECOGNISED)
def test_what_nobody_knows_is_not_recognised_and_never_guessed(text: str) -> None:
    found = explain(text)
    assert [one.id for one in found.findings] == ["explain.not-recognised"]
    assert found.level is Level.UNKNOWN
    assert found.what == ""


def test_the_table_is_as_long_as_it_was_asked_to_be() -> None:
    assert len(TABLE) >= 60
    assert {path.name for path in DATA.iterdir()} == {row[0] for row in TABLE if (DATA / row[0][:60].split("\n")[0]).is_file()}


def test_a_log_gives_one_finding_per_id_with_evidence_per_queue_id() -> None:
    line = "Nov 22 10:00:00 mx postfix/smtp[1]: {}: to=<a@example.org>, relay=email-smtp.eu-west-1.amazonaws.com[192.0.2.1]:587, status=sent (250 Ok 1)"
    found = explain("\n".join(line.format(queue_id) for queue_id in ("4F2A1B3C", "5E6F7A8B", "6A7B8C9D")))
    assert len(found.findings) == 1
    assert [one.label for one in found.findings[0].evidence] == ["4F2A1B3C", "5E6F7A8B", "6A7B8C9D"]


def test_the_words_of_a_quoting_program_are_no_part_of_an_address() -> None:
    found = explain(f'Expected response code "250" but got code "554", with message "554 {UNVERIFIED}hello@example.com".')
    assert found.findings[0].title.endswith("as verified: hello@example.com.")


def test_a_throttled_call_of_another_service_is_not_laid_on_ses() -> None:
    found = explain(clienterror("TooManyRequestsException", "Invoke", "Rate Exceeded."))
    assert found.findings[0].title == "AWS asks to slow down."


def test_nodemailer_says_no_word_of_mail_and_is_known_by_its_codes() -> None:
    found = explain("Error: SSL routines:ssl3_get_record:wrong version number\n  code: 'ESOCKET',\n  command: 'CONN'")
    assert [one.id for one in found.findings] == ["explain.tls"]


@pytest.mark.parametrize("people", [7, True, "abc", {"a": 1}, [3, None, {"emailAddress": []}]])
@pytest.mark.parametrize(("kind", "key"), [("Bounce", "bouncedRecipients"), ("DeliveryDelay", "delayedRecipients")])
def test_recipients_of_another_shape_are_no_crash(kind: str, key: str, people: object) -> None:
    assert explain(event(kind, bounceType="Permanent", bounceSubType="General", delayType="General", **{key: people})).findings


def test_the_worst_comes_first() -> None:
    found = explain(text_of("postfix-interleaved.log"))
    assert [one.level for one in found.findings] == [PROBLEM, PROBLEM, WAITING, OK]


@pytest.mark.parametrize(
    "reply",
    [
        row[0]
        for row in SMTP
        if row[0][:3].isdigit() and "\n" not in row[0] and next(iter(row[1])).startswith(("send.", "login.", "suppression."))
    ],
)
def test_sending_and_explaining_share_one_reader(reply: str) -> None:
    from seswizard.actions.refusals import refusal

    assert refusal(int(reply[:3]), reply[4:], "").kind == explain(reply).findings[0].id
