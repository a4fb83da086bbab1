"""SMTP against a real server in this process: failing means mails lost, repeated, or sent in the clear."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from paylake.daemon import free_port
from paylake.errors import PaylakeError, UsageError
from paylake.reporting.record import ReportRun
from paylake.reporting.send import send_report
from paylake.settings import Settings

from .test_send import recipients

Make = Callable[..., ReportRun]


class Inbox:
    """A mail server's handler that keeps what it gets, and refuses `nobody@`."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    handler, port = Inbox(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def over_smtp(settings: Settings, port: int, **changes: Any) -> Settings:
    return settings.model_copy(
        update={"mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none"} | changes
    )


def test_smtp_delivers_the_same_mail(make_run: Make, settings: Settings, inbox: tuple[Inbox, int]) -> None:
    handler, port = inbox
    run = make_run()
    result = send_report(run, over_smtp(settings, port))
    assert result.state == "sent"
    ((to, content),) = handler.got
    assert to == ["revenue@example.com"]
    assert result.deliveries[0].message_id.encode() in content
    assert send_report(run, over_smtp(settings, port)).state == "already sent"
    assert len(handler.got) == 1


def test_refused_recipient_is_named_by_position_and_others_keep_their_mail(
    make_run: Make, settings: Settings, inbox: tuple[Inbox, int]
) -> None:
    handler, port = inbox
    recipients(settings, "a@example.com", "nobody@example.com")
    run = make_run()
    with pytest.raises(PaylakeError, match=r"refused the recipient.*1 of 2 recipients have the mail; recipient 2"):
        send_report(run, over_smtp(settings, port))
    recipients(settings, "a@example.com", "b@example.com")
    assert [d.state for d in send_report(run, over_smtp(settings, port)).deliveries] == ["already sent", "sent"]
    assert len(handler.got) == 2


def test_unreachable_server_is_one_sentence(make_run: Make, settings: Settings) -> None:
    with pytest.raises(PaylakeError, match=r"cannot be reached over none: Connection refused"):
        send_report(make_run(), over_smtp(settings, free_port()))


def test_server_without_starttls_gets_no_mail(make_run: Make, settings: Settings, inbox: tuple[Inbox, int]) -> None:
    handler, port = inbox
    with pytest.raises(PaylakeError, match="over starttls"):
        send_report(make_run(), over_smtp(settings, port, smtp_tls="starttls"))
    assert handler.got == []


def test_password_never_crosses_the_network_in_the_clear(make_run: Make, settings: Settings) -> None:
    with pytest.raises(UsageError, match="unencrypted"):
        send_report(
            make_run(),
            over_smtp(settings, 25, smtp_host="mail.example.com", smtp_user="u", smtp_password=SecretStr("p")),
        )


def test_refused_login_does_not_show_the_password(make_run: Make, settings: Settings) -> None:
    port = free_port()
    controller = Controller(
        Inbox(),
        hostname="127.0.0.1",
        port=port,
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )
    controller.start()
    try:
        with pytest.raises(PaylakeError, match=r"refused the login \(code 535\)") as caught:
            send_report(make_run(), over_smtp(settings, port, smtp_user="u", smtp_password=SecretStr("hunter2hunter2")))
        assert "hunter2" not in str(caught.value)
    finally:
        controller.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.mark.parametrize("trusted", [True, False])
def test_starttls_checks_the_certificate(
    make_run: Make, settings: Settings, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    handler, port = Inbox(), free_port()
    controller = Controller(handler, hostname="localhost", port=port, tls_context=context, require_starttls=True)
    controller.start()
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    secure = over_smtp(settings, port, smtp_host="localhost", smtp_tls="starttls")
    try:
        if trusted:
            assert send_report(make_run(), secure).state == "sent"
        else:
            with pytest.raises(PaylakeError, match="cannot be reached over starttls"):
                send_report(make_run(), secure)
    finally:
        controller.stop()
    assert len(handler.got) == trusted
