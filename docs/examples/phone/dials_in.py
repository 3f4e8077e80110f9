"""
What an app on a phone does to be driven, in Python: it dials in, again and again.

Each call is a new process of the app: the driver, and the SDK in it, begin anew. The
driver is the one that `dlscheck new-driver python` writes, in the same folder.
"""

import asyncio
import json
import sys
from contextlib import suppress

import aiohttp
from driver import Driver

#: Between two calls, in seconds: dlscheck may not have begun to listen.
_PAUSE_S = 0.1


async def answer_call(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Answer requests until dlscheck hangs up."""
    driver = Driver()
    methods = {
        "describe": driver.describe,
        "start": driver.start,
        "operate": driver.operate,
        "advance": driver.advance,
        "set_clock": driver.set_clock,
        "stop": driver.stop,
    }
    async for message in socket:
        request = json.loads(message.data)
        answer = {"jsonrpc": "2.0", "id": request["id"]}
        method = methods.get(request["method"])
        if method is None:
            answer["error"] = {"code": -32601, "message": "no such method"}
        else:
            answer["result"] = method(request["params"])
        await socket.send_str(json.dumps(answer))


async def main(url: str) -> None:
    """Dial in whenever somebody listens at *url*."""
    async with aiohttp.ClientSession() as client:
        while True:
            with suppress(aiohttp.ClientError):
                async with client.ws_connect(url) as socket:
                    await answer_call(socket)
            await asyncio.sleep(_PAUSE_S)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
