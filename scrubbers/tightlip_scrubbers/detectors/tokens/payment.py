"""Payment, shops and shipping.

Sources: Stripe "API keys" and "Webhook signatures"; Square "Access tokens"; PayPal and Braintree "Credentials"; Adyen "API
credentials"; Plaid "Tokens"; Mollie, GoCardless, Razorpay, Paddle "API keys" (formats), Flutterwave, Xendit, Midtrans, Mercado Pago,
Klarna, SumUp, RevenueCat; Shopify "Access token formats"; WooCommerce "REST API keys"; eBay "Application keys and tokens"; EasyPost,
Shippo, Lob, Duffel "Authentication".
"""

from typing import Final

from tightlip_scrubbers.detectors.tokens.made_up import UUID, base64, digits, hexa, lower, mixed, url
from tightlip_scrubbers.detectors.tokens.shape import alone, behind, exact, of_length, trimmed, vendor, whole
from tightlip_scrubbers.detectors.tokens.shape import mixed as mixed_only
from tightlip_scrubbers.randomness import is_hex, unlikeliness
from tightlip_scrubbers.rule import Found, Rule

_MIN_RANDOM: Final = 0.38


def random(text: str, start: int, end: int) -> Found | None:
    """Confirm what stands behind a prefix that names of tests have too: its letters and digits are not those of names."""
    body = text[start:end].partition("_")[2]
    return alone(text, start, end) if is_hex(body) or unlikeliness(body) >= _MIN_RANDOM else None


