"""Hosts of code, continuous integration, and tools that read code.

Sources: GitHub Docs "About authentication to GitHub" (token prefixes) and its changelog of 2026-05-15 on stateless installation
tokens; GitLab Docs "GitLab token overview" (prefixes; an instance may put its own before them); Atlassian's "App passwords" and
"Repository access tokens" (Bitbucket) and "HTTP access tokens" (Bitbucket Data Center); Microsoft Learn "Use personal access tokens"
(Azure DevOps); CircleCI "Managing API tokens"; Buildkite "Token security"; Sourcegraph "Access tokens"; SonarQube "Generating and
using tokens"; and the token pages of the others.
"""

from typing import Final

from tightlip_scrubbers.detectors.tokens.made_up import UUID, base64, digits, hexa, lower, mixed, upper, url
from tightlip_scrubbers.detectors.tokens.shape import alone, exact, vendor
from tightlip_scrubbers.rule import Rule
from tightlip_scrubbers.spans import Span

_DEVOPS: Final = 84
_DEVOPS_SIGN: Final = slice(76, 80)


def devops(text: str, start: int, end: int) -> Span | None:
    """Confirm a run of letters and digits as a token of Azure DevOps: its sign stands behind 76 characters of 84."""
    run = text[start:end]
    sign = run.find("AZDO", _DEVOPS_SIGN.start - 1)
    return (start, end) if sign >= 0 and len(run) - sign >= 4 else None  # noqa: PLR2004 - the sign itself


