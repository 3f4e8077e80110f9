"""
The error codes of a licence server, with the wording of both lists.

Source: the vendor's public error list, first published 2021-03 (``TEXTS_2021``) and
reworded 2024-01 (``TEXTS_2024``). Numbers that are missing here are unused. An SDK of
the DLS generation tells server code nnn to its caller as -20nnn.
"""

STANDING_BY = 100
UNKNOWN_HANDSHAKE_CODE = 101
WRONG_SESSION_PASSWORD = 102
QUOTA_EXHAUSTED = 120
UNKNOWN_ORGANIZATION = 121
CODE_OF_ANOTHER_ORGANIZATION = 122
NOTHING_SPECIFIED = 123

TEXTS_2021 = {
    100: "The standby LTS refuses to provide service while the main LTS is working.",
    101: "The handshake code you are using does not exist on the License Tracking Server.",
    102: "Session password is incorrect.",
    103: "AppDomain for handshake is not matched.",
    104: "No item matched. Please check your handshake and client settings.",
    105: "License item does not exist.",
    106: "Product is not matched.",
    107: "Version mismatch.",
    108: "DeploymentType is not matched.",
    109: "Edition is not matched.",
    111: "License has expired.",
    112: "License has not yet taken effect.",
    113: "This license item has been invalid.",
    114: "AppDomain for licenseItem is not matched.",
    115: "ChargeWay for licenseItem is not matched.",
    120: "License has exceeded its limit.",
    151: "Cloned device detected.",
}

TEXTS_2024 = {
    100: "Service unavailable from standby DLS while primary DLS is operational.",
    101: "Non-existent handshake code on Dynamsoft License Server.",
    102: "Incorrect session password.",
    103: "Mismatch in AppDomain for handshake.",
    104: "No matched license found. Verify handshake and client settings.",
    105: "Provided handShakeId is not compliant with version 1.5.",
    106: "Product mismatch detected.",
    107: "Incompatible version.",
    108: "Deployment type mismatch identified.",
    109: "Edition mismatch identified.",
    111: "License expired.",
    112: "License not yet effective.",
    113: "License item invalid or revoked.",
    114: "License validation field mismatch with configuration.",
    115: "Incompatible ChargeWay for licenseItem.",
    120: "License usage exceeded its limit.",
    121: "Organization ID does not exist or lacks a configured default handshake.",
    122: "Handshake Code and Organization ID mismatch.",
    123: "No specified handshake or organization.",
    124: "Missing licenseItem dependency in handshake.",
    130: "License quota exceeded by request count.",
    151: "Unauthorized device clone detected.",
}

TEXTS = {"2021": TEXTS_2021, "2024": TEXTS_2024}


def text_of(code: int, wording: str) -> str:
    """
    Return the text of *code* in the list *wording* (``2021`` or ``2024``).

    A code that the older list lacks has the newer list's text.
    """
    return TEXTS[wording].get(code) or TEXTS_2024[code]


def sdk_code(server_code: int) -> int:
    """Return the code under which an SDK tells *server_code* to its caller."""
    return -20000 - server_code
