"""
The driver of a program that only waits, in one event loop.

As ``probe_driver.py``, for clock modes that move event loops and nothing else.
"""

import asyncio
import json
import sys
import time
from typing import Any


async def sleep() -> None:
    """Wait by a timer."""
    await asyncio.sleep(180)


async def blocked() -> None:
    """Wait for another timer, which is quicker than the time-out."""
    rung = asyncio.Event()
    asyncio.get_running_loop().call_later(60, rung.set)
    await asyncio.wait_for(rung.wait(), 180)


async def network() -> None:
    """Wait for a server that takes the connection and never answers."""
    kept = []
    server = await asyncio.start_server(lambda *ends: kept.append(ends), "127.0.0.1")
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        await asyncio.wait_for(reader.read(1), 10)
    except TimeoutError:
        return
    finally:
        for one in (writer, *(end for _, end in kept)):
            one.close()
        server.close()


WAITS = {"timer": sleep, "blocked": blocked, "network": network}


async def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Return the result of one request."""
    if request["method"] != "operate":
        return {}
    begun = time.monotonic()
    await WAITS[request["params"]["content"]]()
    elapsed_ms = round((time.monotonic() - begun) * 1000)
    return {"performed": False, "error": {"code": -1, "message": str(elapsed_ms)}}


async def main() -> None:
    """Answer until the input ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        request = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": request["id"], "result": await answer_to(request)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
