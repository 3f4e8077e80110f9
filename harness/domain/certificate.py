"""What a client may find of a server's certificate."""

from typing import Literal

#: ``untrusted``: of an authority that the client does not know. ``expired``: over since
#: long ago. ``wrong-name``: for another host.
BadCertificate = Literal["untrusted", "expired", "wrong-name"]

#: ``good``: of the authority that the client was told to trust, valid, for this host.
Certificate = Literal["good"] | BadCertificate
