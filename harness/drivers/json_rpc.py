"""JSON-RPC 2.0, one message a line: requests out, answers in."""

from contextlib import suppress
from typing import Any, Literal

import msgspec

from harness.drivers.complaint import Complaint, complaint_about, quote
from harness.drivers.contract import METHODS, Message, Method, read_result

#: The code with which a driver says that it has no such method.
METHOD_NOT_FOUND = -32601

_PRINT = "write one JSON-RPC message a line to stdout, and everything else to stderr"


class _Answer[R](msgspec.Struct, frozen=True):
    """An answer as it ought to be; whatever is not one is read again, slowly."""

    jsonrpc: Literal["2.0"]
    id: int
    result: R
    error: None = None
    method: None = None


class RpcError(msgspec.Struct, frozen=True):
    """A JSON-RPC error."""

    code: int
    message: str = ""
    data: object = None


_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[_Answer[Any]]] = {
    name: msgspec.json.Decoder(_Answer[method.result])  # type: ignore[name-defined]
    for name, method in METHODS.items()
}


def render_request(number: int, method: str, params: dict[str, Any]) -> bytes:
    """Write one request, its line break included."""
    request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return _encoder.encode(request) + b"\n"


def read_answer[R: Message](line: bytes, number: int, method: Method[Any, R]) -> R:
    """
    Return the result that *line* brings for request *number*.

    Raises:
        Complaint: It is no such answer, or an error.
    """
    with suppress(ValueError, RecursionError):
        answer: _Answer[R] = _decoders[method.name].decode(line)
        if answer.id == number:
            return answer.result
    plain = read_plain_answer(line, number)
    if isinstance(plain, RpcError):
        raise Complaint(
            f"a result {method.shape}",
            f"JSON-RPC error {plain.code}: {quote(plain.message)}",
            "what the SDK refuses is a result with `error`, never a JSON-RPC error",
        )
    return read_result(plain, method)


def read_plain_answer(line: bytes, number: int) -> object:
    """
    Return the plain result, or the error, that *line* brings for request *number*.

    Raises:
        Complaint: It is no answer to that request.
    """
    answer = _envelope(line)
    error = answer.get("error")
    written = answer.get("id")
    if written != number or isinstance(written, bool):
        also = f" with error {quote(error)}" if error is not None else ""
        raise Complaint(f'"id": {number}', f'"id": {quote(written)}{also}', field="id")
    if error is not None:
        return _error(error)
    if "result" not in answer:
        raise Complaint("a field result or error", quote(line), field="result")
    result: object = answer["result"]
    return result


def _envelope(line: bytes) -> dict[str, Any]:
    value = _parsed(line)
    if isinstance(value, list):
        raise Complaint("one message a line", f"a batch: {quote(line)}")
    if not isinstance(value, dict):
        raise Complaint("a JSON-RPC 2.0 answer, an object", quote(line), _PRINT)
    if "method" in value:
        raise Complaint(
            "an answer", f"a request of the driver's own: {quote(line)}", _PRINT
        )
    if value.get("jsonrpc") != "2.0":
        raise Complaint('"jsonrpc": "2.0"', quote(line), field="jsonrpc")
    return value


def _parsed(line: bytes) -> object:
    try:
        return msgspec.json.decode(line)
    except UnicodeDecodeError:
        raise Complaint("UTF-8", quote(line), "write stdout in UTF-8") from None
    except RecursionError:
        raise Complaint("a JSON-RPC 2.0 answer", f"deep nesting: {quote(line)}") from None
    except msgspec.DecodeError as error:
        marked = line.startswith(b"\xef\xbb\xbf")
        way_out = "write UTF-8 without a byte order mark" if marked else _PRINT
        got = f"{quote(line)} ({error})"
        raise Complaint("a JSON-RPC 2.0 answer", got, way_out) from None


def _error(value: object) -> RpcError:
    try:
        return msgspec.convert(value, RpcError)
    except msgspec.ValidationError as error:
        raise complaint_about(error, value, {}) from error
