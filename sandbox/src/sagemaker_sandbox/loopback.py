"""LocalStack's web server on one address only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor

if TYPE_CHECKING:
    from localstack.config import HostAndPort
    from rolo.gateway import Gateway


class LoopbackServer(TwistedRuntimeServer):
    """Listens where it is told, in plain HTTP, and fails at once when the port is taken."""

    def register(self, gateway: Gateway, listen: list[HostAndPort], _ssl_creds: tuple[str, str] | None = None) -> None:
        """Open the sockets; raises ``CannotListenError`` when one cannot be had."""
        for address in listen:
            reactor.listenTCP(address.port, TwistedGateway(gateway), interface=address.host)  # type: ignore[attr-defined]
