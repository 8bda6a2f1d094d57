"""LocalStack's web server on a single address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor

if TYPE_CHECKING:
    from localstack.config import HostAndPort
    from rolo.gateway import Gateway


class LoopbackServer(TwistedRuntimeServer):
    """Listens on the given address in plain HTTP, and fails at once if the port is in use."""

    def register(self, gateway: Gateway, listen: list[HostAndPort], _ssl_creds: tuple[str, str] | None = None) -> None:
        """Open the sockets. Raises ``CannotListenError`` if one of them cannot be bound."""
        for address in listen:
            reactor.listenTCP(address.port, TwistedGateway(gateway), interface=address.host)  # type: ignore[attr-defined]
