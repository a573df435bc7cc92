"""Rows of what is found by a key's name: see `meanings.requests`."""

from typing import Final

from tightlip_scrubbers.detectors.secret import ASSIGNMENT_GATE, ASSIGNMENT_PATTERN, assignment
from tightlip_scrubbers.findings import Kind
from tightlip_scrubbers.rule import Rule


def _row(name: str, kind: Kind, marker: str, matches: tuple[str, ...], misses: tuple[str, ...]) -> Rule:
    return Rule(
        id=name,
        kind=kind,
        gate=ASSIGNMENT_GATE,
        pattern=ASSIGNMENT_PATTERN,
        by_name=assignment,
        marker=marker,
        matches=matches,
        misses=misses,
    )


RULES: Final[tuple[Rule, ...]] = (
    _row(
        "request.body-keyed",
        "request",
        "[body]",
        ("request body: 'ann'", "refused, body=ann7, n=3", "post_data: Dear Ann, I am ill", "raw_body = Dear%20Ann"),
        (
            "request body: must be JSON",
            "body: str",
            "body_length: 12",
            "invalid body: expected an object",
            "payload_size=4096",
            "body=None",
        ),
    ),
    _row(
        "request.header-keyed",
        "request",
        "[header]",
        ("user_agent='ann agent'", "HTTP_USER_AGENT=ann-agent/2 refused", "referer=ann-page, n=3"),
        ("user_agent_count=3", "referrer_policy: strict", "user agent: unknown", "user_agent=None"),
    ),
    _row(
        "request.headers-keyed",
        "request",
        "[headers]",
        ("headers={'x-tenant': 'ann'}", "failed with headers: {'x-tenant': 'ann'}, again", 'headers="x-tenant: ann"'),
        ("header_count=3", "headers: dict", "unknown headers: x", "headers={}", "headers=None"),
    ),
    _row(
        "request.query-keyed",
        "request",
        "[query]",
        ("query_string='town=Paris'", "QUERY_STRING=town&x is wrong", "querystring: 'ann'"),
        ("query_string: str", "query string: is empty", "query_string_length=3", "query_string=''"),
    ),
    _row(
        "request.parameters-keyed",
        "request",
        "[parameters]",
        ("sql_params=('ann', 3)", "failed with bind_params: ['ann'] twice", "graphql_variables={'id': 'ann'}"),
        ("query_params_count=3", "sql_params=None", "query params: see below", "variables: x, y"),
    ),
    _row(
        "content.output-keyed",
        "content",
        "[output]",
        ("stderr: 'fatal: no letter of Ann'", "failed (stdout='Dear Ann')", "stderr=b'no such letter'"),
        (
            "stdout=PIPE",
            "stdout_encoding=utf-8",
            "stderr=None, stdout=-1",
            "stdout: must be a file",
            "stdin=subprocess.DEVNULL",
        ),
    ),
    _row(
        "content.arguments-keyed",
        "content",
        "[arguments]",
        (
            "argv=['acme', 'ann']",
            "cmdline: acme --town Paris",
            "sys.argv = ['x', 'letters']",
            "cmd='acme --town paris' was slow",
        ),
        (
            "argv: list",
            "argv_count=3",
            "cmdline=None",
            "command line: too long",
            "command='status'",
            "unknown command: acme",
            "cmd=None, n=3",
        ),
    ),
    _row(
        "content.bytes-keyed",
        "content",
        "[bytes]",
        ("raw_bytes='0a54494011401ebde35f03b2'", "packet=0x0a54494011401ebd17, n=3"),
        (
            "total_bytes=123456789012345678",
            "checksum_bytes='da39a3ee5e6b4b0d3255bfef95601890afd80709'",
            "bytes=1024 of 4096",
            "buffer='0a5449'",
            "buffer=0x00007ffe1234abcd",
        ),
    ),
    _row(
        "content.environment-keyed",
        "content",
        "[environment]",
        ("env_vars={'TOWN': 'paris'}", "environ: {'TOWN': 'paris'} is wrong"),
        ("env_vars_count=3", "environ=None", "environment variables: see below", "environment: production"),
    ),
    _row(
        "content.locals-keyed",
        "content",
        "[locals]",
        ("locals: {'town': 'paris'}", "in f, locals={'town': 'paris'}, twice"),
        ("locals: none", "locals=None", "locals_count=3"),
    ),
    _row(
        "content.text-keyed",
        "content",
        "[text]",
        (
            "file_content='ann'",
            "cannot read prompt='Write a letter to Ann Lee'",
            "'document': 'Dear Ann, I am ill'",
            'page_content="Dear Ann, I am ill"',
        ),
        (
            "content='json'",
            "prompt: str",
            "content_type=text",
            "document=None",
            "html: parser",
            "file_content_length=3",
            "content: see below",
        ),
    ),
)
