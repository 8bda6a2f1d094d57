# SPDX-License-Identifier: Apache-2.0
"""The function behind GET /docs/{file}: Swagger UI's files, which exceed a template of API Gateway (300 KB).

It has no permission but to write its log, and reads nothing of a request but the name of the file. The page names a file
with its version, so browsers may keep it. Standard library only; page/build_reference.py packs it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILES = Path(__file__).parent / "files"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
YEAR = 31_536_000  # seconds


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return a file as a response of the REST proxy integration, or a problem document (RFC 9457)."""
    request_id = (event.get("requestContext") or {}).get("requestId", "")
    name = (event.get("pathParameters") or {}).get("file", "")
    known = {file.name: file for file in FILES.iterdir()}
    if name not in known:
        return _response(404, "application/problem+json", json.dumps(_unknown(request_id)), request_id, "no-store")
    text = known[name].read_text(encoding="utf-8")
    return _response(200, TYPES[known[name].suffix], text, request_id, f"public, max-age={YEAR}, immutable")


def _unknown(request_id: str) -> dict[str, Any]:
    detail = "The API reference has no file of this name."
    members = {"type": "about:blank", "title": "Not Found", "status": 404, "code": "route_unknown", "detail": detail}
    return {**members, "retryable": False, "request_id": request_id}


def _response(status: int, media_type: str, body: str, request_id: str, caching: str) -> dict[str, Any]:
    headers = {"content-type": media_type, "cache-control": caching, "x-content-type-options": "nosniff", "x-request-id": request_id}
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}
