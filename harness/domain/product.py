"""The products that report usage, and what one tracked operation of each is called."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """
    One product of the vendor.

    Attributes:
        name: As drivers and messages write it.
        operation: The kind of its tracked operation, as ``operate`` names it.
        types: Types of usage that it reports; a scenario names them by position.
    """

    name: str
    operation: str
    types: tuple[str, str, str]


_SYMBOLOGIES = ("QR_CODE", "CODE_128", "PDF417")

PRODUCTS = {
    product.name: product
    for product in (
        Product("dbr", "decode", _SYMBOLOGIES),
        Product("dlr", "decode", ("MRZ", "VIN", "TEXT_LINE")),
        Product("dce", "frame", ("VIDEO", "PHOTO", "FILE")),
        Product("dwt", "page", ("SCANNED", "IMPORTED", "CAPTURED")),
    )
}
