"""Public names of machines where the words or the signs around them say that they are: ``connect to host db.acme.com``, ``db.acme.com:5432``.

A name such as ``acme.com`` alone may be a module's or a product's, and stays. It is a machine's with a port, an address or a path of
``scp`` at it, behind what resolvers, clients and TLS say of a host, and where it is a customer's own name under a provider's domain.

Sources: getaddrinfo(3), Go's package net, Node's documentation on DNS errors, the messages of OpenSSH, curl, wget, ping, psql, mysql and
Java's ``InetSocketAddress``; IANA's root zone (the top-level domains that are no ending of a file); RFC 2606 (names of examples); the
endpoint pages of AWS, Azure, Google Cloud and the other providers in the table.
"""

import re
from typing import Final

from tightlip_scrubbers import markers
from tightlip_scrubbers.detectors.things import is_code, is_glob, is_public
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Found, Rule, has

_LABELS_BACKWARDS: Final = compile_pattern(r"[0-9A-Za-z\-]++(?:\.[0-9A-Za-z\-]++)*+")
_REACH: Final = 253
_TENANTS: Final = tuple(
    f".{domain}"
    for domain in """
    rds.amazonaws.com elb.amazonaws.com cache.amazonaws.com redshift.amazonaws.com es.amazonaws.com compute.amazonaws.com
    s3.amazonaws.com elasticbeanstalk.com cloudfront.net awsapps.com database.windows.net core.windows.net servicebus.windows.net
    redis.cache.windows.net search.windows.net azurewebsites.net cloudapp.net cloudapp.azure.com azure-api.net azurecr.io vault.azure.net
    documents.azure.com openai.azure.com azurecontainerapps.io azuredatabricks.net onmicrosoft.com sharepoint.com
    run.app cloudfunctions.net appspot.com firebaseio.com firebaseapp.com herokuapp.com fly.dev onrender.com vercel.app netlify.app
    pages.dev workers.dev trycloudflare.com r2.cloudflarestorage.com ngrok.io ngrok-free.app ngrok.app ts.net supabase.co mongodb.net
    snowflakecomputing.com cloud.databricks.com confluent.cloud aivencloud.com upstash.io neon.tech psdb.cloud ondigitalocean.com
    ondigitalocean.app digitaloceanspaces.com atlassian.net zendesk.com freshdesk.com my.salesforce.com lightning.force.com okta.com
    oktapreview.com auth0.com myshopify.com service-now.com myworkday.com bamboohr.com
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
_REGIONAL: Final = re.compile(
    r"\.(?:execute-api|rds|elb|dkr\.ecr|s3|s3-website|lambda-url|redshift|cache|es|compute)\.[a-z]{2}-[a-z\-]{4,16}-[0-9]\.(?:amazonaws\.com|on\.aws)\Z"
    r"|\.[a-z]{2}-[a-z\-]{4,16}-[0-9]\.(?:rds|elb|es|redshift|compute|elasticbeanstalk)\.(?:amazonaws\.com|com)\Z"
)
_OWN_OF_PROVIDERS: Final = frozenset(
    "www api app apps status docs doc support help developer developers login auth accounts cdn static hooks console dashboard blog".split()  # noqa: SIM905
)
_QUOTES: Final = frozenset({"", " ", '"', "'", "=", "[", "(", "<"})
_EXAMPLES: Final = frozenset({"example.com", "example.org", "example.net"})
_ADDRESS: Final = r"(?:\[ip\]|[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]|::)"
# A line of a file has no port of a service: "notes.org:12".
_BESIDE: Final = re.compile(
    rf":(?:2[1235]|53|80|[0-9]{{3,5}})(?![0-9.])| ?[\[(]{_ADDRESS}|[,/]{_ADDRESS}|:/[A-Za-z0-9~]|:/?\[path\]"
)
_SAID: Final = re.compile(
    r"(?:(?<![A-Za-z])(?:(?:[Hh]ost(?:s|name|Name| name)?|HOST|[Ss]erver|[Nn]ode|[Pp]roxy|[Rr]elay|[Bb]roker|[Mm]achine|[Uu]pstream|[Dd]omain|[Ee]ndpoint|[Pp]eer)"
    r"(?: address| at| is| named)?"
    r"|[Ll]ookup|[Rr]esolv(?:e|ing)|ENOTFOUND|EAI_AGAIN|[Cc]onnect(?:ed|ing|ion)? (?:to|with|at)|[Hh]andshake (?:with|for)|(?:is |not )valid for|verification failed for"
    r"|[Rr]each(?:ing)?|PING|[Pp]ing|telnet|nslookup|dig|traceroute|[Cc]ertificate(?: for)?(?= [\"'])|[Cc]ertificate for|[Ii]mage|chain (?:at|for)|HELO|EHLO|Permanently added|Server=tcp|Data Source)"
    r"[:=]? ?(?:tcp:)?[\"'`<(\[]{0,2}|(?:UnknownHost|PeerUnverified|HostConnect|Connect)Exception: |'@'|CN ?= ?(?:\*\.)?|alternative names: \[)\Z"
)
_LAST_WORD: Final = compile_pattern(r"[ :=\"'`<(\[*@.]{0,6}+([A-Za-z_]{1,20}+)")
_LAST_WORDS: Final = frozenset(
    word[::-1]
    for word in """
    host hosts hostname HostName hostName Host Hosts Hostname HOST name server Server node Node proxy Proxy relay Relay broker Broker machine Machine
    upstream Upstream domain Domain endpoint Endpoint peer Peer address at is named lookup Lookup resolve Resolve resolving Resolving
    ENOTFOUND EAI_AGAIN to with for reach Reach reaching Reaching PING ping Ping telnet nslookup dig traceroute certificate Certificate
    Image image HELO EHLO added tcp Source UnknownHostException PeerUnverifiedException HostConnectException ConnectException CN names
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""The words, from behind, with which what is said of a host ends: most names stand behind another."""
_SAID_REACH: Final = 48
_ALSO: Final = re.compile(r"certificate is valid for [^\n]{1,160}, not \Z")
_ALSO_REACH: Final = 200
_NO_HOST: Final = re.compile(r"[0-9A-Za-z]|[\-_(]|\.[0-9A-Za-z]")


def _is_tenant(name: str) -> bool:
    """Tell a customer's name under a provider's domain from one of the provider's own."""
    lower = name.lower()
    for domain in _TENANTS if lower.endswith(_TENANTS) else ():
        if lower.endswith(domain):
            return lower[: -len(domain)].partition(".")[0] not in _OWN_OF_PROVIDERS
    return lower.endswith((".com", ".aws")) and _REGIONAL.search(lower) is not None


def told(text: str, start: int, end: int) -> Found | None:
    """Confirm a name that ends with a top-level domain by what stands around it."""
    if _NO_HOST.match(text, end):
        return None
    labels = _LABELS_BACKWARDS.match(text[max(0, start - _REACH) : start][::-1])
    first = start if labels is None else start - labels.end()
    name = text[first:end]
    if first == start or name.startswith("-") or name in _EXAMPLES or is_code(name) or is_public(name):
        return None
    before = text[first - 1 : first]
    if before == "_" or (before == "." and text[first - 2 : first] != "*."):  # a module's name
        return None
    if before == "." and (is_glob(name) or f".{name}" in _TENANTS):
        return None  # "*.spec.in"; "*.s3.amazonaws.com", which is every tenant's
    if _is_tenant(name) or (before == "." and text[first - 3 : first - 2] in _QUOTES):  # "*.acme.com"
        return first, end, "pii.host-told"
    # A mail address, or a URL's user before its host; a URL's host, which its policy keeps; a tag's URI (RFC 4151): "tag:yaml.org,2002:int".
    if before in {"@", "/"} or text.startswith("tag:", first - 4):
        return None
    if _BESIDE.match(text, end):
        return first, end, "pii.host-told"
    last = _LAST_WORD.match(text[max(0, first - 28) : first][::-1])
    quoted = text.startswith("'@'", first - 3)
    if (last is None or last[1] not in _LAST_WORDS) and not quoted and not text.startswith(", not ", first - 6):
        return None
    said = _SAID.search(text, max(0, first - _SAID_REACH), first) or (
        text.startswith(", not ", first - 6) and _ALSO.search(text, max(0, first - _ALSO_REACH), first)
    )
    return (first, end, "pii.host-said") if said else None


_PATTERN: Final = (
    r"\.(?:com|net|org|edu|gov|io|dev|app|cloud|ai|co|aws|tech|info|biz|tv|online|site|xyz|example|test|de|uk|fr|nl|be|ch|at|it|es|pt|se|no|dk|fi|ie|cz"
    r"|hu|ro|bg|gr|tr|ru|ua|eu|us|ca|mx|br|ar|jp|cn|kr|in|au|nz|za|sg|hk|tw|il|COM|NET|ORG|DE)(?![0-9A-Za-z\-_(])"
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="pii.host-told",
        kind="pii",
        gate=has(signs="."),
        pattern=_PATTERN,
        validator=told,
        marker=markers.HOST,
        matches=(
            "cannot reach ledger.acme.com:5432",
            "Failed to connect to ledger.acme.de/10.0.0.1:8443",
            "relay=ledger.acme.com[10.0.0.1]:25",
            "mounting ledger.acme.com:/payroll",
            "sent to acme-7.rds.amazonaws.com twice",
            "https://acme.myshopify.com/x",
        ),
        misses=(
            "cannot find module acme.io",
            "java.io.IOException: stopped",
            "see notes.org:12 and Makefile.in:7",
            "read the manual at https://docs.python.org/3/",
            "https://www.okta.com/x",
            "asyncio.in",
            "Makefile.in:120: error",
            "logger.info:200",
            "no constructor for the tag 'tag:yaml.org,2002:binary'",
            "config.ru:123:in block",
            "socket.io:300",
            "com.my.app:/data",
            "patterns *.spec.in and *.test.in",
            'hosts such as "*.s3.amazonaws.com"',
        ),
    ),
    Rule(
        id="pii.host-said",
        kind="pii",
        # Texts of words alone are asked for these; all others with a full stop in them anyhow, by the row above.
        gate=has(
            *(
                "ENOTFOUND",
                "Exception: ",
                "EAI_AGAIN",
                "ookup ",
                "esolv",
                "onnect",
                "ost ",
                "erver",
                "each ",
                "eaching ",
                "andshake ",
                "PING",
                "elnet ",
                "slookup ",
            ),
            *(
                "roxy ",
                "elay ",
                "roker ",
                "achine ",
                "pstream ",
                "omain ",
                "ndpoint ",
                "eer ",
                "ode ",
                "alid for ",
                "HOST",
                "ailed for ",
            ),
            signs=".",
            words=True,
        ),
        pattern=_PATTERN,
        validator=told,
        marker=markers.HOST,
        matches=(
            "dial tcp: lookup ledger.acme.com on 10.0.0.1:53: no such host",
            "getaddrinfo ENOTFOUND ledger.acme.io",
            "ssh: connect to host ledger.acme.co.uk port 22: Connection timed out",
            "Access denied for host '%s'@'ledger.acme.de'",
            "java.net.UnknownHostException: ledger.acme.io: Name or service not known",
            "host ledger.acme.com is unreachable",
        ),
        misses=(
            "connect to example.com, or to another",
            "the server is down. It is in use",
            "the host of acme.io",
            "server.in is None",
            "the endpoint self.app is None",
            "cannot resolve com.acme.app",
            "cannot connect to github.com",
            "server socket.io is running",
            "image docker.io/library/x",
        ),
    ),
)
