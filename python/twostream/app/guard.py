"""Checks of every request, and headers of every answer."""

import asyncio
import base64
import binascii
import ipaddress
import secrets
import socket

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
PAUSE = 1
"""Seconds until a wrong password is answered."""


class Guard:
    """Refuse requests for other hosts, from other pages, and without the password.

    The header Host must be one of `names` or an IP address, because a page that points its own
    name to this server (DNS rebinding) still sends that name. The Origin of a POST must be the
    same host.
    """

    def __init__(self, app, names=(), password=None):
        own = {"localhost", socket.gethostname(), f"{socket.gethostname()}.local"}
        self._app, self._names = app, {name.lower() for name in {*own, *names}}
        self._password = password

    async def __call__(self, scope, receive, send):
        """Answer a request, as ASGI applications do."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def sending(message):
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = await self._refusal(scope["method"], Headers(scope=scope))
        await (refusal or self._app)(scope, receive, sending)

    async def _refusal(self, method, headers):
        host, origin = headers.get("host", ""), headers.get("origin", "")
        if not self._is_own(host):
            return PlainTextResponse("This server has another name; --name NAME adds one.\n", 421)
        if method not in ("GET", "HEAD") and origin.partition("://")[2] != host:
            return PlainTextResponse("This request comes from another page.\n", 403)
        if self._password and not self._knows(headers.get("authorization", "")):
            await asyncio.sleep(PAUSE if "authorization" in headers else 0)
            ask = {"WWW-Authenticate": 'Basic realm="twostream", charset="UTF-8"'}
            return PlainTextResponse("This page needs its password.\n", 401, ask)
        return None

    def _is_own(self, host):
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        try:
            return bool(ipaddress.ip_address(name.strip("[]")))
        except ValueError:
            return name.lower() in self._names

    def _knows(self, header):
        try:
            given = base64.b64decode(header.partition(" ")[2], validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return False
        return secrets.compare_digest(given, self._password.encode())
