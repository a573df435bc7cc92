"""Arguments of commands. The program's name stays: which one failed is what a report is read for.

A command counts where it is said to be one: by `subprocess`, by a prompt at the beginning of a line, by a shell that is given
it, by ``running:``. What a sentence recommends (``try pip install x``) stays.

Sources: the Python library reference (`subprocess.CalledProcessError`), POSIX ``sh -c``, the manuals of curl and wget on options,
bash's ``set -x``, Node's `child_process` (``Command failed: ...``).
"""

import re
from typing import Final

from tightlip_scrubbers.common_words import COMMON_WORDS
from tightlip_scrubbers.meanings.data import MARKER
from tightlip_scrubbers.possessive import compile_pattern
from tightlip_scrubbers.rule import Rule, has
from tightlip_scrubbers.spans import Span

_ARGUMENTS: Final = "[arguments]"
_JUDGED: Final = 256
"""So much of what follows tells whether it is a command."""
_LONGEST: Final = 4_096
_PROGRAMS: Final = frozenset(
    """
    apt apt-get aws az bash brew bundle cargo cat chmod chown cmake conda convert cp curl dd docker dotnet du ffmpeg ffprobe find gcc
    g++ gcloud gem gh git go gpg grep gsutil gunzip gzip head helm http java javac jq kubectl ld ls magick make mkdir mongo mongodump
    mount mv mysql mysqldump nc ncat nmap node npm npx nslookup openssl pdftotext perl pg_dump pg_restore php ping pip pip3 pnpm podman
    poetry powershell ps psql pwsh python python3 redis-cli rm rsync ruby rustc s3cmd scp sed sendmail sftp sh sqlite3 ssh sshpass sudo
    systemctl tail tar telnet terraform tesseract touch unzip useradd uv uvicorn wget wkhtmltopdf yarn yt-dlp zip zsh
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
_SUBCOMMANDS: Final = frozenset(
    """
    commit configure deploy diff exec fetch freeze init login logout logs ls migrate prune ps publish rebase reload restart serve stash submodule
    whoami
    """.split()  # noqa: SIM905 - as above
)
"""Beside the words of everyday, which most are."""
_OPTION_ALONE: Final = re.compile(r"-[a-z]|--[a-z]{3,16}(?:-[a-z]{2,16}){0,3}")
_PROSE_BEHIND: Final = frozenset("with is was and or to in on as for but from has because when if".split())  # noqa: SIM905
_NAME: Final = compile_pattern(r"[\"']?([A-Za-z0-9_./\\:~+\-\[\]]{1,256}+)[\"']?")
_CALLED_END: Final = re.compile(
    r"[\"'`] (?:returned non-zero|timed out|died|failed|exited|returned|was killed|could not be|did not|ended|gave)"
)
_LIST_FIRST: Final = compile_pattern(r"\[[bur]?(['\"])[^'\"\n]{1,256}\1(?:, |(?=\]))")
_OPTION: Final = re.compile(
    r"(?:^|\s)-{1,2}[A-Za-z][\w\-]*|(?:^|\s)[A-Z_]{2,32}=|://|[<>|]{1,2}\s?[./~\w]|(?:^|\s)[./~][\w./]"
)
_SENT: Final = re.compile(
    r"\s(?:-[dFHTbe]|--(?:data[\w\-]*|json|form[\w\-]*|header|cookie|post-data|post-file|body-data|upload-file|referer|url-query))[\s=]"
)
_INSTALLS: Final = re.compile(
    r"[\"'`]?(?:sudo )?(?:\S{0,64}python[0-9.]{0,4} -m )?(?:pip3?|npm|npx|yarn|pnpm|conda|brew|apt|apt-get|dnf|yum|gem|cargo|go|uv|poetry)\S*"
    r" (?:pip )?(?:install|add|get|i|update|upgrade|ci)\b"
)
"""What messages recommend; it names packages, which are public."""
_ENDS: Final = re.compile(
    r"[\"'`]?(?:,|:|;|\))? (?:failed|returned|exited|exit code|exit status|timed out|died|was killed|not found|with exit|with code|in /)|[\"`] |\Z|\\n"
)


def _after_name(text: str, start: int, end: int) -> Span | None:
    """The span of the arguments behind a program's name, without the blank before and the quote or full stop behind them."""
    name = _NAME.match(text, start, end)
    if name is None:
        return None
    first = name.end()
    while first < end and text[first] in " \t":
        first += 1
    while end > first and text[end - 1] in " \t\r\n\"'`.;,":
        end -= 1
    return None if first >= end or MARKER.fullmatch(text[first:end]) or _are_plain(text[first:end]) else (first, end)


def _are_plain(arguments: str) -> bool:
    """Whether arguments are words of the program's own alone, without a value: ``--version``, ``config set``, ``pull --autostash``."""
    return len(arguments) <= _JUDGED and all(
        all(part in COMMON_WORDS or part in _SUBCOMMANDS for part in word.split("-")) or _OPTION_ALONE.fullmatch(word)
        for word in arguments.split(" ")
    )


def called(text: str, _start: int, end: int) -> Span | None:
    """Take the arguments in the message of `subprocess`: a list's repr, or one text."""
    done = _CALLED_END.search(text, end, end + _LONGEST)
    if done is None:
        return None
    stop = done.start()
    quote = text[end - 1]
    close = text.find(quote, end)
    if text[stop] != quote or _INSTALLS.match(text, end) or (quote != "'" and close != stop):
        return None
    if close < stop and text[end] != "[" and " " not in text[end:close]:  # a name alone, and a sentence behind it
        return None
    if text[end : end + 1] == "[":
        first = _LIST_FIRST.match(text, end)
        close = text.rfind("]", end, stop)
        if first is None or close < first.end():
            return None
        return (first.end(), close) if not MARKER.fullmatch(text[first.end() : close]) else None
    return _after_name(text, end, stop)


def prompted(text: str, start: int, end: int) -> Span | None:
    """Take the arguments behind a prompt, at the beginning of a line or of what a sentence names."""
    line_start = text.rfind("\n", 0, start) + 1
    before = text[line_start:start].rstrip(" ")
    if _INSTALLS.match(text, end) or text[start - 1 : start] == "$":  # "double $$ are"
        return None
    if before and before[-1] not in "\t:;>#$([`'\"":
        name = _NAME.match(text, end)
        if name is None or name[1] not in _PROGRAMS:
            return None
    return _after_name(text, end, _line_end(text, end))


def inside(text: str, start: int, end: int) -> Span | None:
    """Take what a shell was given to run, between its quotes."""
    quote = text[end - 1]
    stop = end
    while True:
        stop = text.find(quote, stop)
        if stop < 0:
            return (end, len(text)) if len(text) > end else None
        if text[stop - 1] != "\\" or quote == "'":
            break
        stop += 1
    return (end, stop) if stop > end and start < end and not MARKER.fullmatch(text[end:stop]) else None


def _line_end(text: str, start: int) -> int:
    """Where a command ends: with its line, lines that are continued included."""
    end = text.find("\n", start)
    while end >= 0 and text[end - 1] == "\\":
        end = text.find("\n", end + 1)
    return len(text) if end < 0 else end


def announced(text: str, start: int, end: int) -> Span | None:
    """Take the arguments behind ``running:``: of a program that is known, or with options; without the colon, both."""
    line = _line_end(text, end)
    close = text.find(text[end - 1], end, line) if text[end - 1] in "\"'`" else -1
    line = close if close > 0 else line  # what stands behind the quotes is the sentence
    name = _NAME.match(text, end, line)
    if name is None or text[name.end() : name.end() + 1] not in (" ", "\t") or _INSTALLS.match(text, end):
        return None
    program = name[1].rpartition("/")[2].rpartition("\\")[2].removesuffix(".exe")
    is_known, is_certain = program in _PROGRAMS, any(sign in text[start:end] for sign in ":=\"'`")
    if not (is_known or is_certain) or (
        not is_certain and text[name.end() :].lstrip().partition(" ")[0] in _PROSE_BEHIND
    ):
        return None
    reach = min(line, name.end() + _JUDGED)
    done = _ENDS.search(text, name.end(), reach)
    stop = done.start() if done and done.start() < reach else line
    has_options = _OPTION.search(text, name.end(), min(stop, reach)) is not None
    return _after_name(text, end, stop) if is_known + has_options >= (1 if is_certain else 2) else None


def fetched(text: str, start: int, end: int) -> Span | None:
    """Take the arguments of curl and wget wherever they stand, if they send something."""
    before = text[start - 1 : start]
    if before.isalnum() or before in ("-", "_", "."):
        return None
    line = _line_end(text, end)
    if before in ("`", '"', "'"):
        close = text.find(before, end, min(line, end + _LONGEST))
        line = close if close >= 0 else line
    return _after_name(text, start, line) if _SENT.search(text, end - 1, min(line, end + _JUDGED)) else None


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="content.command-called",
        kind="content",
        gate=has("ommand '", 'ommand "', "ommand `"),
        pattern=r"[Cc]ommand [\"'`](?=[^'\n]{1,256}[\"'` ])",
        validator=called,
        marker=_ARGUMENTS,
        matches=(
            "Command '['git', 'clone', 'ann-letters']' returned non-zero exit status 1.",
            "Command 'git clone ann-letters' returned non-zero exit status 128.",
            "command `convert ann.png out` failed",
            'command "foo ann" exited with code 3',
            "Command 'ffmpeg -i ann-letters -f null' timed out after 30 seconds",
        ),
        misses=(
            "Command 'git' returned non-zero exit status 1.",
            "Command '['ls']' died with <Signals.SIGKILL: 9>.",
            "unknown command 'foo'",
            "command 'foo' failed",
            "command 'pip install acme' failed",
            "Command 'git' is missing and 'ls -l' failed",
            "Command '[arguments]' failed",
        ),
    ),
    Rule(
        id="content.command-prompt",
        kind="content",
        gate=has("$ ", signs="$"),
        pattern=r"\$ (?!is )(?=[a-z./~])",
        validator=prompted,
        marker=_ARGUMENTS,
        matches=("$ git push ann main", "as follows:\n  $ scp letters ann-host:x"),
        misses=(
            "it costs US$ five or so",
            "$ ls",
            "use $ x here",
            "a $ b",
            "ReferenceError: $ is not defined",
            "double $$ are reduced to a single $, then",
            "run:\n  $ mlflow server",
        ),
    ),
    Rule(
        id="content.command-shell",
        kind="content",
        gate=has("sh -", "md /c", "md.exe /c", "ell -", "ell.exe -", "wsh -"),
        pattern=r"[scp](?:h -[a-z]{0,4}c |md(?:\.exe)? /[cCkK] |owershell(?:\.exe)? (?:-[A-Za-z]{1,20} ){0,4}-[Cc](?:ommand)? |wsh (?:-[A-Za-z]{1,20} ){0,4}-[Cc](?:ommand)? )[\"']",
        validator=inside,
        marker=_ARGUMENTS,
        matches=(
            "failed: /bin/sh -c \"echo 'Dear Ann' > x\"",
            "bash -lc 'cat letter' exited",
            "powershell -NoProfile -Command 'Get-Item ann'",
        ),
        misses=("sh -c", "flush -c '", 'bash -c "[arguments]"', "sh -x 'a'"),
    ),
    Rule(
        id="content.command-announced",
        kind="content",
        gate=has(
            "unning", "UNNING", "xecut", "ommand", "pawn", "nvok", "md: ", "md=", "exec: ", either=":=-\"'`/.~<>|"
        ),
        pattern=(
            r"[RrEeCcSsIi](?:unning(?: command)?[:=]? ?|xecut(?:ing|ed)(?: command)?[:=]? |ommand(?: line| failed)?[:=] ?|pawn(?:ed|ing|)[:=]? "
            r"|nvok(?:ed|ing)[:=]? |md[:=] ?|xec: )[\"'`]?(?=[A-Za-z0-9_./~])"
        ),
        validator=announced,
        marker=_ARGUMENTS,
        matches=(
            "running: ffmpeg -i ann.mp4 out.mkv",
            "Running command: git clone -q ann-letters failed",
            "Command failed: pdftotext letter-to-ann.pdf out.txt",
            "cmd=rsync -a letters ann-host",
            "executing `docker run -e NAME=ann image`, again",
        ),
        misses=(
            "Running the tests failed",
            "Unknown command: please see the manual",
            "running git is required",
            "command: str",
            "executing a query",
            "command=start",
            "consider running `git pull --autostash` first",
            "running 'git --version' returned nothing",
            "for running systemctl with --scope, but it was not found",
        ),
    ),
    Rule(
        id="content.command-fetch",
        kind="content",
        gate=has("curl ", "wget ", "curl.exe ", signs="-"),
        pattern=r"[cw](?:url(?:\.exe)?|get) (?=\S)",
        validator=fetched,
        marker=_ARGUMENTS,
        matches=(
            "curl -X POST -d 'name=ann' https://example.com",
            "try `wget --post-data n=ann example.com` again",
            "(curl --data @x y",
        ),
        misses=("curl is missing", "curl -X POST x", "install curl or wget first", "libcurl -1 error", "curl - a tool"),
    ),
)
