"""What each rule looks for, in words for a person who asks why something was removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tightlip.policy import Policy

EVENT: Final = "field"
"""The class of what the event map decides, not a rule of the scrubbers."""

_BY_ID: Final = {
    "event.form": "it lacks the form that this field must have",
    "event.field": "this field never leaves under this policy",
    "event.values": "values of variables: only their kinds leave",
    "event.route": "a part of a route that names one thing",
    "event.header": "the value of a header that may tell something",
    "event.path": "folders of a path; what is left says nothing of the machine",
    "event.url": "a part of a URL that holds data",
    "event.data": "data that was found when it was read as what it is",
    "event.echo": "it was found to be secret elsewhere in this event",
    "length": "past the length that is read",
    "known.secret": "a secret of this process, or one that was protected",
    "known.path": "this process's home or working folder",
    "known.user": "this process's user",
    "known.host": "this machine's name",
    "known.argument": "an argument of this process",
    "secret.assignment": "the value of a name that means a secret",
    "secret.random": "a random value behind a name that may mean a secret",
    "secret.flag": "the argument of an option that means a secret",
    "secret.sentence": "a value that the sentence calls a secret",
    "secret.entropy": "long and random, as secrets are",
    "secret.pem": "a private key",
    "secret.key-file": "the contents of a key file",
    "secret.bearer": "credentials behind Bearer",
    "secret.basic": "credentials behind Basic",
    "secret.scheme": "credentials behind the name of a scheme",
    "secret.jwt": "a JSON Web Token",
    "secret.paseto": "a PASETO token",
    "secret.otpauth": "the seed of one-time passwords",
    "secret.crypt": "the hash of a password",
    "secret.kdf": "the hash of a password",
    "secret.ldap-hash": "the hash of a password",
    "secret.stored-hash": "the hash of a password",
    "secret.mysql": "a password on a command line",
    "secret.pgpass": "a line of a password file",
    "secret.htpasswd": "a line of a password file",
    "secret.netrc": "a line of a password file",
    "secret.odbc": "a password in a connection string",
    "secret.oracle": "a password in a connection string",
    "secret.sql": "a password in a statement",
    "secret.wallet-key": "the private key of a wallet",
    "pii.email": "an e-mail address",
    "pii.email-spelled": "an e-mail address, spelled out",
    "pii.card": "the number of a payment card",
    "pii.iban": "an international account number",
    "pii.phone": "a phone number",
    "pii.ssn": "a social security number",
    "pii.user": "the name of a user",
    "pii.person": "the name of a person",
    "pii.birthday": "a date of birth",
    "pii.location": "a place on earth",
    "url.userinfo": "user and password in a URL",
    "url.query": "the query of a URL",
    "url.fragment": "the fragment of a URL",
    "url.host": "the host of a URL, which this policy removes",
    "url.owner": "a name in the path of a URL",
    "ip.v4": "an IP address",
    "ip.v6": "an IP address",
    "ip.mac": "the address of a network card",
    "content.environment": "environment variables",
    "content.sql-literal": "a value in an SQL statement",
    "content.memory-dump": "a dump of memory",
    "content.base64": "data in Base64",
    "content.hexadecimal": "data in hexadecimal",
}
_BY_CLASS: Final = {
    "ip": "an address of a machine in a network",
    "path": "a path of a machine or a user",
    "url": "a part of a URL that holds data",
    "secret": "a secret by its form or its place",
    "request": "data of a request",
    "content": "contents of a file, a command or memory",
    "pii": "data of a person",
    "bound": "past what is read",
    EVENT: "what this policy does with the field",
}
_ENCODED: Final = frozenset(
    {"secret.percent-encoded", "secret.escaped", "secret.character-references", "secret.in-base64"}
)
_COMMANDS: Final = frozenset({"secret.openssl", "secret.curl", "secret.smb"})


class Reasons:
    """The class and the reason of each rule under a policy."""

    def __init__(self, policy: Policy) -> None:
        from tightlip_scrubbers.detectors import token  # noqa: PLC0415 - loaded when something is explained
        from tightlip_scrubbers.known import KINDS_OF  # noqa: PLC0415

        self._kinds: dict[str, str] = {
            **{rule.id: rule.kind for rule in policy.scrubber.rules},
            **KINDS_OF,
            "length": "bound",
        }
        self._own = {rule.id for rule in policy.scrubbing.own}
        self._vendors = {rule.id for rule in token.RULES}

    def kind(self, rule: str) -> str:
        """The class of a rule."""
        return self._kinds.get(rule, EVENT)

    def why(self, rule: str) -> str:
        """What the rule looks for."""
        if rule in self._own:
            return "a rule of this policy's file"
        said = _BY_ID.get(rule)
        if said is not None:
            return said
        kind, _, name = rule.partition(".")
        if rule in self._vendors:
            return f"a token or key as {name.replace('-', ' ')} gives them"
        if name.endswith("-keyed"):
            return f"the value of a name that means {_MEANT.get(rule, _BY_CLASS.get(kind, 'data'))}"
        if rule in _ENCODED:
            return "a secret in an encoding"
        if rule in _COMMANDS or name.startswith("tool-"):
            return "a password on a command line"
        return _BY_CLASS.get(self.kind(rule), "a rule of this policy")


_MEANT: Final = {
    "pii.email-keyed": "an e-mail address",
    "pii.phone-keyed": "a phone number",
    "pii.card-keyed": "a payment card",
    "pii.iban-keyed": "an account",
    "pii.account-keyed": "an account",
    "pii.ssn-keyed": "a social security number",
    "pii.id-keyed": "a person's number",
    "pii.birthday-keyed": "a date of birth",
    "pii.wallet-keyed": "a wallet",
    "pii.address-keyed": "an address of a person",
    "ip.mac-keyed": "a network card",
}
