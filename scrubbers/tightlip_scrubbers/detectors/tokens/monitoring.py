"""Errors, metrics, logs, uptime.

Sources: Sentry "Auth tokens" (organisation, user, internal integration); Datadog "Client tokens"; New Relic "API keys" (types and
prefixes); Grafana "Service account tokens" and "Access policies"; Honeycomb "API keys"; Dynatrace "Token format"; Honeybadger, Axiom,
Checkly, UptimeRobot, Healthchecks.io, Coralogix, Rootly, Pydantic Logfire, Beamer, FullStory: the pages on their tokens.
"""

from typing import Final

from tightlip_scrubbers.detectors.tokens.made_up import UUID, base64, digits, hexa, mixed, upper, url
from tightlip_scrubbers.detectors.tokens.shape import alone, vendor, whole
from tightlip_scrubbers.detectors.tokens.shape import mixed as mixed_only
from tightlip_scrubbers.rule import Rule
from tightlip_scrubbers.spans import Span

_BEFORE_SIGN: Final = 30


def licence(text: str, start: int, end: int) -> Span | None:
    """Confirm a run of letters and digits as a licence key: its sign stands behind 36 characters of 40."""
    return (start, end) if text.find("NRAL", start + _BEFORE_SIGN, end) >= 0 else None


