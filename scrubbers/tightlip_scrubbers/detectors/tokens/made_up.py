"""Bodies of made-up tokens, for examples: a token that stood whole in the source would be taken for a leak by every scanner."""

from typing import Final

_MIXED: Final = "0Lr8ACrysI4mdf8Kwcbx1kPEzuAlj4D8JocS4Bwyti6WlQEEhQ1pKcjvUOyQlrQRXzk"
_HEX: Final = "e4a3bea386967040fd0960c7f769d8b97db9059fe84b26654cace217c0b8ba48396"
_LOWER: Final = "mzon3rnxxrbwa5vybimpn9zjdncwc14xtnft7rmejuibyo1c2ct8i6rz17ol7ail2lv"
_UPPER: Final = "WV7MSP9C35UV4IV5D6TETMVC35WSZW9OS5XA1L1FVXRRYSATL8Q7K0C5C32QGP5J6YT"
_URL: Final = "2eabtpU1M0UGEwoG7glQWsbi-T3Oilt9riktZE8e97aji_wxIri92cvcpmUrSf1MAlU"
_BASE64: Final = "CRpTzevIp91kErfIme6zUXK5sB0iFswj9MDBZFk1N+JdWveGBF55kUqDbn7vhIK5/nV"
_DIGITS: Final = "57037815021959515566421"


def _of(body: str, length: int) -> str:
    return (body * (length // len(body) + 1))[:length]


def mixed(length: int) -> str:
    """Letters of both cases and digits."""
    return _of(_MIXED, length)


def hexa(length: int) -> str:
    """Hexadecimal digits."""
    return _of(_HEX, length)


def lower(length: int) -> str:
    """Small letters and digits."""
    return _of(_LOWER, length)


def upper(length: int) -> str:
    """Capitals and digits."""
    return _of(_UPPER, length)


def url(length: int) -> str:
    """The alphabet of Base64 for URLs (RFC 4648 section 5)."""
    return _of(_URL, length)


def base64(length: int) -> str:
    """The alphabet of Base64 (RFC 4648 section 4)."""
    return _of(_BASE64, length)


def digits(length: int) -> str:
    """Decimal digits."""
    return _of(_DIGITS, length)


UUID: Final = "3f2b1c9e-7a46-4d05-b81e-9c60d2e7f4a3"
"""A made-up UUID."""
