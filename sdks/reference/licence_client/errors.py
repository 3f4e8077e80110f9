"""What the SDK tells its application when it may not work."""

#: No licence is configured, or the session is not authorised.
NO_LICENCE = -20000
#: Two kinds of licence are configured at once.
LICENCE_CONFLICT = -20006
#: A server's own code *nnn* becomes -20*nnn*.
SERVER_CODE_BASE = -20000


class LicenceError(Exception):
    """The SDK refuses to work; `code` is the negative number that the application sees."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
