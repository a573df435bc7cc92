"""Secrets go whole, in whatever syntax they stand; the words beside them, and words that are no values, stay."""

import random
import string

import pytest

from tightlip_scrubbers import Scrubber, scrub_text

SECRETS = Scrubber(kinds={"secret"})

# A bar stands for the marker: what the text becomes.
ASSIGNED = [
    # operators
    ("password=hunter2, retrying in 5 s", "password=|, retrying in 5 s"),
    ("token=abc) and more", "token=|) and more"),
    ("password: hunter2", "password: |"),
    (":password => 'hunter'", ":password => '|'"),
    ("$password := 'hunter'", "$password := '|'"),
    ("password == 'hunter'", "password == '|'"),
    ("TOKEN ?= hunter", "TOKEN ?= |"),
    ("password ||= 'hunter'", "password ||= '|'"),
    ("password         = hunter", "password         = |"),
    ("DB_PASS: hunter", "DB_PASS: |"),
    ("password\t:\thunter", "password\t:\t|"),
    ('obj->password = "hunter"', 'obj->password = "|"'),
    ("密码\uff1ahunter\uff0c再试", None),
    # quotes
    ("password='it's secret', next", "password='|', next"),
    ('"password": "a\\"b", "n": 1', '"password": "|", "n": 1'),
    ('{\\"password\\": \\"a\\\\\\"b\\", \\"n\\": 1}', '{\\"password\\": \\"|\\", \\"n\\": 1}'),
    (
        '{\\\\\\"token\\\\\\":\\\\\\"hunter\\\\\\",\\\\\\"n\\\\\\":1}',
        '{\\\\\\"token\\\\\\":\\\\\\"|\\\\\\",\\\\\\"n\\\\\\":1}',
    ),
    ("password: “hunter two”, next", "password: “|”, next"),
    (
        "&quot;password&quot;:&quot;hunter two&quot;,&quot;n&quot;:1",
        "&quot;password&quot;:&quot;|&quot;,&quot;n&quot;:1",
    ),
    ("\\u0022password\\u0022:\\u0022hunter\\u0022,", None),
    ("{'k': 1, 'password': b'hunter'}", "{'k': 1, 'password': b'|'}"),
    ('password = """hunter\ntwo""" + x', 'password = """|""" + x'),
    ('password = "hun" + "ter" + x', 'password = "|" + x'),
    ('secret = @"hunter";', 'secret = @"|";'),
    ("`password`: `hunter`", "`password`: `|`"),
    ("**Password:** hunter now", "**Password:** | now"),
    ("**Password**: hunter now", "**Password**: | now"),
    ("<b>Password:</b> hunter", "<b>Password:</b> |"),
    ("\x1b[36mtoken=\x1b[0mhunter next", "\x1b[36mtoken=\x1b[0m| next"),
    ("\x1b[1mpassword\x1b[0m: hunter", "\x1b[1mpassword\x1b[0m: |"),
    # values without quotes
    ("password=a,b&c)d next", "password=| next"),
    ("password=ab\"cd'ef next", "password=| next"),
    ("password=a<3>c;d next", "password=| next"),
    ("User{password=hunter, name=ann}", "User{password=|, name=ann}"),
    ("map[password:hunter user:ann]", "map[password:| user:ann]"),
    ("{Password:hunter User:ann}", "{Password:| User:ann}"),
    ('Login { password: Some("hunter"), n: 1 }', "Login { password: |, n: 1 }"),
    ("Auth(password=SecretStr('hunter'), n=1)", "Auth(password=|, n=1)"),
    ("f(password=g(1, 2).x, n=2)", "f(password=|, n=2)"),
    ('["password"]=>\n  string(6) "hunter"\n', '["password"]=>\n  string(6) "|"\n'),
    ("[password] => hunter\n    [n] => 1", "[password] => |\n    [n] => 1"),
    ("user[password]=hunter&n=1", "user[password]=|&n=1"),
    ("GET /x?token=abc&amp;n=1", "GET /x?token=|&amp;n=1"),
    ("a|token=abc|n=1", "a|token=||n=1"),
    ("passphrase=hunter, retrying in 5 s", "passphrase=|, retrying in 5 s"),
    ("passphrase: correct horse battery staple, next", "passphrase: |, next"),
    ("seed phrase: abandon ability able about", "seed phrase: |"),
    ("password (again): hunter", "password (again): |"),
    ("password for ann: hunter2", "password for ann: |"),
    # types and defaults
    ('password: str = "hunter"', 'password: str = "|"'),
    ("let password: string = 'hunter';", "let password: string = '|';"),
    ('const API_KEY: &str = "hunter";', 'const API_KEY: &str = "|";'),
    ('var password string = "hunter"', 'var password string = "|"'),
    ('password: Optional[str] = Field("x", n=1)', None),
    ("api_key=${STORED:-hunter}", "api_key=|"),
    ("-Ddb.password=hunter -Dx=1", "-Ddb.password=| -Dx=1"),
    ("java -Dapi_key=hunter -jar x", "java -Dapi_key=| -jar x"),
    # files
    ("[db]\nuser = ann\npassword = hunter two ; old\nport = 1", "[db]\nuser = ann\npassword = | ; old\nport = 1"),
    ("a: 1\npassword: hunter two\nb: 2", "a: 1\npassword: |\nb: 2"),
    ("a: 1\npassword: |\n  hunter\n  two\nb: 2", "a: 1\npassword: |\n  |\nb: 2"),
    ("x:\n  name.pem: 1\n  secret: >-\n    hunter\n    two\n  n: 2", "x:\n  name.pem: 1\n  secret: >-\n    |\n  n: 2"),
    ("tokens:\n  - hunter\n  - two\nn: 1", "tokens:\n  |\nn: 1"),
    ("secrets:\n  a: hunter\n  b: two\nn: 1", "secrets:\n  |\nn: 1"),
    ("Your password:\n\nhunter2\n\nBye", "Your password:\n\n|\n\nBye"),
    ("password: !!str hunter", "password: !!str |"),
    ("export API_TOKEN=hunter && x", "export API_TOKEN=| && x"),
    ("//registry.example/:_authToken=hunter", "//registry.example/:_authToken=|"),
    ('{"auths": {"r": {"auth": "YW5uOmh1bnRlcg=="}}}', None),
    (
        "- name: DB_PASSWORD\n  value: hunter\n- name: N\n  value: 1",
        "- name: DB_PASSWORD\n  value: |\n- name: N\n  value: 1",
    ),
    ('{"value": "hunter", "name": "password"}', '{"value": "|", "name": "password"}'),
    ('{"Name": "X-Api-Key", "Value": "hunter"}', '{"Name": "X-Api-Key", "Value": "|"}'),
    ('<add key="ApiKey" value="hunter"/>', '<add key="ApiKey" value="|"/>'),
    ('<input value="hunter" type="text" name="password">', None),
    ('<input type="password" name="password" value="hunter">', '<input type="password" name="password" value="|">'),
    ('<property name="password">hunter</property>', '<property name="password">|</property>'),
    ("<password>hunter</password>", "<password>|</password>"),
    ("<key>api_token</key>\n\t<string>hunter</string>", "<key>api_token</key>\n\t<string>|</string>"),
    # headers
    ("X-Api-Key: hunter\r\nHost: x", "X-Api-Key: |\r\nHost: x"),
    ("Authorization: Custom abc123 refused", "Authorization: | refused"),
    ('Authorization: Digest username="ann", response="6629fae", qop=auth\nHost: y', "Authorization: |\nHost: y"),
    ('Authorization: Odd id="a", mac="b"\nHost: y', "Authorization: |\nHost: y"),
    (
        "Authorization: AWS4-HMAC-SHA256 Credential=A/2/x, SignedHeaders=h, Signature=5d\nHost: y",
        "Authorization: |\nHost: y",
    ),
    ("Proxy-Authorization: Basic YTpi, twice", "Proxy-Authorization: |, twice"),
    ("Cookie: a=1; sid=abc, then retry", "Cookie: |, then retry"),
    ("Set-Cookie: sid=abc; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/; HttpOnly\nX: y", "Set-Cookie: |\nX: y"),
    ("JSESSIONID=ABCDEF0123; n", "JSESSIONID=|; n"),
    ("connect.sid=s%3Aabc.def; n=1", "connect.sid=|; n=1"),
    # connection strings
    ("Server=db;User Id=sa;Password=hunter;Encrypt=yes", "Server=db;User Id=sa;Password=|;Encrypt=yes"),
    ("Password=hunter;User Id=sa;", "Password=|;User Id=sa;"),
    ("AccountName=x;AccountKey=ab+c/d==;EndpointSuffix=y", "AccountName=x;AccountKey=|;EndpointSuffix=y"),
    (
        "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=ab=",
        "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=|",
    ),
    ("jdbc:mysql://db/x?user=ann&password=hunter&ssl=1", "jdbc:mysql://db/x?user=ann&password=|&ssl=1"),
    ("psql 'host=db password=hunter user=ann'", "psql 'host=db password=| user=ann'"),
    # flags, calls, pairs
    ("acme --api-key hunter --n 1", "acme --api-key | --n 1"),
    ("acme --api-key=hunter --n 1", "acme --api-key=| --n 1"),
    ("['x', '--password', 'hunter', '--n']", "['x', '--password', '|', '--n']"),
    ("('password', 'hunter')", "('password', '|')"),
    ('os.getenv("API_KEY", "hunter2")', 'os.getenv("API_KEY", "|")'),
    ('c.setRequestHeader("X-Api-Key", "hunter2");', 'c.setRequestHeader("X-Api-Key", "|");'),
    ('b.setPassword("hunter")', 'b.setPassword("|")'),
    ("| password | hunter2 |", "| password | | |"),
]


