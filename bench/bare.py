"""
Bare aiohttp: reads the request and answers a constant. ``python -m bench.bare PORT KIND``.

KIND is ``application`` (a route of a `web.Application`, as people write it) or ``server``
(the lowest level that aiohttp has, without routes).
"""

import asyncio
import sys

import uvloop
from aiohttp import web

from bench.request import CONSTANT_ANSWER, PATH


async def _answer(request: web.BaseRequest) -> web.Response:
    await request.read()
    return web.Response(body=CONSTANT_ANSWER, content_type="application/json")


async def _serve(port: int, kind: str) -> None:
    if kind == "application":
        application = web.Application()
        application.router.add_post(PATH, _answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
    else:
        server = web.Server(_answer, access_log=None)
        loop = asyncio.get_running_loop()
        await loop.create_server(server, "127.0.0.1", port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), sys.argv[2]))
