"""Names of data of people: names, addresses, numbers of papers, accounts.

A key that names such a datum and nothing else needs little of its value. One that is an ordinary word, too (``user``, ``host``,
``address``), needs a value that can be nothing else: see `values`.

``name`` alone says nothing: parameters, modules and files have one. Nor do ``author``, ``country``, ``language`` and ``age``.

Sources for the words: schema.org's ``Person``, ``PostalAddress`` and ``BankAccount``, the HTML standard's autofill names, RFC 6350 (vCard),
OpenID Connect Core 1.0 section 5.1 (standard claims), RFC 4519 (LDAP); for papers the issuing authorities' own abbreviations.
"""

from collections.abc import Mapping
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.meaning import Meaning
from tightlip_scrubbers.meanings import extents, values


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBER_WORDS: Final = ("number", "num", "no", "nr", "nummer", "numero")


def _numbers(words: str, **more: str) -> Mapping[str, frozenset[str]]:
    """These words before "number" and its abbreviations, and more before other nouns."""
    before = _words(words)
    return {**dict.fromkeys(_NUMBER_WORDS, before), **{noun: _words(text) for noun, text in more.items()}}


_NETWORK = _words(
    "ip ipv4 ipv6 remote peer client source src dest destination dst gateway server bind listen local public private nat"
)