@pytest.mark.parametrize(("text", "clean"), ASSIGNED)
def test_the_value_goes_whole(text: str, clean: str | None) -> None:
    result = SECRETS.scrub_text(text)
    assert "hunter" not in result
    if clean is not None:
        assert result.replace("[secret]", "|") == clean
    assert SECRETS.scrub_text(result) == result


KEPT = [
    "password is required",
    "Password: must be at least 8 characters",
    "Password: Must contain a digit.",
    "Invalid token: %s",
    "invalid token: {token!r}",
    "invalid password: {password}",
    "password={password!r}, token={self._token!r}",
    "token=%(token)s&n=%s",
    "Unexpected token: )",
    "Unexpected token: foo",
    "missing key: {key}",
    "password: str = None",
    "def f(password: str | None = None, token: Optional[str] = None) -> None: ...",
    "api_key: ${{ secrets.API_KEY }}",
    "password=${DB_PASSWORD}",
    "password=$DB_PASSWORD",
    "token: <your-token>",
    "token: <redacted>",
    "password: ********",
    "password=None, token=null, secret=''",
    'password: "", token: null',
    "secret: [REDACTED]",
    "token=os.environ['API_TOKEN']",
    "token: self.token",
    "auth: required",
    "token: expired",
    "cannot refresh token: ConnectionError: refused",
    "cannot refresh token: invalid_grant",
    "Failed to get token: 401 Unauthorized",
    "Authorization: header is missing",
    "credentials: please log in again",
    "public_key=abc, key_length=2048, token_count=12",
    "max_tokens=512 total_tokens: 12",
    '["username", "password", "token"]',
    "fields ('password', 'email')",
    'get_password("prompt")',
    "auth->token",
    "def get_token() -> str",
    "| user | password |",
    "--token is required",
    "mysql -u root -p",
    "Secret::Vault token::Kind",
    "<password/> and <token></token>",
    "the API key v2 is deprecated",
    "secret my-app-1 not found",
    "the token is missing",
    "PASS: test_login (0.01s)",
    "pass: 12, fail: 0",
    "token: 3 of 12",
    'return {"Authorization": f"Bearer {token}"}',
    "LOGINDISABLED AUTH=CRAM-MD5 AUTH=PLAIN",
    "User authenticated with password",
    "state: running, hash: 3f2a, key: value",
    "cache_key=items:list:42",
    "commit_hash=9f2c1d0b7a6e5f4d3c2b1a09f8e7d6c5b4a39281",
    "sha256:9f2c1d0b7a6e5f4d3c2b1a09f8e7d6c5b4a392819f2c1d0b7a6e5f4d3c2b1a09",
    "--hash=sha256:9f2c1d0b7a6e5f4d3c2b1a09f8e7d6c5b4a392819f2c1d0b7a6e5f4d3c2b1a09",
    "idempotency_key=550e8400-e29b-41d4-a716-446655440000",
]


