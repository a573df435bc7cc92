"""Words that stand where a secret could stand and are none: states, types, templates, masks, references of code.

Behind a colon and a blank English explains ("password: must be ..."), behind an equal sign it does so seldom. So there
are two tables: what is none behind any operator, and what is none only in prose.
"""

import re
from typing import Final

from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.randomness import unlikeliness

NOTHING: Final[frozenset[str]] = frozenset(
    {
        *("none", "null", "nil", "undefined", "true", "false", "nan", "n/a", "na", "void", "nothing", "nullptr"),
        *("missing", "required", "optional", "invalid", "expired", "unset", "absent", "present", "unknown", "empty"),
        *("yes", "no", "on", "off", "enabled", "disabled", "ok", "valid", "failed", "denied", "revoked", "redacted"),
        *("filtered", "masked", "hidden", "removed", "scrubbed", "omitted", "censored", "sensitive", "placeholder"),
        *("not_set", "notset", "not-set", "set", "include", "omit", "same-origin", "str", "bytes", "required,"),
    }
)
"""Values, in lower case, that are no secret after any operator."""

EXPLANATIONS: Final[frozenset[str]] = frozenset(
    {
        *("a", "an", "the", "this", "that", "these", "those", "it", "its", "your", "you", "we", "i", "he", "they"),
        *("no", "not", "none", "any", "only", "each", "every", "all", "both", "one", "two", "some", "there", "here"),
        *("at", "and", "or", "but", "if", "when", "while", "for", "from", "with", "without", "in", "on", "of", "to"),
        *("by", "as", "too", "than", "then", "because", "since", "after", "before", "between", "below", "above", "via"),
        *("please", "use", "using", "used", "try", "enter", "see", "check", "make", "ensure", "provide", "specify"),
        *("supply", "pass", "choose", "contact", "verify", "get", "set", "unset", "got", "given", "found", "expected"),
        *("is", "was", "are", "were", "be", "been", "has", "have", "had", "must", "should", "may", "might", "can"),
        *("cannot", "could", "couldn", "will", "would", "does", "doesn", "did", "didn", "do", "don", "need", "needs"),
        *(
            "expired",
            "missing",
            "required",
            "optional",
            "invalid",
            "incorrect",
            "wrong",
            "bad",
            "unknown",
            "unexpected",
        ),
        *("empty", "blank", "unable", "failed", "failure", "fails", "error", "errors", "denied", "rejected", "refused"),
        *("mismatch", "malformed", "revoked", "unauthorized", "forbidden", "unsupported", "undefined", "absent"),
        *("null", "true", "false", "signature", "corrupt", "corrupted", "insufficient", "illegal", "duplicate"),
        *(
            "exceeded",
            "exceeds",
            "timeout",
            "timed",
            "connection",
            "network",
            "server",
            "client",
            "request",
            "response",
        ),
        *("decode", "decoding", "decrypt", "parse", "parsing", "padding", "not_found", "too_short", "unreadable"),
        *("str", "string", "int", "integer", "bytes", "bool", "boolean", "float", "number", "object", "dict", "list"),
        *("callable", "type", "yes", "ok", "option", "flag", "argument", "parameter", "value", "values", "environment"),
        *(
            "any",
            "optional",
            "union",
            "secretstr",
            "varchar",
            "text",
            "char",
            "literal",
            "annotated",
            "length",
            "minimum",
        ),
        *("requires", "require", "conflicts", "implies", "overrides", "instead", "together"),
        *("maximum", "least", "more", "less", "either", "neither", "return", "returns", "raise", "pass", "continue"),
        *("field", "header", "name", "names", "format", "file", "path", "key", "token", "password", "username", "user"),
        *(
            "available",
            "allowed",
            "supported",
            "details",
            "reason",
            "message",
            "status",
            "example",
            "e",
            "i",
            "ie",
            "eg",
        ),
        *(
            "prompt",
            "generate",
            "generated",
            "generating",
            "validate",
            "validating",
            "validation",
            "loading",
            "reading",
        ),
        *("refresh", "refreshing", "fetch", "fetching", "checking", "waiting", "sending", "skipping", "trying", "new"),
        *(
            "line",
            "column",
            "position",
            "offset",
            "index",
            "char",
            "character",
            "let",
            "permission",
            "access",
            "authentication",
            "authorization",
            "login",
            "http",
            "https",
            "ssl",
            "tls",
        ),
    }
)
"""First words, in lower case, of what prose says *about* a secret after a colon and a space, and of type annotations."""

FIELDS: Final[frozenset[str]] = frozenset(
    {
        *(
            "user",
            "username",
            "email",
            "mail",
            "login",
            "name",
            "id",
            "host",
            "hostname",
            "port",
            "database",
            "db",
            "url",
        ),
        *("uri", "type", "value", "key", "account", "scope", "text", "hidden", "string", "str", "bytes", "first_name"),
        *("last_name", "phone", "address", "role", "roles", "groups", "expires", "expires_at", "created_at", "domain"),
    }
)
"""Names of fields: a list of names is no pair of a name and its value."""