MEANINGS: Final[tuple[Meaning, ...]] = (
    Meaning(
        "ip.keyed",
        "ip",
        markers.IP,
        heads=_words("ip ips ipv4 ipv6 ipaddr ipaddress clientip remoteip addr"),
        qualified={"address": _NETWORK, "addresses": _NETWORK},
        check=values.is_network,
    ),
    Meaning(
        "ip.mac-keyed",
        "ip",
        markers.MAC,
        heads=_words("mac bssid hwaddr macaddr macaddress"),
        qualified={"address": _words("mac hw hardware ethernet bluetooth"), "addr": _words("mac hw")},
        check=values.is_hardware,
    ),
    Meaning(
        "pii.email-keyed",
        "pii",
        markers.EMAIL,
        heads=_words("email emails mail mails emailaddress upn"),
        qualified={"address": _words("email mail")},
        check=values.is_mail,
    ),
    Meaning(
        "pii.phone-keyed",
        "pii",
        markers.PHONE,
        heads=_words(
            "phone phones telephone telefon telefono téléphone tel fax msisdn whatsapp cellphone mobilephone phonenumber mobile"
        ),
        qualified=_numbers("phone telephone mobile cell fax contact tel sms whatsapp", cell=("contact user")),
        check=values.numbered(5, 17),
        bound=extents.number,
    ),
    Meaning(
        "pii.card-keyed",
        "pii",
        markers.CARD,
        heads=_words("pan cardnumber ccnumber ccnum ccn creditcard debitcard cardno"),
        qualified=_numbers("card credit debit cc pan", card="credit debit payment bank"),
        check=values.numbered(12, 19),
        bound=extents.number,
    ),
    Meaning(
        "pii.iban-keyed",
        "pii",
        markers.IBAN,
        heads=_words("iban ibans"),
        qualified=_numbers("iban"),
        check=values.numbered(6, 34),
        bound=extents.account,
    ),
    Meaning(
        "pii.bank-code",
        "pii",
        markers.ACCOUNT,
        heads=_words("bic swift ifsc"),
        qualified={"code": _words("bic swift ifsc")},
        check=values.is_bank_code,
    ),
    Meaning(
        "pii.account-keyed",
        "pii",
        markers.ACCOUNT,
        heads=_words("bban clabe cbu bsb acct acctnum accountnumber bankaccount konto kontonummer account routing"),
        qualified=_numbers("account acct bank routing aba konto", code="sort", account="bank checking savings"),
        check=values.numbered(6, 34),
        bound=extents.number,
    ),
    Meaning(
        "pii.ssn-keyed",
        "pii",
        markers.SSN,
        heads=_words("ssn ssns socialsecurity socialsecuritynumber"),
        qualified=_numbers("ssn social security", security="social", id="ssn"),
        check=values.numbered(4, 11),
        bound=extents.number,
    ),
    Meaning(
        "pii.id-keyed",
        "pii",
        markers.ID,
        heads=_words(
            """
            itin ein tin nino nhs nin insee nir steuerid idnr steuernummer sozialversicherungsnummer dni nie nif nuss codicefiscale pesel nip regon
            personnummer samordningsnummer fødselsnummer fodselsnummer hetu cpr bsn rijksregisternummer amka afm cnp egn oib jmbg emso
            personalausweis cpf cnpj rg curp cuit cuil rut aadhaar aadhar nric fin rrn mynumber hkid tfn sin taxid vatid vatin passport
            passportnumber passportno driverlicense driverslicense driverlicence licensenumber mrn patientid imei imsi iccid meid idfa idfv gaid
            aaid udid vin npi
            """
        ),
        qualified=_numbers(
            """
            passport national identity identification license licence driver drivers driving tax taxpayer vat social medical insurance
            medicare medicaid patient policy member nhs nino cpf cnpj pesel aadhaar aadhar pan resident registration vehicle vin imei
            employee civil citizen personal student membership
            """,
            id=(
                "national tax vat passport government citizen identity device advertising android vendor hardware machine installation"
                " patient student voter resident personal civil fiscal"
            ),
            license="driver drivers driving",
            licence="driver drivers driving",
            fiscale="codice",
            insurance="national social health",
            record="medical",
            card="identity id medicare",
            code="fiscal tax",
        ),
        check=values.numbered(3, 34),
        bound=extents.number,
    ),
    Meaning(
        "pii.plate",
        "pii",
        markers.ID,
        heads=_words("licenseplate licenceplate numberplate kennzeichen"),
        qualified={"plate": _words("license licence number vehicle registration car")},
        check=values.numbered(1, 10),
        bound=extents.number,
    ),
    Meaning(
        "pii.birthday-keyed",
        "pii",
        markers.BIRTHDAY,
        heads=_words("dob birthday birthdate birth dateofbirth geburtsdatum geburtstag birthyear"),
        qualified={"date": _words("birth"), "day": _words("birth"), "year": _words("birth"), "on": _words("born")},
        check=values.is_date,
        bound=extents.date,
    ),
    Meaning(
        "pii.wallet-keyed",
        "pii",
        markers.WALLET,
        heads=_words("wallet wallets walletaddress"),
        qualified={
            "address": _words(
                "wallet btc eth bitcoin ethereum crypto payout deposit withdrawal sol solana xmr ltc trx xrp token contract"
            )
        },
        check=values.is_wallet,
    ),
    Meaning(
        "pii.location",
        "pii",
        markers.LOCATION,
        heads=_words(
            "lat lng latitude longitude lon latlng latlon latlong coordinates coords geolocation geopoint gps"
        ),
        qualified={"location": _words("geo gps user home device current"), "position": _words("geo gps")},
        check=values.is_coordinate,
        bound=extents.pair,
    ),
    Meaning(
        "pii.salary",
        "pii",
        markers.PERSON,
        heads=_words("salary salaries wage wages gehalt"),
        qualified={"income": _words("annual monthly gross net yearly household")},
        check=values.is_amount,
    ),
    Meaning(
        "pii.postcode",
        "pii",
        markers.ADDRESS,
        heads=_words("zip zipcode postcode postalcode plz pincode eircode"),
        qualified={"code": _words("zip postal post"), "zip": _words("billing shipping")},
        check=values.is_postcode,
        bound=extents.number,
    ),
    Meaning(
        "pii.address-part",
        "pii",
        markers.ADDRESS,
        heads=_words(
            "street streetaddress addressline homeaddress postaladdress mailingaddress hometown birthplace straße strasse"
        ),
        qualified={
            "address": _words(
                "street home billing shipping postal mailing delivery residential residence permanent physical work office"
            ),
            "line": _words("address street"),
            "city": _words("billing shipping home birth user customer"),
            "town": _words("billing shipping home"),
            "name": _words("street"),
            "place": _words("birth"),
        },
        check=values.is_part_of_address,
        bound=extents.address,
    ),
    Meaning(
        "pii.address-keyed",
        "pii",
        markers.ADDRESS,
        heads=_words("address addresses adresse anschrift dirección indirizzo"),
        check=values.is_postal,
        bound=extents.address,
    ),
    Meaning(
        "pii.city",
        "pii",
        markers.ADDRESS,
        heads=_words("city locality suburb"),
        check=values.is_person,
        bound=extents.name,
    ),
    Meaning(
        "pii.user",
        "pii",
        markers.USER,
        heads=_words(
            """
            user users username usernames uname usr login logname loginname nickname screenname owner assignee samaccountname
            logonname userprincipalname
            """
        ),
        qualified={
            "name": _words("user login account logon screen nick principal sam profile"),
            "by": _words(
                "created updated modified deleted uploaded assigned approved requested signed changed submitted reviewed"
            ),
            "as": _words("logged signed"),
            "handle": _words("user twitter github instagram"),
        },
        check=values.is_user,
    ),
    Meaning(
        "pii.person",
        "pii",
        markers.PERSON,
        heads=_words(
            """
            firstname lastname fullname surname givenname familyname forename middlename maidenname cardholder cardholdername
            legalname realname vorname nachname prénom apellido apellidos имя фамилия отчество 姓名 氏名 名前
            gender ethnicity religion nationality
            """
        ),
        qualified={
            "name": _words(
                """
                first last full given family middle maiden sur legal real preferred display customer patient contact cardholder holder
                recipient sender employee owner beneficiary payee payer billing shipping guest buyer seller member person student mother father
                spouse child doctor driver passenger subscriber borrower applicant candidate tenant's emergency christian personal
                """
            ),
            "holder": _words("card account"),
            "contact": _words("emergency"),
            "status": _words("marital"),
        },
        harmless={"name": _words("class module function file field")},
        check=values.is_person,
        bound=extents.name,
    ),
    Meaning(
        "path.keyed",
        "path",
        markers.PATH,
        heads=_words("filename filenames file"),
        qualified={"name": _words("file attachment document upload")},
        check=values.is_file_name,
    ),
    Meaning(
        "pii.user-id",
        "pii",
        markers.ID,
        heads=_words(
            "uid userid customerid employeeid memberid subscriberid accountid orderid tenantid invoiceid bookingid"
        ),
        qualified={
            "id": _words(
                """
                user customer account employee member subscriber person contact owner profile visitor anonymous distinct
                order tenant invoice booking reservation guest buyer seller merchant shipment payer payee recipient passenger basket cart
                """
            )
        },
        check=values.is_opaque,
    ),
    Meaning(
        "pii.host",
        "pii",
        markers.HOST,
        heads=_words(
            "host hosts hostname hostnames fqdn computername machinename nodename servername nslookup userdomain"
        ),
        qualified={
            "name": _words("host server computer machine node device instance"),
            "node": _words("worker compute k8s kubernetes"),
        },
        check=values.is_host,
    ),
)
"""Names that say: this is somebody's. The first row that a name fits decides."""
