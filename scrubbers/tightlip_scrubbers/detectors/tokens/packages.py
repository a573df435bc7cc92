"""Registries of packages and images.

Sources: npm "About access tokens"; PyPI "API tokens" (a macaroon behind ``pypi-``); RubyGems "API key scopes"; NuGet "Scoped API keys"; crates.io
"API tokens"; Docker "Access tokens"; JFrog "Access tokens" (reference tokens are Base64 of ``reftkn``); Clojars "Deploy tokens"; Private Packagist;
prefix.dev; JSR.
"""

from typing import Final

from tightlip_scrubbers.detectors.tokens.made_up import UUID, hexa, lower, mixed, url
from tightlip_scrubbers.detectors.tokens.shape import alone, exact, vendor, whole
from tightlip_scrubbers.detectors.tokens.shape import mixed as mixed_only
from tightlip_scrubbers.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    vendor(
        "npm",
        r"npm_[A-Za-z0-9]{16,}+",
        needles=("npm_",),
        examples=(f"npm_{mixed(36)}", f"npm_{mixed(18)}"),
        misses=("npm_config_user_agent", "npm_lifecycle_event and npm_... too", "pnpm_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "pypi",
        r"pypi-Ag[A-Za-z0-9_\-]{20,}+|pypi-[A-Za-z0-9_\-]{60,}+",
        needles=("pypi-",),
        examples=(
            f"pypi-AgEIcHlwaS5vcmc{url(150)}",
            f"pypi-AgENdGVzdC5weXBpLm9yZw{url(150)}",
            f"pypi-AgEIcHlwaS5vcmc{mixed(16)}",
        ),
        misses=(
            "pypi-AgEIcHlwaS5vcmc... is how it begins",
            "pypi-publish-workflow-step",
            "pypi-Agents-and-other-names-of-things",
        ),
    ),
    vendor(
        "rubygems",
        r"rubygems_[0-9a-f]{20,}+",
        needles=("rubygems_",),
        examples=(f"rubygems_{hexa(48)}", f"rubygems_{hexa(30)}"),
        misses=("rubygems_ is the prefix", "rubygems_version"),
    ),
    vendor(
        "nuget",
        r"oy2[a-z0-9]{43}[a-z0-9]*+",
        needles=("oy2",),
        check=exact(46),
        run=46,
        examples=(f"oy2{lower(43)}", f"=oy2{lower(43)}"),
        misses=("oy2 is the prefix", "oy2k"),
    ),
    vendor(
        "crates",
        r"cio[A-Za-z0-9]{32}(?![A-Za-z0-9])",
        needles=("cio",),
        check=mixed_only,
        run=35,
        examples=(f"cio{mixed(32)}", f"=cio{mixed(32)}"),
        misses=("asyncio.run", "ciopath"),
    ),
    vendor(
        "docker",
        r"dckr_(?:pat|oat)_[A-Za-z0-9_\-]{8,}+",
        needles=("dckr_pat_", "dckr_oat_"),
        examples=(f"dckr_pat_{url(27)}", f"dckr_oat_{url(32)}"),
        misses=("dckr_pat_ is the prefix", "dckr_pat_your_token_here"),
    ),
    vendor(
        "jfrog",
        r"AKCp[A-Za-z0-9]{40,}+|cmVmdGtu[A-Za-z0-9]{40,}+",
        needles=("AKCp", "cmVmdGtu"),
        check=alone,
        run=44,
        examples=(f"AKCp8{mixed(68)}", f"cmVmdGtu{mixed(56)}"),
        misses=("AKCp is the prefix", "cmVmdGtu is reftkn"),
    ),
    vendor(
        "clojars",
        r"CLOJARS_[0-9a-f]{20,}+",
        needles=("CLOJARS_",),
        examples=(f"CLOJARS_{hexa(60)}", f"CLOJARS_{hexa(30)}"),
        misses=("CLOJARS_USERNAME", "CLOJARS_ is the prefix"),
    ),
    vendor(
        "packagist",
        r"packagist_[a-z]{3}_[A-Za-z0-9]{20,}+",
        needles=("packagist_",),
        examples=(f"packagist_uat_{hexa(68)}", f"packagist_ort_{hexa(68)}"),
        misses=("packagist_uat_ is the prefix", "packagist_api_client_of_the_server"),
    ),
    vendor(
        "prefix-dev",
        r"pfx_[A-Za-z0-9_\-]{20,}+",
        needles=("pfx_",),
        examples=(f"pfx_{mixed(44)}", f"pfx_{url(32)}"),
        misses=("pfx_certificate_file_not_found", "pfx_ is the prefix"),
    ),
    vendor(
        "jsr",
        r"jsr[pd]_[A-Za-z0-9]{20,}+",
        needles=("jsrp_", "jsrd_"),
        examples=(f"jsrp_{mixed(43)}", f"jsrd_{mixed(43)}"),
        misses=("jsrp_ is the prefix", "jsrd_xxxxxxxxxxxxxxxxxxxxxxxx"),
    ),
    vendor(
        "anaconda",
        r"/t/([a-z]{2}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}[A-Za-z0-9\-]*+)",
        needles=("/t/",),
        group=1,
        check=whole,
        examples=(f"conda.anaconda.org/t/an-{UUID}/ann", f"conda.anaconda.org/t/tk-{UUID}"),
        misses=("conda.anaconda.org/t/", "conda.anaconda.org/t/name"),
    ),
)