@pytest.mark.parametrize("text", KEPT)
def test_words_stay(text: str) -> None:
    assert SECRETS.scrub_text(text) is text


SENTENCES = [
    ("the password is hunter2!", "the password is |!"),
    ("The password for ann is hunter2, he said", "The password for ann is |, he said"),
    ('wrong password "hunter2" given', 'wrong password "|" given'),
    ("with token abc123def", "with token |"),
    ("using API key 12ab34cd.", "using API key |."),
    ("your verification code is 481516", "your verification code is |"),
    ("PIN 4711 rejected", "PIN | rejected"),
    ("sent Bearer mF_9.B5f-4.1JqM, then", "sent Bearer |, then"),
    ("curl -u ann:hunter2 https://x.example/", "curl -u | https://x.example/"),
    ('curl -H "X-Api-Key: hunter2" x', 'curl -H "X-Api-Key: |" x'),
    ("run mysql -uroot -phunter2 db", "run mysql -uroot -p| db"),
    ("sshpass -p 'hunter2' ssh x", "sshpass -p '|' ssh x"),
    ("CREATE USER x IDENTIFIED BY 'hunter2' WITH y", "CREATE USER x IDENTIFIED BY '|' WITH y"),
    ("machine x.example login ann password hunter2", "machine x.example login ann password |"),
    ("db.example:5432:app:ann:hunter2", "db.example:5432:app:ann:|"),
    ("password must not be hunter2", "password must not be |"),
    ("wrong password (hunter2)", "wrong password (|)"),
    ("password [hunter2]:", "password [|]:"),
    ("AUTH PLAIN AGFubgBodW50ZXIy=", "AUTH PLAIN |"),
    ("requirepass hunter2", "requirepass |"),
    ("Le mot de passe est hunter2, merci", "Le mot de passe est |, merci"),
    ("-H 'Authorization: token hunter2' -X POST", "-H 'Authorization: |' -X POST"),
    ('Set-Cookie: a="hunter2"; Path=/; b=hunter3', "Set-Cookie: |"),
    ("éapi_key=hunter2", "éapi_key=|"),
    ("é--authToken hunter2", "é--authToken |"),
    ("ENV DB_PASSWORD hunter2", "ENV DB_PASSWORD |"),
]