RULES: Final[tuple[Rule, ...]] = (
    vendor(
        "sentry",
        r"sntry[a-z]_[A-Za-z0-9+/=_\-]{20,}+",
        needles=("sntrys_", "sntryu_", "sntrya_", "sntryi_", "sntryr_"),
        examples=(f"sntrys_eyJ{base64(150)}=_{base64(43)}", f"sntryu_{hexa(64)}", f"sntrya_{hexa(64)}"),
        misses=("sntrys_ is the prefix", "sntryu_your_token_goes_here"),
    ),
    vendor(
        "datadog",
        r"pub[0-9a-f]{32}(?![0-9a-f])",
        needles=("pub",),
        check=alone,
        run=35,
        examples=(f"pub{hexa(32)}", f"clientToken:pub{hexa(32)}".replace("clientToken:", "=")),
        misses=("public and publish", "pub-sub-of-the-messages-between-the-services"),
    ),
    vendor(
        "pagerduty",
        r"u\+[A-Za-z0-9_\-]{18}(?![A-Za-z0-9_\-])",
        needles=("u+",),
        check=mixed_only,
        examples=(f"u+{mixed(18)}",),
        misses=("u+0041 is a letter", "u+your-api-key-here-x", "menu+preferences-dialog"),
    ),
    vendor(
        "newrelic",
        r"NR(?:AK|JS|II|IQ|RA|AA|SP|BR|UI)-[A-Za-z0-9_\-]{14,}+",
        needles=("NRAK-", "NRJS-", "NRII-", "NRIQ-", "NRRA-", "NRAA-", "NRSP-", "NRBR-"),
        examples=(f"NRAK-{upper(27)}", f"NRJS-{hexa(19)}", f"NRII-{url(32)}", f"NRIQ-{mixed(32)}"),
        misses=("NRAK- is the prefix", "NRAK-YOUR-KEY-GOES-HERE"),
    ),
    vendor(
        "newrelic",
        r"[A-Za-z0-9]{34,}+",
        kind="licence",
        needles=("NRAL",),
        check=licence,
        run=34,
        examples=(f"{hexa(36)}NRAL", f"eu01xx{hexa(30)}NRAL"),
        misses=("NRAL is the suffix", "GENERAL and MINERAL"),
    ),
    vendor(
        "grafana",
        r"glsa_[A-Za-z0-9]{16,}+(?:_[A-Za-z0-9]*+)?+|glc_eyJ[A-Za-z0-9+/=]{20,}+|eyJrIjoi[A-Za-z0-9+/]{40,}+={0,2}+",
        needles=("glsa_", "glc_eyJ", "eyJrIjoi"),
        examples=(f"glsa_{mixed(32)}_{hexa(8)}", f"glc_eyJ{base64(120)}==", f"eyJrIjoi{mixed(80)}"),
        misses=("glsa_ is the prefix", "glsa_your_service_account_token", "glc_name"),
    ),
    vendor(
        "honeycomb",
        r"hc[a-z](?:ik|mk|lk)_[A-Za-z0-9]{20,}+",
        needles=("hcaik_", "hcxik_", "hcamk_", "hcxmk_", "hcbik_", "hcalk_", "hcxlk_"),
        examples=(f"hcaik_{mixed(58)}", f"hcamk_{mixed(58)}"),
        misses=("hcaik_ is the prefix", "hcaik_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "dynatrace",
        r"dt0[a-zA-Z][0-9]{2}\.[A-Z0-9]{8,}+(?:\.[A-Za-z0-9]*+)?+",
        needles=("dt0",),
        examples=(
            f"dt0c01.{upper(24)}.{upper(64)}",
            f"dt0s16.{upper(8)}.{upper(64)}",
            f"dt0s02.{upper(8)}.{upper(30)}",
        ),
        misses=("dt0c01. is the prefix", "dt0 is the first step of the time"),
    ),
    vendor(
        "honeybadger",
        r"hbp_[A-Za-z0-9]{20,}+",
        needles=("hbp_",),
        examples=(f"hbp_{mixed(36)}", f"hbp_{mixed(24)}"),
        misses=("hbp_ is the prefix", "hbp_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "axiom",
        r"x(?:aat|apt|airt|oat)-[0-9a-f]{8}-[0-9a-f\-]{4,}+",
        needles=("xaat-", "xapt-", "xairt-", "xoat-"),
        check=whole,
        examples=(f"xaat-{UUID}", f"xapt-{UUID}"),
        misses=("xaat- is the prefix", "xaat-your-api-token"),
    ),
    vendor(
        "checkly",
        r"c[uv]_[0-9a-f]{32}(?![0-9a-f])",
        needles=("cu_", "cv_"),
        run=35,
        examples=(f"cu_{hexa(32)}", f"cv_{hexa(32)}"),
        misses=("cu_ is the prefix", "gpcv_terms"),
    ),
    vendor(
        "uptimerobot",
        r"[um]r?[0-9]{6,12}-[0-9a-f]{20,}+",
        needles=("-",),
        check=alone,
        run=28,
        examples=(f"u{digits(7)}-{hexa(24)}", f"ur{digits(7)}-{hexa(24)}", f"m{digits(9)}-{hexa(24)}"),
        misses=("u123-abc", "m1234567-is-a-part-number-of-it"),
    ),
    vendor(
        "healthchecks",
        r"hc[wr]_[A-Za-z0-9]{12,}+",
        needles=("hcw_", "hcr_"),
        examples=(f"hcw_{mixed(28)}", f"hcr_{mixed(28)}"),
        misses=("hcw_ is the prefix", "hcr_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "coralogix",
        r"cx(?:tp|up|ip)_[A-Za-z0-9]{16,}+",
        needles=("cxtp_", "cxup_", "cxip_"),
        examples=(f"cxtp_{mixed(30)}", f"cxup_{mixed(30)}"),
        misses=("cxtp_ is the prefix", "cxup_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "rootly",
        r"rootly_[0-9a-f]{20,}+",
        needles=("rootly_",),
        examples=(f"rootly_{hexa(64)}", f"rootly_{hexa(40)}"),
        misses=("rootly_ is the prefix", "rootly_your_api_key"),
    ),
    vendor(
        "logfire",
        r"pylf_v[0-9]_(?:[a-z]{2,12}_)?+[A-Za-z0-9]{16,}+",
        needles=("pylf_v",),
        examples=(f"pylf_v1_us_{mixed(43)}", f"pylf_v2_eu_{mixed(43)}", f"pylf_v1_{mixed(43)}"),
        misses=("pylf_v1_us_ is the prefix", "pylf_v1_us_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "beamer",
        r"b_[A-Za-z0-9=_/\-]{44}[A-Za-z0-9=_/\-]*+",
        needles=("b_",),
        check=mixed_only,
        run=46,
        examples=(f"b_{url(44)}", f"b_{mixed(43)}="),
        misses=("b_is_some_variable_of_the_test_with_a_long_name_2", "tab_size"),
    ),
    vendor(
        "fullstory",
        r"(?:na1|eu1)\.[A-Za-z0-9+/=]{40,}+",
        needles=("na1.", "eu1."),
        check=mixed_only,
        run=44,
        examples=(f"na1.{base64(60)}", f"eu1.{mixed(60)}=="),
        misses=("na1.salesforce.example", "eu1.datadoghq"),
    ),
    vendor(
        "opsgenie",
        r"(?:GenieKey|geniekey) ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
        needles=("GenieKey ", "geniekey "),
        group=1,
        check=whole,
        examples=(f"GenieKey {UUID}", f"geniekey {UUID}"),
        misses=("GenieKey is missing", "the GenieKey scheme"),
    ),
    vendor(
        "incident-io",
        r"inc_[a-z]{0,10}_?[0-9a-f]{40,}+",
        needles=("inc_",),
        check=alone,
        run=44,
        examples=(f"inc_{hexa(64)}", f"inc_prod_{hexa(64)}"),
        misses=("inc_counter_of_the_requests_that_failed_in_the_last_hour", "zinc_oxide"),
    ),
    vendor(
        "firehydrant",
        r"fhb-[0-9a-f]{16,}+",
        needles=("fhb-",),
        examples=(f"fhb-{hexa(32)}", f"fhb-{hexa(64)}"),
        misses=("fhb-... is the form", "fhb-1"),
    ),
)
