"""Data of people and of machines that only its key gives away: the rows of `meanings.people`.

They share the search of ``secret.assignment``: the key says which row it is.
"""

from typing import TYPE_CHECKING, Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.extensions import MARKS
from tightlip_scrubbers.detectors.secret import ASSIGNMENT_GATE, ASSIGNMENT_PATTERN, assignment
from tightlip_scrubbers.rule import Rule

if TYPE_CHECKING:
    from tightlip_scrubbers.findings import Kind


def _row(
    rule: str,
    marker: str,
    matches: tuple[str, ...],
    misses: tuple[str, ...],
    kind: "Kind" = "pii",
    marks: tuple[str, ...] = (),
) -> Rule:
    return Rule(
        id=rule,
        kind=kind,
        gate=ASSIGNMENT_GATE,
        pattern=ASSIGNMENT_PATTERN,
        by_name=assignment,
        marker=marker,
        marks=marks,
        matches=matches,
        misses=misses,
    )


RULES: Final[tuple[Rule, ...]] = (
    _row(
        "ip.keyed",
        markers.IP,
        kind="ip",
        matches=(
            "ip=0x0A000001",
            "remote_addr: 167772161, port 5",
            '{"client_ip": "0a000001"}',
            "peer address: 10.0.0.*",
        ),
        misses=("ip: 4", "addr: 0x10", "ipv4=true", "memory_address=0x7f8a1c2d3e4f", "ip address: required"),
    ),
    _row(
        "ip.mac-keyed",
        markers.MAC,
        kind="ip",
        matches=("mac=001A2B3C4D5E", "mac_address: 001a2b3c4d5e is banned"),
        misses=("mac: required", "mac=hmac-sha2-256", "bssid=None"),
    ),
    _row(
        "pii.email-keyed",
        markers.EMAIL,
        matches=("email=ann@localhost", '{"emailAddress": "ann lee@mail"}'),
        misses=("email: required", "email=%s", "email={email}", "mail: sent", "email: str"),
    ),
    _row(
        "pii.phone-keyed",
        markers.PHONE,
        matches=("phone=5551234567", "mobile number: 98 76 54 32, home", '{"phone": "5551234"}', "fax: 030 12345"),
        misses=("phone: required", "phone={phone}", "mobile=true", "tel: 1", "phone_count=1234567"),
    ),
    _row(
        "pii.card-keyed",
        markers.CARD,
        matches=(
            "card_number=4111111111111112",
            "Card number: 4111 1111 1111 1112 is wrong",
            '{"pan": "1234567890123"}',
        ),
        misses=("card number: required", "card_number=%s", "cc: ann", "credit_card_type=visa"),
    ),
    _row(
        "pii.iban-keyed",
        markers.IBAN,
        matches=("iban=DE89370400440532013001", "IBAN: NL91 ABNA 0417 1643 01 is wrong"),
        misses=("iban: invalid", "iban=None", "iban_count=3"),
    ),
    _row(
        "pii.bank-code",
        markers.ACCOUNT,
        matches=("bic=DEUTDEFF500", "SWIFT code: NEDSZAJJXXX, or", "ifsc: HDFC0001234"),
        misses=("swift: 5.9", "bic=None", "swift code: required"),
    ),
    _row(
        "pii.account-keyed",
        markers.ACCOUNT,
        matches=(
            "account_number=00123456",
            "bank account: 12-345678-9, closed",
            "account: 123456789012",
            "sort_code: 12-34-56",
        ),
        misses=("account: closed", "account=12", "routing: static", "account_type=savings"),
    ),
    _row(
        "pii.ssn-keyed",
        markers.SSN,
        matches=("ssn=123456789", '{"socialSecurityNumber": "123 45 6789"}', "SSN: 900-12-3456."),
        misses=("ssn: required", "ssn=None", "ssn={ssn}", "ssn_valid=1234567"),
    ),
    _row(
        "pii.id-keyed",
        markers.ID,
        matches=(
            "passport: X1234567",
            "nino=QQ123456C",
            "tax_id: 12-3456789",
            "Aadhaar: 1234 5678 9012, updated",
            '{"driverLicense": "D123-4567"}',
            "device_id=38400000-8cf0-11bd-b23e-10b96e40000d",
            "codice fiscale: RSSMRA85T10A562S",
            "cpf=123.456.789-09",
            "VIN: 1HGCM82633A004352",
        ),
        misses=(
            "passport: required",
            "tax_id=None",
            "device_id=0",
            "license: MIT",
            "sin: 0.5",
            "policy: v2",
            "nin=str",
        ),
    ),
    _row(
        "pii.plate",
        markers.ID,
        matches=("license_plate=B-AB 1234", 'number plate: "AB12 CDE"'),
        misses=("plate: steel", "license_plate=None", "template_plate=12"),
    ),
    _row(
        "pii.birthday-keyed",
        markers.BIRTHDAY,
        matches=("birth_date=1985-03-12", "DOB: 12 March 1985, female", '{"dateOfBirth": "03/12/1985"}'),
        misses=("birth_date: date", "dob=None", "birthday: required", "start_date=2026-11-22"),
    ),
    _row(
        "pii.wallet-keyed",
        markers.WALLET,
        matches=(
            "wallet=7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtVe",
            "eth_address: 52908400098527886E0F7030069857D2E4169EE7",
        ),
        misses=("wallet: empty", "wallet=main", "wallet_count=12345678901234567890123"),
    ),
    _row(
        "pii.location",
        markers.LOCATION,
        matches=("lat=52.520008", "coordinates: 52.5200, 13.4049 rejected", '{"longitude": "13.404954"}'),
        misses=("lat=0", "latitude: required", "gps: off", "lat: float"),
    ),
    _row(
        "pii.salary",
        markers.PERSON,
        matches=("salary=85000", "gross_income: 85,000"),
        misses=("salary: required", "salary=None", "income tax: due"),
    ),
    _row(
        "pii.postcode",
        markers.ADDRESS,
        matches=("zip=90210", "postcode: SW1A 1AA is wrong", '{"postalCode": "10115"}'),
        misses=("zip: archive", "zip=x.zip", "zip_code=None", "postcode: required"),
    ),
    _row(
        "pii.address-part",
        markers.ADDRESS,
        matches=("street=Main", "billing_address: Rose Cottage, Little Village", '{"streetAddress": "Am Markt"}'),
        misses=("street: required", "street=None", "street_count=3", "line: Main"),
    ),
    _row(
        "pii.address-keyed",
        markers.ADDRESS,
        matches=("address: 12 Main Street, Springfield, IL 62704", '{"address": "Hauptstr. 5, 10115 Berlin"}'),
        misses=(
            "address: 0x7f8a1c2d3e4f",
            "address already in use",
            "address: bad",
            "address=None",
            "email_address: required",
        ),
    ),
    _row(
        "pii.city",
        markers.ADDRESS,
        matches=("city=Springfield", "city: San Jose, not found"),
        misses=("city: required", "city={city}", "capacity=3"),
    ),
    _row(
        "pii.user",
        markers.USER,
        matches=(
            "user=ann",
            "login failed, username: ann.lee.",
            '{"createdBy": "ann"}',
            "LOGNAME=ann make",
            "unknown user: ann",
            "owner=ann)",
        ),
        misses=(
            "user is None",
            "user=None",
            "user=%s",
            "user={user}",
            "user: not found",
            "User authenticated",
            "no such user",
            "def f(user: str)",
            "user=self.user",
            "user=7",
            "user: User",
            "author=ann",
            "user_count=ann",
            "user:password",
            "user=get_user(5)",
        ),
    ),
    _row(
        "pii.person",
        markers.PERSON,
        matches=(
            "first_name=Ann",
            "full name: Ann van Dyke is banned",
            '{"lastName": "Lee-Smith", "n": 1}',
            "cardholder: Ann Lee",
            "full_name: ann lee\nrole: x",
        ),
        misses=(
            "first_name is required",
            "first_name: required",
            "filename=ann",
            "class_name=Ann",
            "function_name: ann",
            "name=ann",
            "module name: ann",
            "last_name={last}",
            "full_name: str",
        ),
    ),
    _row(
        "pii.user-id",
        markers.ID,
        matches=(
            "user_id=123456",
            '{"customerId": "cus_9s6XKz"}',
            "uid: u-12345",
            "order_id=ORD-8812",
            "tenant_id: t-99120",
        ),
        misses=(
            "user_id=7",
            "uid=1000",
            "user_id=None",
            "user_id: int",
            "request_id=123456",
            "order_id=7",
            "trace_id=9s6XKz1",
            "event_id: 4f2a91",
        ),
    ),
    _row(
        "path.keyed",
        markers.PATH,
        kind="path",
        marks=MARKS,
        matches=("filename=kranich.csv", '{"file_name": "x-y.csv"}', "part file=amsel.csv, 3 pages"),
        misses=(
            "filename=settings.py",
            "file: data.csv",
            "filename={name}.csv",
            "file=requirements.txt",
            "file: missing",
            "file_name: str",
        ),
    ),
    _row(
        "pii.host",
        markers.HOST,
        matches=(
            "host=db01",
            "HOSTNAME=ann-laptop make",
            '{"serverName": "web-3.example"}',
            "unknown host: db-3:5432,",
        ),
        misses=(
            "host: localhost",
            "host=None",
            "host=%s",
            "host:port",
            "host: str",
            "hostname: required",
            "host={host}",
            "host=self.host",
            "host_count=db01",
        ),
    ),
)