ALGORITHMS: Final = re.compile(
    r"[A-Z]{2,8}[0-9]?(?:-[A-Z]{2,8})?-(?:MD5|SHA-?[0-9]{1,3})(?:-PLUS)?|RFC ?[0-9]{3,4}(?:'s)?|[A-Z]{2,10}_[A-Z]{0,3}[0-9]_[A-Z]{2,12}|"
    r"(?:(?:md|sha|SHA|MD|utf|UTF|base|Base|aes|AES|rsa|RSA|RS|HS|ES|PS|EdDSA|ed|x|X|P|h|http|HTTP|oauth|OAuth|pbkdf|PBKDF|bcrypt|"
    r"argon|Argon|v|V|win|Win|x86_|arm|python|py|Python|ipv|IPv|TLSv|SSLv|S|s|EC|ec|k|log4j|b|int|uint|float|str|part|"
    r"step|test|type|id|ID|line|column|col|page|item|row|index|number|no|arg|param|level|phase|attempt|try|user|group|key)"
    r"[\-_]?[0-9]{1,4}(?:[\-_./][0-9A-Za-z]{1,6})?)"
)
"""Words with digits that are words all the same: ``sha256``, ``utf8``, ``OAuth2``, ``RS256``, ``line12``."""

_IDENTIFIER: Final = r"[A-Za-z_.\[\]'()]{1,64}"
TEMPLATE: Final = compile_pattern(
    r"(?:"
    # printf and Python's %, Go's verbs
    r"%(?:\([\w.]{1,40}\))?+[\-+#0]{0,3}+[0-9]{0,3}+(?:\.[0-9]{1,3})?+[srdvqxfuTp](?![A-Za-z0-9])"
    # str.format and f-strings; with digits inside, braces are the quotes of ODBC
    rf"|\{{[0-9]{{0,2}}+\}}|\{{\{{?{_IDENTIFIER}(?:![rsa])?+(?::[^{{}}\s]{{0,16}}+)?+\}}?\}}|\{{\{{ [\w.\-| ]{{1,64}} \}}\}}"
    # shells, GitHub's expressions, Make and Azure, Ruby, ERB and PHP
    r"|\$\{[A-Za-z_][A-Za-z_0-9.]{0,63}+\}|\$\{\{ ?[\w.\-]{1,64}+ ?\}\}|\$\([A-Z_]{2,40}+\)|\$[A-Z]{2,40}+_[A-Z_]{1,40}+(?![a-z0-9])"
    r"|\#\{[\w.@]{1,64}+\}|<%=? ?[\w.@]{1,64}+ ?%>"
    # placeholders of manuals and of other scrubbers, masks
    r"|<[A-Za-z_][A-Za-z_ \-]{0,40}+>|<[.…]{0,3}>|[\[(](?:[Rr]edacted|REDACTED|[Ff]iltered|FILTERED|[Mm]asked|MASKED|[Hh]idden|HIDDEN|"
    r"[Ss]crubbed|[Rr]emoved|REMOVED|[Oo]mitted|[Ss]ensitive)(?: [a-z]{1,16}+){0,3}+[\])]"
    r"|[*•●#\-_.…]{3,}+|[xX]{4,}+"
    # where code takes it from
    r"|(?:self|cls|this|args|opts|options|settings|config|cfg|process\.env|os\.environ|env|var|local|secrets)(?:\.[A-Za-z_]{2,40}+){1,3}+"
    r"|(?:os\.environ|process\.env|ENV|os\.getenv|getenv|System\.getenv|env)(?:\.get|\.fetch)?+[\[(][\"'][A-Z_][A-Z0-9_]{0,63}+[\"'][\])]"
    r")(?=[\s\"'`,;&)\]}>.:!?\\<|@/]|\Z)"
)
"""What stands for a value that is elsewhere: it is a word of code or of a manual. A default in it is a value."""

_TYPE_NAME: Final = r"(?:typing\.|t\.)?(?:Optional|Union|Annotated|Literal|Callable|Type|List|Dict|Sequence|Mapping|Iterable|Awaitable|list|dict|tuple)"
ANNOTATION: Final = compile_pattern(
    rf"{_TYPE_NAME}\[|&?'?(?:static )?&?str(?![\w\-])|[A-Za-z_.]{{2,40}}+ \| [A-Za-z_.]{{2,40}}+|[A-Z][A-Za-z.]{{1,40}}+ = "
)
"""Type annotations that are more than one word; the words themselves are explanations."""

ERROR_NAME: Final = compile_pattern(
    r"(?:[a-z_]{1,40}+\.)*+[A-Z][A-Za-z]{2,60}(?:Error|Exception|Failure|Timeout|Warning)(?![A-Za-z0-9])"
)
"""Class names of errors, which follow a colon in wrapped messages: ``cannot refresh token: ConnectionError``."""

STATUS: Final = re.compile(
    r"[1-5][0-9]{2}(?: [A-Z][a-z]|,|\)|\Z)|[0-9]{1,6} (?:of|out of|/) [0-9]|[0-9]{1,6},? (?:fail|skip|error|more|left|remaining|days|s\b)"
)
"""A status code of HTTP with its reason, and counts."""