RULES: Final[tuple[Rule, ...]] = (
    vendor(
        "stripe",
        r"(?:[srpe]k|rkcs|sk_org)_(?:live|test)_[A-Za-z0-9_]{10,}+",
        needles=("k_live_", "k_test_", "k_org_live_", "k_org_test_", "rkcs_"),
        examples=(
            *(f"sk_live_{mixed(24)}", f"sk_test_51{mixed(97)}", f"rk_live_{mixed(24)}", f"rk_test_51{mixed(97)}"),
            *(f"pk_live_{mixed(24)}", f"sk_org_live_{mixed(60)}", f"sk_live_{mixed(11)}"),
        ),
        misses=(
            "sk_live_... is the form",
            "sk_test_your_key_here",
            "pk_test_xxxxxxxxxxxxxxxxxxxxxxxx",
            "the task_test_case_number_two",
        ),
    ),
    vendor(
        "stripe",
        r"(?:pi|seti|src|cs|pm|ephkey)_[A-Za-z0-9]{14,}+_secret_[A-Za-z0-9]{8,}+",
        kind="client-secret",
        needles=("_secret_",),
        run=30,
        examples=(f"pi_{mixed(24)}_secret_{mixed(25)}", f"seti_{mixed(24)}_secret_{mixed(30)}"),
        misses=("cs_application_secret_manager_name_of_the_store", "my_secret_value"),
    ),
    vendor(
        "webhook",
        # Stripe's, and that of the Standard Webhooks that others sign with.
        r"whsec_[A-Za-z0-9+/=]{16,}+",
        needles=("whsec_",),
        examples=(f"whsec_{mixed(32)}", f"whsec_{base64(44)}="),
        misses=("whsec_... is the secret", "whsec_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "square",
        r"sq0[a-z]{3}-[A-Za-z0-9_\-]{8,}+",
        needles=("sq0",),
        check=behind(7),
        examples=(f"sq0atp-{url(22)}", f"sq0csp-{url(43)}", f"sq0idp-{url(22)}"),
        misses=("sq0csp- is the prefix", "sq0atp-your-access-token"),
    ),
    vendor(
        "square",
        r"EAAA[A-Za-z0-9_\-]{60}[A-Za-z0-9_\-]*+",
        kind="access",
        needles=("EAAA",),
        check=of_length(64),
        run=64,
        examples=(f"EAAAE{url(59)}", f"EAAAl{mixed(59)}"),
        misses=("EAAA is the prefix", f"EAAA{'x' * 60}"),
    ),
    vendor(
        "braintree",
        r"access_token\$(?:production|sandbox)\$[0-9a-z]{8,}+\$[0-9a-f]{16,}+|(?:production|sandbox)_[a-z0-9]{8}_[a-z0-9]{16}[a-z0-9]*+",
        needles=("access_token$", "production_", "sandbox_"),
        examples=(
            f"access_token$production${lower(16)}${hexa(32)}",
            f"sandbox_{lower(8)}_{lower(16)}",
            f"production_{lower(8)}_{lower(16)}",
        ),
        misses=(
            "access_token$production$ is the form",
            "production_database_authentication",
            "sandbox_instance_configurations",
        ),
    ),
    vendor(
        "paypal",
        r"A2[13]AA[A-Za-z0-9_\-]{40,}+",
        needles=("A21AA", "A23AA"),
        check=alone,
        run=45,
        examples=(f"A21AAL{url(90)}", f"A23AAL{url(90)}"),
        misses=("A21AA is the prefix", "A21AAxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "adyen",
        r"AQE[a-z][A-Za-z0-9+/]{30,200}+={0,2}-[A-Za-z0-9+/]{10,100}+={0,2}(?:-[A-Za-z0-9+/=_{}()<>&%$#@!?*:;,.~^\[\]|\-]{8,64}+)?+",
        needles=("AQE",),
        check=trimmed,
        run=45,
        examples=(f"AQEy{base64(58)}-{base64(43)}=-{mixed(16)}", f"AQEh{base64(58)}-{base64(43)}="),
        misses=("AQE is the prefix", "AQExxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "plaid",
        r"(?:access|public|link|processor|asset-report)-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f\-]{4,}+",
        needles=("-sandbox-", "-development-", "-production-"),
        check=whole,
        run=40,
        examples=(f"access-sandbox-{UUID}", f"access-production-{UUID}", f"public-development-{UUID}"),
        misses=("access-sandbox-... is the form", f"db-production-{UUID}"),
    ),
    vendor(
        "mollie",
        # Chargebee, Lob and GoCardless write theirs so too.
        r"(?:live|sandbox)_(?![0-9]{6,12}_)[A-Za-z0-9_\-=]{24,}+|(?:test|access)_[A-Za-z0-9]{24,}+",
        needles=("live_", "test_", "access_", "sandbox_"),
        check=random,
        run=29,
        examples=(
            f"live_{mixed(30)}",
            f"test_{mixed(30)}",
            f"live_{url(40)}",
            f"sandbox_{url(40)}",
            f"test_{hexa(35)}",
        ),
        misses=(
            "test_that_the_service_returns_404_for_unknown_users",
            "test_withPycharmNonTTYOverrideAndAnother2Things",
            "live_migration_of_virtual_machines_between_hosts",
            "access_control_list_of_the_administrators2",
            f"test_{'x' * 30}",
        ),
    ),
    vendor(
        "paddle",
        r"(?:pdl_[a-z]{4}_[a-z]{3,6}|apikey)_[a-z0-9]{20,}+(?:_[A-Za-z0-9]*+){0,3}+|pdl_ntfset_[a-z0-9]{16,}+(?:_[A-Za-z0-9+/=]*+)?+",
        needles=("pdl_",),
        examples=(
            f"pdl_live_apikey_{lower(26)}_{mixed(22)}_{mixed(3)}",
            f"pdl_sdbx_apikey_{lower(26)}_{mixed(22)}_{mixed(3)}",
            f"pdl_ntfset_{lower(26)}_{base64(32)}",
        ),
        misses=("pdl_live_apikey_... is the form", "pdl_page_description_language"),
    ),
    vendor(
        "razorpay",
        r"rzp_(?:live|test)_[A-Za-z0-9]{6,}+",
        needles=("rzp_live_", "rzp_test_"),
        examples=(f"rzp_live_{mixed(14)}", f"rzp_test_{mixed(14)}"),
        misses=("rzp_live_ is the prefix", "rzp_test_xxxxxxxxxxxxxx"),
    ),
    vendor(
        "flutterwave",
        r"FLW(?:SECK|PUBK)(?:_TEST|_LIVE|_PROD)?-[A-Za-z0-9]{10,}+(?:-X)?+",
        needles=("FLWSECK", "FLWPUBK"),
        examples=(f"FLWSECK-{hexa(32)}-X", f"FLWSECK_TEST-{hexa(32)}-X", f"FLWPUBK_TEST-{hexa(32)}-X"),
        misses=("FLWSECK is the prefix", "FLWSECK_TEST-SANDBOXDEMOKEY-X"),
    ),
    vendor(
        "xendit",
        r"xnd_(?:public_)?+(?:production|development)_[A-Za-z0-9+/=]{16,}+",
        needles=("xnd_",),
        examples=(f"xnd_production_{mixed(64)}", f"xnd_development_{base64(64)}=="),
        misses=("xnd_development_ is the prefix", "xnd_production_xxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "midtrans",
        r"(?:SB-)?(?:Mid|VT)-(?:server|client)-[A-Za-z0-9_\-]{8,}+",
        needles=("Mid-server-", "Mid-client-", "VT-server-", "VT-client-"),
        examples=(f"SB-Mid-server-{url(24)}", f"Mid-server-{url(24)}"),
        misses=("Mid-server-your-key-here", "Mid-client- is the prefix"),
    ),
    vendor(
        "mercadopago",
        r"(?:APP_USR|TEST)-[0-9]{10,}+-[0-9]{6}-[0-9a-f]{20,}+(?:__[A-Z_]{2,12})?+(?:-[0-9]*+)?+",
        needles=("APP_USR-", "TEST-"),
        run=40,
        examples=(
            f"APP_USR-{digits(16)}-{digits(6)}-{hexa(32)}-{digits(9)}",
            f"TEST-{digits(16)}-{digits(6)}-{hexa(32)}-{digits(9)}",
        ),
        misses=("APP_USR- is the prefix", "TEST-1234-AB"),
    ),
    vendor(
        "klarna",
        r"klarna_(?:live|test)_api_[A-Za-z0-9+/=_\-]{16,}+",
        needles=("klarna_live_api_", "klarna_test_api_"),
        examples=(f"klarna_live_api_{base64(120)}", f"klarna_test_api_{base64(120)}"),
        misses=("klarna_test_api_your_key_here", "klarna_live_api_ is the prefix"),
    ),
    vendor(
        "sumup",
        r"sup_(?:sk|pk|rk)_[A-Za-z0-9]{16,}+",
        needles=("sup_sk_", "sup_pk_", "sup_rk_"),
        examples=(f"sup_sk_{mixed(32)}", f"sup_pk_{mixed(32)}"),
        misses=("sup_sk_ is the prefix", "sup_sk_xxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "omise",
        r"[sp]key_(?:test_|live_)?+[a-z0-9]{12,}+",
        needles=("skey_", "pkey_"),
        examples=(f"skey_test_{lower(19)}", f"pkey_{lower(19)}"),
        misses=("pkey_get_public", "skey_size"),
    ),
    vendor(
        "stytch",
        r"secret-(?:live|test)-[A-Za-z0-9_=\-]{12,}+",
        needles=("secret-live-", "secret-test-"),
        examples=(f"secret-live-{url(35)}=", f"secret-test-{url(35)}="),
        misses=("secret-test-your-project-secret", "secret-live- is the prefix"),
    ),
    vendor(
        "rapyd",
        r"r[as]k_[0-9a-f]{20,}+",
        needles=("rsk_", "rak_"),
        examples=(f"rsk_{hexa(96)}", f"rak_{hexa(20)}"),
        misses=("rsk_ is the prefix", "break_point"),
    ),
    vendor(
        "shopify",
        r"shp(?:at|ca|pa|ss|ua|tka|rt|it|u)_[A-Za-z0-9]{16,}+",
        needles=("shpat_", "shpca_", "shppa_", "shpss_", "shpua_", "shptka_", "shprt_", "shpit_"),
        examples=(
            f"shpat_{hexa(32)}",
            f"shpss_{hexa(32)}",
            f"shpca_{hexa(32)}",
            f"shppa_{hexa(32)}",
            f"shpua_{hexa(32)}",
        ),
        misses=("shpat_ is the prefix", "shpat_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "shpss_your_secret"),
    ),
    vendor(
        "woocommerce",
        r"c[ks]_[0-9a-f]{40}[0-9a-f]*+",
        needles=("ck_", "cs_"),
        check=exact(43),
        run=43,
        examples=(f"ck_{hexa(40)}", f"cs_{hexa(40)}"),
        misses=("check_list and docs_url", "ck_editor"),
    ),
    vendor(
        "ebay",
        r"(?:PRD|SBX)-[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}",
        needles=("PRD-", "SBX-"),
        check=whole,
        run=36,
        examples=(
            f"PRD-{hexa(12)}-{hexa(4)}-{hexa(4)}-{hexa(4)}-{hexa(4)}",
            f"SBX-{hexa(12)}-{hexa(4)}-{hexa(4)}-{hexa(4)}-{hexa(4)}",
        ),
        misses=("PRD-1234 is a ticket", "SBX-a and SBX-b"),
    ),
    vendor(
        "ebay",
        r"v\^1\.1#i\^1#[A-Za-z0-9^#+/=%]{20,}+",
        kind="user",
        needles=("v^1.1#",),
        check=whole,
        examples=(f"v^1.1#i^1#r^1#p^3#I^3#f^0#t^{base64(100)}==", f"v^1.1#i^1#p^1#t^{mixed(60)}"),
        misses=("v^1.1# is how it begins", "v^1.1#i^1# alone"),
    ),
    vendor(
        "easypost",
        r"EZ[AT]K[A-Za-z0-9]{24,}+",
        needles=("EZAK", "EZTK"),
        run=28,
        examples=(f"EZAK{mixed(54)}", f"EZTK{mixed(54)}"),
        misses=("EZAK is the prefix", f"EZTK{'x' * 54}"),
    ),
    vendor(
        "shippo",
        r"shippo_(?:live|test)_[0-9a-f]{16,}+",
        needles=("shippo_live_", "shippo_test_"),
        examples=(f"shippo_live_{hexa(40)}", f"shippo_test_{hexa(40)}"),
        misses=("shippo_test_ is the prefix", "shippo_live_your_token"),
    ),
    vendor(
        "duffel",
        r"duffel_(?:live|test)_[A-Za-z0-9_\-=]{16,}+",
        needles=("duffel_live_", "duffel_test_"),
        examples=(f"duffel_live_{url(43)}", f"duffel_test_{url(43)}"),
        misses=("duffel_test_your_access_token_here", "duffel_live_ is the prefix"),
    ),
    vendor(
        "alchemy",
        r"alcht_[A-Za-z0-9]{12,}+",
        needles=("alcht_",),
        examples=(f"alcht_{mixed(30)}", f"alcht_{mixed(20)}"),
        misses=("alcht_ is the prefix", "alcht_xxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "elevenlabs",
        # Checkout.com and RevenueCat write theirs so too.
        r"sk_(?:sbox_|car_)?+[A-Za-z0-9]{24,}+",
        needles=("sk_",),
        check=alone,
        run=27,
        examples=(f"sk_{hexa(48)}", f"sk_sbox_{lower(27)}", f"sk_car_{mixed(22)}00", f"sk_{mixed(30)}"),
        misses=("sk_buff_allocation_failed_for_device", "task_id and risk_level", "sk_xxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "intuit",
        r"AB1[0-9]{9,10}[A-Za-z0-9]{24,}+",
        needles=("AB1",),
        check=mixed_only,
        run=36,
        examples=(f"AB1{digits(10)}{mixed(37)}", f"AB1{digits(9)}{mixed(38)}"),
        misses=("AB1234 is a flight", "AB1 and AB12"),
    ),
)
