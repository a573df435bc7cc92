"""Clouds: AWS, Microsoft, Google, and the others.

Sources: AWS "IAM identifiers" (prefixes of ids), "Managing access keys" (20 and 40 characters), "Bedrock API keys", Login with Amazon;
Microsoft Learn "Azure Storage account keys", "Identifiable secrets" (signatures inside the keys of each service), "Client secrets"
(the ``Q~`` form); Google Cloud "API keys", "OAuth 2.0", "HMAC keys"; Alibaba Cloud "AccessKey pair"; Tencent Cloud "SecretId";
Volcano Engine "Access Key"; Baidu "AccessKey"; Yandex Cloud "Secrets" (prefixes and lengths), Scaleway "API keys", Exoscale
"IAM", UpCloud "API tokens", Backblaze "Application keys", Akamai "EdgeGrid", DigitalOcean "Token format".
"""

import re
from typing import Final

from tightlip_scrubbers.detectors.tokens.made_up import UUID, base64, digits, hexa, lower, mixed, upper, url
from tightlip_scrubbers.detectors.tokens.shape import alone, exact, is_mixed, of_length, trimmed, vendor, whole
from tightlip_scrubbers.detectors.tokens.shape import mixed as mixed_only
from tightlip_scrubbers.rule import Found, Rule
from tightlip_scrubbers.spans import Span

_AWS_ID: Final = re.compile(r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}/?")
_AWS_ID_LENGTH: Final = 20
_AWS_SECRET: Final = 40
_REACH: Final = 400
_SIGNATURES: Final = re.compile(r"\+(?:ASt|ABa|AEh|ASb|ARm|ACR)|A(?:CDb|IoT|zFu|zSe|zCa|PIM|COG|CSR|MLW)|JQQJ9")
_BEFORE_SIGNATURE: Final = 28
_FROM_SIGNATURE: Final = 64
"""Where the signature of the service stands in the keys that it makes, of 44 to 88 characters, some with a name glued to the left."""


def aws_id(text: str, start: int, end: int) -> Found | None:
    """Confirm an access key's id of 20 characters; one that was cut has to stand apart and be no word."""
    return whole(text, start, end) if end - start >= _AWS_ID_LENGTH else alone(text, start, end)


def aws_secret(text: str, start: int, end: int) -> Span | None:
    """Confirm 40 characters of Base64 as the secret of an access key: its id stands not far from it."""
    key_id = _AWS_ID.match(text, start, end)
    if key_id is not None:  # id/secret
        start = key_id.end()
    if end - start != _AWS_SECRET or not is_mixed(text, start, end):
        return None
    return (start, end) if _AWS_ID.search(text, max(0, start - _REACH), end + _REACH) else None


def azure_key(text: str, start: int, end: int) -> Span | None:
    """Confirm a run of Base64 as a key that Microsoft made identifiable: a signature stands inside of it."""
    sign = _SIGNATURES.search(text, start + _BEFORE_SIGNATURE, end)
    if sign is None or end - sign.start() > _FROM_SIGNATURE or not is_mixed(text, start, end):
        return None
    return start, end