# Of ":password" and what follows it in a statement, the name is the key's own.
_REFERENCE: Final = compile_pattern(
    r"(?:[:@]|(?:EXCLUDED|excluded|NEW|OLD|new|old|[a-z])\.|VALUES\()([A-Za-z_]{2,40}+)(?=[\s,;)]|\Z)"
)
_NUMBERED: Final = re.compile(r"\$[0-9]{1,2}(?=[\s,;)]|\Z)")
_COMPLAINT: Final = compile_pattern(
    r"(?:(?:(?:[Tt]his|[Tt]he|[Yy]our)(?: [a-z]{1,16})? (?:field|value|password|passphrase|token|key|code|secret) "
    r"(?:is|was|may|must|should|can ?not|can't|does|did|has)"
    r"|[Mm]ust|[Ss]hould|[Mm]ay not|[Cc]an(?:not|'t)|[Ii]s (?:too|not|required|invalid|missing|expired))"
    r"(?: \(?(?:[a-z]{1,16}|[0-9]{1,3})[,)]{0,2}){1,16}|[Ii]s (?:required|invalid|missing|expired))[.!]?"
)
_COMPLAINTS: Final = compile_pattern(
    rf"\[\s?\\{{0,3}}[\"']{_COMPLAINT.pattern}\\{{0,3}}[\"'](?:,\s?\\{{0,3}}[\"']{_COMPLAINT.pattern}\\{{0,3}}[\"']){{0,7}}\s?\]"
)
"""What forms say of a field that they refuse: it stands where the field's value would."""

_RANDOM_LETTERS: Final = 10
_UNLIKELY: Final = 0.5
_WORD_AND_MORE: Final = re.compile(r"[A-Za-z]+(?:'[a-z]{1,2})?(?=[\s.,;:!?)\]}|\[`'\"]|\Z)")
_SCHEME_NAME: Final = re.compile(r"\A(?:[Bb]earer|[Bb]asic|[Tt]oken|ApiKey) (?=[{%$<])")
_SNAKE: Final = re.compile(r"[a-z]+(?:[_\-][a-z]+)+(?=[\s.,;:!?)\]}]|\Z)")


def is_nothing(value: str) -> bool:
    """Tell whether a whole value, without its quotes, is none: empty, a state, a template, a mask."""
    value = _SCHEME_NAME.sub("", value.strip())
    if value.lower() in NOTHING or not any(map(str.isalnum, value)):
        return True
    found = TEMPLATE.match(value)
    return (found is not None and found.end() == len(value)) or _COMPLAINT.fullmatch(value) is not None


def are_complaints(text: str, start: int, end: int) -> bool:
    """Tell whether a list holds nothing but what forms say of a field."""
    return _COMPLAINTS.fullmatch(text, start, max(start, end)) is not None


def is_reference(text: str, start: int, head: str) -> bool:
    """Tell whether what begins here is a parameter or a column of SQL by the name of its key: ``password = :password``."""
    found = _REFERENCE.match(text, start)
    if found is not None:
        return head != "" and found[1].lower().endswith(head)
    return _NUMBERED.match(text, start) is not None


def nothing_at(text: str, start: int) -> bool:
    """Tell whether what begins here without quotes is a state or a template, and ends as a word does."""
    word = _WORD_AND_MORE.match(text, start)
    if word is not None and word[0].lower() in NOTHING:
        return True
    return TEMPLATE.match(text, start) is not None


def explains(text: str, start: int, *, small: bool = False) -> bool:
    """Tell whether what begins here, after a colon and a blank, says something about the secret instead of the secret.

    Args:
        text: The text.
        start: Where it begins.
        small: Whether only small letters explain: people are called Will, May and Grant, and cities New York.
    """
    word = _WORD_AND_MORE.match(text, start)
    if small and (word is None or not word[0].islower() or word[0] == "new"):
        return False
    if word is not None and word[0].lower().partition("'")[0] in EXPLANATIONS:
        return True
    snake = _SNAKE.match(text, start)
    if snake is not None and not EXPLANATIONS.isdisjoint(re.split("[_-]", snake[0])):
        return True
    return any(form.match(text, start) is not None for form in (ANNOTATION, ERROR_NAME, STATUS))


def is_value_like(value: str, *, least: int = 5) -> bool:
    """Tell whether a word in a sentence is no word: it has digits among letters, or capitals or marks inside."""
    if len(value) < least or ALGORITHMS.fullmatch(value) is not None:
        return False
    letters = sum(map(str.isalpha, value))
    digits = sum(map(str.isdigit, value))
    marks = len(value) - letters - digits
    if not letters:
        return False
    if digits:
        return True
    capitals = sum(c.isupper() for c in value[1:])
    if not marks:
        return capitals > 1 and len(value) >= _RANDOM_LETTERS and unlikeliness(value) >= _UNLIKELY
    return marks > value.count("-") + value.count("_") + value.count("'") + value.count(".") + value.count("/") and (
        capitals > 0 or marks > 1
    )