RULES: Final[tuple[Rule, ...]] = (
    vendor(
        "github",
        # The second form is a JWT behind the prefix and the app's id.
        r"gh[opsur]_(?:(?:[A-Za-z0-9]{1,24}+_)?+eyJ[A-Za-z0-9_.\-]++|[A-Za-z0-9]{16,}+)",
        needles=("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        examples=(
            f"ghp_{mixed(36)}",
            f"ghs_{digits(6)}_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.{url(40)}",
            f"gho_{mixed(36)}",
            f"ghu_{mixed(36)}",
            f"ghr_{mixed(76)}",
            f"éghp_{mixed(18)}",
        ),
        misses=(
            "a token begins with ghp_... or ghs_",
            "use ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx here",
            "ghp_your_token_here is a placeholder",
            "the method weigh_items_by_size_and_colour",
        ),
    ),
    vendor(
        "github",
        r"github_pat_[A-Za-z0-9_]{20,}+",
        kind="fine-grained",
        needles=("github_pat_",),
        examples=(f"github_pat_{mixed(22)}_{mixed(59)}", f"github_pat_{mixed(22)}_{mixed(9)}"),
        misses=("github_pat_your_token_goes_here_please", "read github_pat_ from the file"),
    ),
    vendor(
        "github",
        r"v1\.[0-9a-f]{40}[0-9a-f]*+",
        kind="installation",
        needles=("v1.",),
        check=exact(43),
        run=43,
        examples=(f"v1.{hexa(40)}",),
        misses=("v1.2.3 was released", "api-v1.internal-service-with-a-very-long-host-name"),
    ),
    vendor(
        "gitlab",
        r"gl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[A-Za-z0-9_\-]{8,}+(?:\.[A-Za-z0-9]{2,12}+){0,2}+",
        needles=(
            *(
                "glpat-",
                "gloas-",
                "gldt-",
                "glrt-",
                "glrtr-",
                "glcbt-",
                "glptt-",
                "glft-",
                "glimt-",
                "glagent-",
                "glwt-",
            ),
            *("glsoat-", "glffct-"),
        ),
        run=0,  # short enough to read as words by chance: "ono-NzFbjst-CjymGbwn"
        examples=(
            f"glpat-{url(20)}",
            f"glpat-{url(27)}.01.{lower(9)}",
            "glpat-ono-NzFbjst-CjymGbwn",
            f"gldt-{url(20)}",
            f"glrt-t1_{url(20)}",
            f"glcbt-64_{url(20)}",
            f"glptt-{hexa(40)}",
            f"glft-{url(20)}",
            f"glsoat-{url(20)}",
            f"glagent-{url(50)}",
            f"gloas-{hexa(64)}",
            f"glimt-{lower(25)}",
            f"glffct-{url(20)}",
            f"glwt-{url(20)}",
            f"glrtr-{url(20)}",
        ),
        misses=(
            "glpat-... is the prefix",
            "glpat-your-access-token-here",
            "glft-xxxxxxxxxxxxxxxxxxxx",
            "single-dt-format-option",
        ),
    ),
    vendor(
        "gitlab",
        r"GR1348941[A-Za-z0-9_\-]{6,}+",
        kind="registration",
        needles=("GR1348941",),
        examples=(f"GR1348941{url(20)}", f"glrunner_GR1348941{url(14)}"),
        misses=("GR1348941 alone", "GR1348 and GR1348942"),
    ),
    vendor(
        "bitbucket",
        r"ATBB[A-Za-z0-9_\-=]{16,}+",
        check=alone,
        needles=("ATBB",),
        examples=(f"ATBB{mixed(32)}", f"ATBB{mixed(24)}"),
        misses=("ATBB alone", "ATBBxxxxxxxxxxxxxxxxxxxxxxxx", "the ticker ATBB.PK"),
    ),
    vendor(
        "bitbucket",
        r"BBDC-[A-Za-z0-9+/@_\-]{20,}+",
        kind="data-center",
        needles=("BBDC-",),
        examples=(f"BBDC-{base64(44)}", f"BBDC-{digits(12)}:{base64(44)}".replace(":", "/")),
        misses=("BBDC-1234 is a ticket", "BBDC-your-access-token-goes-here"),
    ),
    vendor(
        "azure-devops",
        r"[A-Za-z0-9]{80,}+",
        needles=("AZDO",),
        check=devops,
        run=_DEVOPS,
        examples=(f"{mixed(52)}JQQJ99{mixed(18)}AZDO{mixed(4)}", f"{lower(76)}AZDO{mixed(4)}"),
        misses=("AZDO is a sign", "AZDO_PERSONAL_ACCESS_TOKEN_NAME"),
    ),
    vendor(
        "circleci",
        r"CCIP(?:AT|RJ)_[A-Za-z0-9]{10,}+(?:_[A-Za-z0-9]*+)?+",
        needles=("CCIPAT_", "CCIPRJ_"),
        examples=(f"CCIPAT_{mixed(22)}_{hexa(40)}", f"CCIPRJ_{mixed(22)}_{hexa(40)}", f"CCIPAT_{mixed(14)}"),
        misses=("CCIPAT_ is the prefix", "CCIPAT_YOUR_TOKEN"),
    ),
    vendor(
        "buildkite",
        r"bk(?:ua|aa|aj|ar|ct|pt|at|pa|si|ug)_[A-Za-z0-9]{16,}+",
        needles=("bkua_", "bkaa_", "bkaj_", "bkar_", "bkct_", "bkpt_", "bkat_", "bkpa_", "bksi_", "bkug_"),
        examples=(f"bkua_{hexa(40)}", f"bkaa_{mixed(60)}", f"bkct_{mixed(50)}"),
        misses=("bkua_ is the prefix", "bkua_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "sourcegraph",
        r"s(?:gp|gd|gs|lk)_(?:(?:local|[0-9a-f]{16})_)?+[0-9a-f]{24,}+",
        needles=("sgp_", "sgd_", "sgs_", "slk_"),
        examples=(f"sgp_{hexa(16)}_{hexa(40)}", f"sgp_local_{hexa(40)}", f"sgp_{hexa(40)}", f"slk_{hexa(64)}"),
        misses=("sgp_local_ is a prefix", "msgp_pack_unpack_message"),
    ),
    vendor(
        "sonarqube",
        r"sq[uap]_[0-9a-f]{20,}+",
        needles=("squ_", "sqa_", "sqp_"),
        examples=(f"squ_{hexa(40)}", f"sqp_{hexa(40)}", f"sqa_{hexa(40)}"),
        misses=("sqp_ and squ_ are prefixes", "rsqp_add"),
    ),
    vendor(
        "snyk",
        r"snyk_(?:uat|sat|oat|pat)\.[A-Za-z0-9]{4,}+[A-Za-z0-9._\-]{8,}+",
        needles=("snyk_uat.", "snyk_sat.", "snyk_oat.", "snyk_pat."),
        examples=(f"snyk_uat.{hexa(8)}.{url(60)}", f"snyk_sat.{hexa(8)}.{url(60)}"),
        misses=("snyk_uat. is how it begins", "snyk_uat.your.token.goes.here"),
    ),
    vendor(
        "chromatic",
        r"chpt_[A-Za-z0-9]{9,}+",
        needles=("chpt_",),
        examples=(f"chpt_{lower(15)}", f"chpt_{hexa(12)}"),
        misses=("chpt_ is the prefix", "chpt_chapter_number_two"),
    ),
    vendor(
        "percy",
        r"(?:web|app|auto|ss|vmw)_[0-9a-f]{64,}+",
        needles=("web_", "app_", "auto_", "ss_", "vmw_"),
        run=66,
        examples=(f"web_{hexa(64)}", f"auto_{hexa(64)}"),
        misses=("web_application_firewall", "app_name and auto_increment"),
    ),
    vendor(
        "gitpod",
        r"gitpod_[a-z]{2,6}_[A-Za-z0-9._\-]{16,}+",
        needles=("gitpod_",),
        examples=(f"gitpod_pat_{url(46)}", f"gitpod_pat_{hexa(20)}.{url(20)}"),
        misses=("gitpod_pat_your_token_here", "gitpod_workspace_url_from_environment"),
    ),
    vendor(
        "weblate",
        r"wl[upa]_[A-Za-z0-9]{16,}+",
        needles=("wlu_", "wlp_", "wla_"),
        examples=(f"wlu_{mixed(36)}", f"wlp_{mixed(36)}"),
        misses=("wlu_ is the prefix", "wlp_some_name"),
    ),
    vendor(
        "wakatime",
        r"waka_(?:[a-z]{3}_)?+[A-Za-z0-9\-]{16,}+",
        needles=("waka_",),
        examples=(f"waka_{UUID}", f"waka_sec_{mixed(80)}"),
        misses=("waka_ is the prefix", "waka_time_tracker_plugin"),
    ),
    vendor(
        "deepsource",
        r"dsp_[A-Za-z0-9]{20,}+",
        needles=("dsp_",),
        examples=(f"dsp_{mixed(40)}", f"x_dsp_{hexa(40)}"),
        misses=("dsp_filter_bank_output", "adsp_remote"),
    ),
    vendor(
        "qlty",
        r"qlt(?:p|cp|u|w)_[A-Za-z0-9_\-]{16,}+",
        needles=("qltp_", "qltcp_", "qltu_", "qltw_"),
        examples=(f"qltp_{mixed(43)}", f"qltcp_{mixed(43)}"),
        misses=("qltp_ is the prefix", "qltp_your_token_here_please"),
    ),
    vendor(
        "socket",
        r"sktsec_[A-Za-z0-9_\-]{20,}+",
        needles=("sktsec_",),
        examples=(f"sktsec_{url(44)}_api", f"sktsec_{mixed(24)}"),
        misses=("sktsec_ is the prefix", "sktsec_your_api_token_goes_here"),
    ),
    vendor(
        "stackhawk",
        r"hawk\.[A-Za-z0-9_\-]{12,}+\.[A-Za-z0-9_\-]{6,}+",
        needles=("hawk.",),
        examples=(f"hawk.{url(20)}.{mixed(20)}", f"hawk.{mixed(20)}.{mixed(20)}"),
        misses=("hawk.authentication.failed", "tomahawk.application.context.loader"),
    ),
    vendor(
        "harness",
        r"[ps]at\.[A-Za-z0-9_\-]{20,24}\.[0-9a-f]{24}\.[A-Za-z0-9]{8,}+",
        needles=("pat.", "sat."),
        run=60,
        examples=(f"pat.{mixed(22)}.{hexa(24)}.{mixed(20)}", f"sat.{mixed(22)}.{hexa(24)}.{mixed(20)}"),
        misses=("pat.matches and sat.solver", "format.settings.application.default.name.of.the.current.workspace"),
    ),
    vendor(
        "octopus",
        r"API-[A-Z0-9]{25,}+",
        needles=("API-",),
        check=alone,
        examples=(f"API-{upper(31)}", f"API-{upper(26)}"),
        misses=("API-KEY is missing", "API-XXXXXXXXXXXXXXXXXXXXXXXXXXXX", "API-1234"),
    ),
    vendor(
        "cursor",
        r"(?:crsr|key)_[0-9a-f]{48,}+",
        needles=("crsr_", "key_"),
        run=52,
        examples=(f"key_{hexa(64)}", f"crsr_{hexa(64)}"),
        misses=("key_error and key_value", "crsr_ is a cursor"),
    ),
    vendor(
        "jenkins",
        # A user's API token; 11 is the version of its form. Git's hashes are longer, MD5 has 32 digits.
        r"11[0-9a-f]{32}[0-9a-f]*+",
        needles=("11",),
        run=34,
        check=exact(34),
        examples=(f"ann:11{hexa(32)}", f"11{hexa(32)}"),
        misses=(f"sha 11{'0123456789abcdef' * 2}012345", "11 items", "11.0.2"),
    ),
    vendor(
        "appveyor",
        r"v2\.[a-z0-9]{20,}+",
        needles=("v2.",),
        check=alone,
        examples=(f"v2.{lower(20)}", f"v2.{lower(24)}"),
        misses=("v2.0.1-beta", "api.v2.configuration"),
    ),
    vendor(
        "nx-cloud",
        r"nx_?cloud_[A-Za-z0-9]{20,}+",
        needles=("nxcloud_", "nx_cloud_"),
        examples=(f"nxcloud_{mixed(40)}", f"nx_cloud_{mixed(32)}"),
        misses=("nx_cloud_access_token_is_missing", "nxcloud_"),
    ),
    vendor(
        "openvsx",
        r"ovsx[a-z]{1,3}_[A-Za-z0-9\-]{16,}+",
        needles=("ovsx",),
        examples=(f"ovsxp_{UUID}", f"ovsxat_{UUID}"),
        misses=("ovsx publish failed", "ovsxp_your-token"),
    ),
    vendor(
        "teamcity",
        # Base64 of {"typ": "TCV2"} and two more parts.
        r"eyJ0eXAiOiAiVENWMiJ9\.[A-Za-z0-9_\-=]{10,}+(?:\.[A-Za-z0-9_\-=]*+)?+",
        needles=("eyJ0eXAiOiAiVENWMiJ9.",),
        examples=(f"eyJ0eXAiOiAiVENWMiJ9.{url(36)}.{url(48)}", f"eyJ0eXAiOiAiVENWMiJ9.{url(36)}"),
        misses=("the header says TCV2", "eyJ and no more"),
    ),
)
