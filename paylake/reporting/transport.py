"""Ways out for a mail: a folder of .eml files, or an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path

from paylake.errors import PaylakeError, UsageError
from paylake.reporting.ledger import write_atomically
from paylake.settings import Settings

TIMEOUT_SECONDS = 30
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def deliver(message: EmailMessage, name: str, settings: Settings) -> Path | None:
    """Hand a message over; a file's path for the outbox, None for SMTP.

    Raises:
        UsageError: the settings name no known transport.
        PaylakeError: the server did not take the message.
    """
    if settings.mail_transport == "outbox":
        path = settings.lake_path / "outbox" / f"{name}.eml"
        write_atomically(path, message.as_bytes())
        return path
    if settings.mail_transport == "smtp":
        _smtp(message, settings)
        return None
    raise UsageError(f"PAYLAKE_MAIL_TRANSPORT is {settings.mail_transport!r}.", "Set it to outbox or smtp.")


def _smtp(message: EmailMessage, settings: Settings) -> None:
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with _connect(settings) as server:
            if settings.smtp_user:
                password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
                server.login(settings.smtp_user, password)
            server.send_message(message)
    except smtplib.SMTPAuthenticationError as error:
        raise PaylakeError(
            f"{where} refused the login (code {error.smtp_code}).", "Check PAYLAKE_SMTP_USER and PAYLAKE_SMTP_PASSWORD."
        ) from None
    except smtplib.SMTPRecipientsRefused:
        raise PaylakeError(f"{where} refused the recipient.", "Check the address in the report's .yml.") from None
    except smtplib.SMTPResponseException as error:
        raise PaylakeError(
            f"{where} refused the mail (code {error.smtp_code}).", "See the server's log; sending again is safe."
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        what = (
            type(error).__name__ if isinstance(error, smtplib.SMTPException) else error.strerror or type(error).__name__
        )
        raise PaylakeError(
            f"The mail server {where} cannot be reached over {settings.smtp_tls}: {what}.",
            "Check PAYLAKE_SMTP_HOST, PAYLAKE_SMTP_PORT and PAYLAKE_SMTP_TLS; sending again is safe.",
        ) from None


def _connect(settings: Settings) -> smtplib.SMTP:
    if settings.smtp_tls not in ("starttls", "tls", "none"):
        raise UsageError(f"PAYLAKE_SMTP_TLS is {settings.smtp_tls!r}.", "Set it to starttls, tls or none.")
    if settings.smtp_tls == "none" and settings.smtp_user and settings.smtp_host not in LOOPBACK:
        raise UsageError("A password would cross the network unencrypted.", "Set PAYLAKE_SMTP_TLS to starttls or tls.")
    context = ssl.create_default_context()
    if settings.smtp_tls == "tls":
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    if settings.smtp_tls == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server