@pytest.mark.parametrize(("text", "clean"), SENTENCES)
def test_sentences_and_commands(text: str, clean: str) -> None:
    assert SECRETS.scrub_text(text).replace("[secret]", "|") == clean


@pytest.mark.parametrize(
    "end", ["", ".", ",", ")", "]", "}", '"', "'", ">", ";", "\n", " x", '\\"', "\\n", "&n=1", "!", "</a>", "|"]
)
@pytest.mark.parametrize("glue", ["", "é", "_", "=", "(", "是"])
def test_random_text_without_a_key(glue: str, end: str) -> None:
    token = "xK9mQ2vL7pR4tW8zB3nJ6hF1"
    clean = SECRETS.scrub_text(f"zeroth {glue}{token}{end}")
    assert token[2:-2] not in clean
    assert clean.startswith("zeroth ")


HOSTILE = [
    *(
        "password=",
        'password="',
        "password:\n",
        "password: |\n ",
        "token={",
        "token=(",
        "token='",
        "a,",
        "a=",
        ":",
        "| password ",
    ),
    *(
        "<password>",
        "<password",
        ">password</td>",
        "('password', ",
        "name=password ",
        "name='token' ",
        "mysql -p ",
        "curl ",
    ),
    *(
        "Digest a=",
        "eyJ",
        "eyJhbGciOiJ",
        "$2b$",
        "{SSHA}",
        "password is ",
        "token of of ",
        "PASSWORD '",
        "xK9mQ2",
        "aB1/",
        "-",
    ),
    *(
        "password: str = ",
        "key for a: ",
        "\\",
        '\\"',
        "--token ",
        "setenv TOKEN ",
        "-----BEGIN PRIVATE KEY-----",
        "password (",
        "a:5432:b:c:",
    ),
]


def test_of_letters_alone() -> None:
    """A token that happens to have no digit, or that was written in hexadecimal, goes as others do."""
    dice = random.Random(16)
    for length in (28, 32, 40):
        tokens = ["".join(dice.choices(string.ascii_letters, k=length)) for _ in range(200)]
        assert sum(token in scrub_text(f"got {token} back") for token in tokens) <= 2
        assert {scrub_text(f"dump {token.encode().hex()} of it") for token in tokens} == {"dump [encoded] of it"}


def test_what_another_rule_sees_in_the_clear_is_left_to_it() -> None:
    """A percent sign in one part of an address costs no other part."""
    clean = scrub_text("https://ward:%48%75n%74er2@api.acme.example/v2/orders/pay")
    assert clean == "https://[credentials]@api.acme.example/v2/orders/pay"


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_settles(piece: str) -> None:
    """Repeated pieces of syntax give a fixed point, and each search reads every part of the text a bounded number of times."""
    text = piece * (8_000 // len(piece))
    clean = SECRETS.scrub_text(text)
    assert SECRETS.scrub_text(clean) == clean
