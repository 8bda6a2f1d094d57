"""An issuer of JSON Web Tokens that is an HTTP server of the test, and its tokens."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

if TYPE_CHECKING:
    from collections.abc import Iterator

    type Claims = dict[str, Any]

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


class Issuer(ThreadingHTTPServer):
    """Publishes an RSA key and an elliptic curve, and where they are."""

    daemon_threads = True
    fetched: list[str]
    fails = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def document(self, path: str) -> Any:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        keys = {"rsa": RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True), "ec": ECAlgorithm.to_jwk(CURVE.public_key(), as_dict=True)}
        return {"keys": [{**key, "kid": name, "use": "sig"} for name, key in keys.items()]}


class Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        self.server.fetched.append(self.path)
        body = json.dumps(self.server.document(self.path)).encode()
        self.send_response(503 if self.server.fails else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Token:
    """A token that is valid unless it is changed."""

    claims: Claims = field(default_factory=dict)
    key: Any = RSA
    algorithm: str = "RS256"
    kid: str = "rsa"
    scheme: str = "Bearer"
    expires_in: float = 60  # seconds from the moment it is sent
    valid_in: float = 0

    def header(self, issuer: Issuer) -> str:
        now = time.time()
        times = {"exp": now + self.expires_in, "nbf": now + self.valid_in}
        claims = {"iss": issuer.url, "aud": "predictions", "sub": "ada", "scope": "read predict"} | times | self.claims
        known = {name: value for name, value in claims.items() if value is not None}
        return f"{self.scheme} {jwt.encode(known, self.key, self.algorithm, headers={'kid': self.kid})}"


@contextmanager
def issuing() -> Iterator[Issuer]:
    """Serve an issuer's documents."""
    with Issuer(("127.0.0.1", 0), Handler) as made:
        made.fetched = []
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()