RULES: Final[tuple[Rule, ...]] = (
    vendor(
        "aws",
        r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{10,}+",
        needles=("AKIA", "ASIA", "ABIA", "ACCA"),
        check=aws_id,
        examples=(f"AKIA{upper(16)}", f"ASIA{upper(16)}", f"AKIA{upper(16)}é", f"ABIA{upper(16)}"),
        misses=("AKIA is the prefix", "ASIA and ASIAN_REGION_NAMES", "AKIA1234"),
    ),
    vendor(
        "aws",
        r"[A-Za-z0-9+/]{40,}+",
        kind="secret",
        needles=("AKIA", "ASIA", "ABIA", "ACCA"),
        check=aws_secret,
        run=40,
        examples=(f"AKIA{upper(16)} {base64(40)}", f"ASIA{upper(16)}:{base64(40)}"),
        misses=("AKIA and something else", f"the commit {hexa(40)} mentions AKIA"),
    ),
    vendor(
        "aws",
        # Base64 of a serialised "origin_" and its older forms.
        r"(?:FwoGZXIvYXdz|FQoGZXIvYXdz|FwoDYXdz|FQoDYXdz|AQoDYXdz|AQoEXAMPLE|IQoJb3JpZ2lu)[A-Za-z0-9+/=_\-%]{20,}+",
        kind="session",
        needles=("oGZXIvYXdz", "oDYXdz", "AQoEXAMPLE", "IQoJb3JpZ2lu"),
        check=whole,
        examples=(
            f"IQoJb3JpZ2luX2Vj{base64(300)}==",
            f"FwoGZXIvYXdzE{base64(200)}",
            f"IQoJb3JpZ2luX2Vj{mixed(30)}%2F%2B{mixed(40)}",
        ),
        misses=("IQoJb3JpZ2lu is how it begins", "AQoEXAMPLE alone"),
    ),
    vendor(
        "aws",
        r"(?:ABSKQmVkcm9ja0FQSUtleS|bedrock-api-key-)[A-Za-z0-9+/=_\-]{20,}+",
        kind="bedrock",
        needles=("ABSKQmVkcm9ja0FQSUtleS", "bedrock-api-key-"),
        examples=(
            f"ABSKQmVkcm9ja0FQSUtleS{base64(100)}=",
            f"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{base64(200)}",
        ),
        misses=("bedrock-api-key-from-the-environment", "ABSK alone"),
    ),
    vendor(
        "amazon",
        r"(?:amzn\.mws\.|amzn1\.oa2-cs\.v1\.)[A-Za-z0-9\-]{16,}+|Atz[ar]\|[A-Za-z0-9_\-+/=]{20,}+",
        needles=("amzn.mws.", "amzn1.oa2-cs.v1.", "Atza|", "Atzr|"),
        examples=(f"amzn.mws.{UUID}", f"amzn1.oa2-cs.v1.{hexa(64)}", f"Atza|IwEB{url(300)}", f"Atzr|IwEB{url(300)}"),
        misses=("amzn.mws.your-token-goes-here", "Atza|xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "aws",
        r"da2-[a-z0-9]{26}[a-z0-9]*+",
        kind="appsync",
        needles=("da2-",),
        check=alone,
        run=30,
        examples=(f"da2-{lower(26)}", f"x-api-key_da2-{lower(26)}"),
        misses=("da2-xxxxxxxxxxxxxxxxxxxxxxxxxx", "da2-name"),
    ),
    vendor(
        "azure",
        r"[A-Za-z0-9_~.\-]{3}[0-9]Q~[A-Za-z0-9_~.\-]{25,}+",
        kind="client-secret",
        needles=("Q~",),
        run=31,
        examples=(f"{mixed(3)}8Q~{url(34)}", f"a.~7Q~{url(31)}"),
        misses=("Q~ alone", "FAQ~ and 8Q~short"),
    ),
    vendor(
        "azure",
        r"[A-Za-z0-9+/_\-]{40,}+={0,2}+",
        kind="key",
        needles=(
            *("+ASt", "+ABa", "+AEh", "+ASb", "+ARm", "+ACR", "ACDb", "AIoT", "AzFu", "AzSe", "AzCa", "APIM", "ACOG"),
            *("ACSR", "AMLW", "JQQJ9"),
        ),
        check=azure_key,
        run=40,
        examples=(
            f"{base64(76)}+ASt{mixed(6)}==",
            f"{base64(76)}ACDb{mixed(6)}==",
            f"{base64(33)}+ASb{mixed(6)}=",
            f"{url(42)}AzSeD{mixed(5)}",
            f"{url(44)}AzFuB{mixed(5)}Q==",
            f"{mixed(52)}JQQJ99BK{mixed(16)}ACOG{mixed(4)}",
            f"{mixed(33)}AzCaK{mixed(5)}=",
        ),
        misses=("see /docs/APIM/overview", f"sha512-{'A' * 20}", "AzFuncs are AzSearch"),
    ),
    vendor(
        "azure",
        r"[?&;]sig=([A-Za-z0-9%+/_\-]{30,}+={0,2}+)",
        kind="sas",
        needles=("sig=",),
        check=whole,
        group=1,
        examples=(f"se=2026&sig={base64(43)}=", f"sr=b&sig={base64(43)}="),
        misses=("sig= is empty", "sig=&x=1"),
    ),
    vendor(
        "microsoft",
        r"(?:M\.C[0-9]{1,4}_[A-Z0-9]{2,8}\.|M\.R3_BAY\.)[A-Za-z0-9_.!*$\-]{40,}+",
        kind="refresh",
        needles=("M.C", "M.R3_"),
        run=48,
        check=trimmed,
        examples=(f"M.C{digits(3)}_BAY.0.U.-{url(100)}", f"M.R3_BAY.-{url(100)}$$"),
        misses=("M.Configuration", "SUM.C1_BAY.short"),
    ),
    vendor(
        "google",
        r"AIza[A-Za-z0-9_\-]{16,}+",
        needles=("AIza",),
        check=whole,
        run=20,
        examples=(f"AIzaSy{url(33)}", f"=AIzaSy{url(33)}"),
        misses=("AIza is the prefix", "AIzaSy... in the docs"),
    ),
    vendor(
        "google",
        r"(?:ya29\.|1//0|4/0A|AQ\.Ab8)[A-Za-z0-9_\-.]{24,}+",
        kind="oauth",
        needles=("ya29.", "1//0", "4/0A", "AQ.Ab8"),
        examples=(
            f"ya29.a0Af{url(160)}",
            f"ya29.c.c0{url(100)}",
            f"1//0g{url(98)}",
            f"4/0AX4{url(66)}",
            f"AQ.Ab8RN6{url(43)}",
        ),
        misses=("ya29. is the prefix", "ya29.your-token-goes-here-please-and-thanks", "4/0AX"),
    ),
    vendor(
        "google",
        r"GOCSPX-[A-Za-z0-9_\-]{8,}+",
        kind="client-secret",
        needles=("GOCSPX-",),
        examples=(f"GOCSPX-{url(28)}", f"GOCSPX-{url(20)}"),
        misses=("GOCSPX- is the prefix", "GOCSPX-your-client-secret"),
    ),
    vendor(
        "google",
        r"private_key_id[\\\"': ]{1,12}+([0-9a-f]{20,}+)",
        kind="service-account",
        needles=("private_key_id",),
        group=1,
        check=whole,
        run=20,
        examples=(f'private_key_id": "{hexa(40)}', f"private_key_id: {hexa(40)}"),
        misses=("private_key_id is missing", "private_key_id: str"),
    ),
    vendor(
        "google",
        r"GOOG1?[A-Z0-9]{20,}+",
        kind="hmac",
        needles=("GOOG",),
        check=alone,
        run=24,
        examples=(f"GOOG1E{upper(55)}", f"GOOG{upper(20)}"),
        misses=("NASDAQ:GOOG fell", "GOOG1 alone"),
    ),
    vendor(
        "google",
        r"AAAA[A-Za-z0-9_\-]{7}:[A-Za-z0-9_\-]{80,}+|:APA91b[A-Za-z0-9_\-]{80,}+",
        kind="firebase",
        needles=(":APA91b", "AAAA"),
        check=whole,
        run=84,
        examples=(f"AAAA{url(7)}:APA91b{url(134)}", f"{url(22)}:APA91b{url(134)}"),
        misses=("APA91b is in it", "AAAA:BBBB"),
    ),
    vendor(
        "google",
        r"6L[c-f][A-Za-z0-9_\-]{37}[A-Za-z0-9_\-]*+",
        kind="recaptcha",
        needles=("6Lc", "6Ld", "6Le", "6Lf"),
        check=of_length(40),
        run=40,
        examples=(f"6Le{url(5)}AAAAA{url(27)}", f"6Lc{url(5)}AAAAA{url(27)}"),
        misses=("6Lexxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "6Led"),
    ),
    vendor(
        "alibaba",
        r"LTAI[A-Za-z0-9]{12,}+|STS\.[A-Za-z0-9]{20,}+",
        needles=("LTAI", "STS."),
        check=alone,
        run=16,
        examples=(f"LTAI5t{mixed(18)}", f"LTAI{mixed(12)}", f"STS.{mixed(26)}"),
        misses=("LTAI is the prefix", "AWS.STS.AssumeRoleWithWebIdentity", "LTAIxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "tencent",
        r"AKID[A-Za-z0-9]{16,}+",
        needles=("AKID",),
        check=alone,
        run=20,
        examples=(f"AKID{mixed(32)}", f"AKID{mixed(18)}"),
        misses=("AKID is the prefix", "AKIDxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "volcengine",
        r"AKLT[A-Za-z0-9_\-]{24,}+=*+",
        needles=("AKLT",),
        check=alone,
        run=28,
        examples=(f"AKLT{url(43)}", f"AKLT{mixed(44)}=="),
        misses=("AKLT is the prefix", "AKLTxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "baidu",
        r"(?:bce-v3/)?ALTAK[A-Za-z0-9\-]{10,}+(?:/[0-9a-f]{20,}+)?+",
        needles=("ALTAK",),
        examples=(f"ALTAK{mixed(21)}", f"bce-v3/ALTAK-{mixed(21)}/{hexa(40)}"),
        misses=("ALTAK is the prefix", "ALTAKxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "yandex",
        r"AQVN[A-Za-z0-9_\-]{24,}+|YC[A-Z][A-Za-z0-9_\-]{20,}+|t1\.[A-Za-z0-9_\-]{4,}+=*+\.[A-Za-z0-9_\-]{30,}+=*+|y[0-9]__?[A-Za-z0-9_\-]{30,}+",
        needles=("AQVN", "YCA", "YCM", "YCN", "YCO", "YCP", "t1.", "y0_", "y1_", "y2_", "y3_"),
        check=mixed_only,
        run=23,
        examples=(
            *(f"AQVN{url(36)}", f"YCAJE{url(20)}", f"YCM{url(37)}", f"t1.9euelZq{url(300)}.{url(86)}"),
            *(f"y0_{url(55)}", f"y0__{url(54)}"),
        ),
        misses=(
            "AQVN is the prefix",
            "t1.column_with_a_long_name.another_column_with_a_long_name",
            "y0_initial_value_of_the_lower_bound",
        ),
    ),
    vendor(
        "ibm",
        r"ApiKey-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        needles=("ApiKey-",),
        check=whole,
        examples=(f"ApiKey-{UUID}", f"id=ApiKey-{UUID}"),
        misses=("ApiKey-Id is missing", "X-ApiKey-Version"),
    ),
    vendor(
        "scaleway",
        r"SCW[A-Z0-9]{17}[A-Z0-9]*+",
        needles=("SCW",),
        check=exact(20),
        run=20,
        examples=(f"SCW{upper(17)}", f"id_SCW{upper(17)}"),
        misses=("SCW_ACCESS_KEY is not set", "SCWXXXXXXXXXXXXXXXXX"),
    ),
    vendor(
        "exoscale",
        r"EXO[0-9a-f]{24,}+",
        needles=("EXO",),
        check=alone,
        run=27,
        examples=(f"EXO{hexa(24)}", f"EXO{hexa(26)}"),
        misses=("EXO is short for Exoscale", "EXOSCALE_API_KEY"),
    ),
    vendor(
        "upcloud",
        r"ucat_[A-Z0-9]{12,}+",
        needles=("ucat_",),
        examples=(f"ucat_{upper(26)}", f"ucat_{upper(16)}"),
        misses=("ucat_ is the prefix", "educat_ion"),
    ),
    vendor(
        "backblaze",
        r"K00[0-9][A-Za-z0-9+/]{27}[A-Za-z0-9+/]*+",
        needles=("K000", "K001", "K002", "K003", "K004", "K005"),
        check=of_length(31),
        run=31,
        examples=(f"K004{base64(27)}", f"K005{mixed(27)}"),
        misses=("K0001 is a code", "K000000000000000000000000000000"),
    ),
    vendor(
        "akamai",
        r"akab-[a-z0-9]{14,}+-[a-z0-9]{14,}+",
        needles=("akab-",),
        examples=(f"akab-{lower(16)}-{lower(16)}", f"token.akab-{lower(16)}-{lower(16)}"),
        misses=("akab- is the prefix", "akab-xxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "digitalocean",
        r"do[opr]_v1_[0-9a-f]{20,}+",
        needles=("dop_v1_", "doo_v1_", "dor_v1_"),
        examples=(f"dop_v1_{hexa(64)}", f"doo_v1_{hexa(64)}", f"dor_v1_{hexa(64)}"),
        misses=("dop_v1_ is the prefix", "dop_v1_your_token"),
    ),
    vendor(
        "digitalocean",
        r"DO(?:00|801)[A-Z0-9]{15,}+",
        kind="spaces",
        needles=("DO00", "DO801"),
        check=exact(20),
        run=20,
        examples=(f"DO00{upper(16)}", f"DO801{upper(15)}"),
        misses=("DO00XXXXXXXXXXXXXXXX", "DO0042 is a room"),
    ),
)
