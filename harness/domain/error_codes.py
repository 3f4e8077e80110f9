"""
The error codes of a licence server, with the wording of both lists.

Source: the vendor's public error list, first published 2021-03 (``TEXTS_2021``) and
reworded 2024-01 (``TEXTS_2024``). Numbers that are missing here are unused. An SDK of
the DLS generation tells server code nnn to its caller as -20nnn.
"""

STANDING_BY = 100
UNKNOWN_HANDSHAKE_CODE = 101
WRONG_SESSION_PASSWORD = 102
BOUND_TO_ANOTHER_APPLICATION = 103
NO_ITEM_MATCHES = 104
NO_SUCH_ITEM = 105
OTHER_PRODUCT = 106
OTHER_VERSION = 107
OTHER_DEPLOYMENT = 108
OTHER_EDITION = 109
EXPIRED = 111
NOT_YET_IN_FORCE = 112
REVOKED = 113
ITEM_BOUND_TO_ANOTHER_APPLICATION = 114
OTHER_CHARGE_WAY = 115
QUOTA_EXHAUSTED = 120
UNKNOWN_ORGANIZATION = 121
CODE_OF_ANOTHER_ORGANIZATION = 122
NOTHING_SPECIFIED = 123
ITEM_MISSING_BESIDE = 124
TOO_MANY_REQUESTS = 130
CLONED_DEVICE = 151

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
    113: "This license item <id> has been invalid.",
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

#: The other text of the codes that have two: a server that is being worked on, and a
#: licence that has expired for one address.
SECOND_TEXTS = {
    "2021": {
        100: "LTS refuses to provide service while under construction.",
        111: "License for this ip has expired.",
    },
    "2024": {
        100: "DLS cannot provide service during construction phase.",
        111: "License expired for this IP address.",
    },
}


def text_of(code: int, wording: str, item: str = "", *, is_second: bool = False) -> str:
    """
    Return the text of *code* in the list *wording* (``2021`` or ``2024``).

    A code that the older list lacks has the newer list's text. *item*: ID of the
    licence item that it is about. *is_second*: the other text, of a code with two.
    """
    if is_second:
        return SECOND_TEXTS[wording][code]
    text = TEXTS[wording].get(code) or TEXTS_2024[code]
    return text.replace("<id>", item)


def sdk_code(server_code: int) -> int:
    """Return the code under which an SDK tells *server_code* to its caller."""
    return -20000 - server_code
