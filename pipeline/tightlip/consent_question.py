"""Asking for consent at the terminal, once.

Who is asked: a person at a terminal (stdin and stderr), outside of CI, not with ``TERM=dumb``, not by a command that only tells
something (``--version``, ``completion``), and only if neither the environment nor the config file has said anything.

Guarantees:

1. That a question was put is written down before it is put: whoever is interrupted is asked again at most `MOST_ATTEMPTS` times in all.
2. Dismissed, unreadable or unanswered is no consent, and nothing is written into the config file for it.
3. Of two processes at once, one asks; the other goes on without consent.
4. The question says what is sent and what never is; the answer, where it was saved and how to change it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from tightlip.config_change import ConfigFileError, change
from tightlip.outbox import state_folder

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

MOST_ATTEMPTS: Final = 3
_LONGEST_ANSWER: Final = 256

#: Variables that say: this is no person's terminal. ``CI`` and the vendors' own, as their documentation names them.
CI_VARIABLES: Final = frozenset({
    "CI", "CONTINUOUS_INTEGRATION", "BUILD_NUMBER", "BUILD_ID", "RUN_ID", "CI_NAME", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "HUDSON_URL",
    "TRAVIS", "CIRCLECI", "APPVEYOR", "TF_BUILD", "TEAMCITY_VERSION", "BUILDKITE", "DRONE", "CODEBUILD_BUILD_ARN", "BITBUCKET_COMMIT",
    "BITBUCKET_BUILD_NUMBER", "SEMAPHORE", "BUDDY_WORKSPACE_ID", "CIRRUS_CI", "NETLIFY", "NOW_BUILDER", "VERCEL", "RENDER", "HEROKU_TEST_RUN_ID",
    "SCREWDRIVER", "SHIPPABLE", "STRIDER", "WERCKER_MAIN_PIPELINE_STARTED", "WOODPECKER", "GERRIT_PROJECT", "GO_PIPELINE_LABEL", "SAIL_CI",
    "XCS", "CF_BUILD_ID", "CM_BUILD_ID", "EAS_BUILD", "HARNESS_BUILD_ID", "LAYERCI", "MAGNUM", "NEVERCODE", "PROW_JOB_ID", "RELEASE_BUILD_ID",
    "VELA", "bamboo_planKey", "JB_SPACE_EXECUTION_NUMBER", "AGOLA_GIT_REF", "AC_APPCIRCLE", "CODESHIP", "TASK_ID", "KUBERNETES_SERVICE_HOST",
})  # fmt: skip
#: Commands and options that only tell something, or that another program calls.
SILENT_ARGUMENTS: Final = frozenset({
    "--version", "-V", "version", "--help", "-h", "help", "completion", "completions", "--completion", "--install-completion",
    "--show-completion", "__complete", "__completeNoDesc", "complete", "--quiet", "-q", "--json", "shell-init",
})  # fmt: skip
#: Shells set these while they complete a word.
_COMPLETING: Final = ("_ARGCOMPLETE", "COMP_LINE", "COMP_CWORD")

_YES: Final = frozenset({"y", "yes"})
_NO: Final = frozenset({"n", "no"})


class Asked(Protocol):
    """Where consent is looked up: a `tightlip.consent.Consent`."""

    @property
    def config(self) -> str | os.PathLike[str] | None:
        """The config file."""
        ...

    @property
    def key(self) -> str:
        """The key in it."""
        ...


def put(app: str, consent: Asked, policy_url: str | None, variable: str) -> str | None:
    """Ask if there is somebody to ask, and keep the answer in the config file. Never raises an ``Exception``.

    Args:
        app: The program's name.
        consent: Where the answer is kept.
        policy_url: Where the privacy policy can be read.
        variable: The variable that always switches reports off.

    Returns:
        Why an answer that was asked for is none; None where it was kept, or where nobody was asked.
    """
    if consent.config is None or why_silent() is not None:
        return None
    try:
        with _alone(_place(consent)) as place:
            if place is None or not _may_try(place):
                return None
            answer = _answer(_question(app, policy_url))
            if answer is None:
                _say("No answer, so nothing is sent.")
                return "the question was not answered"
            change(Path(consent.config).expanduser(), consent.key, value=answer)
            place.unlink(missing_ok=True)
            word = "true" if answer else "false"
            _say(
                f"{'Thank you. Reports are on' if answer else 'Nothing will be sent'}: {consent.key}: {word} in {consent.config}.\n"
                f"Change it there at any time; {variable}=1 in the environment always switches reports off."
            )
    except ConfigFileError as error:
        _say(f"The answer could not be saved, so nothing is sent: {error}")
        return "the answer could not be saved"
    except Exception as error:
        return f"the question could not be put ({type(error).__name__})"
    return None


def why_silent(
    environ: Mapping[str, str] | None = None, arguments: Sequence[str] | None = None, *, is_terminal: bool | None = None
) -> str | None:
    """Why nobody is asked here; None where somebody may be.

    Args:
        environ: The environment; None: the process's.
        arguments: The command line behind the program's name; None: the process's.
        is_terminal: Whether a person reads and types; None: whether stdin and stderr are terminals.
    """
    environ = os.environ if environ is None else environ
    arguments = sys.argv[1:] if arguments is None else arguments
    if is_terminal is None:
        is_terminal = _is_terminal(sys.stdin) and _is_terminal(sys.stderr)
    if not is_terminal:
        return "stdin and stderr are no terminal"
    if environ.get("TERM") == "dumb":
        return "the terminal is dumb"
    # CI=false is set by hand to say that it is none.
    ci = next((name for name in sorted(CI_VARIABLES) if environ.get(name, "").lower() not in ("", "0", "false")), None)
    if ci is not None:
        return f"{ci} is set"
    if any(environ.get(name) for name in _COMPLETING):
        return "the shell is completing a word"
    silent = next((argument for argument in arguments if argument in SILENT_ARGUMENTS), None)
    return None if silent is None else f"the command has {silent}"


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _question(app: str, policy_url: str | None) -> str:
    more = f"\nPrivacy policy: {policy_url}" if policy_url else ""
    return (
        f"May {app} send a report when its own code fails?\n"
        "It holds the error's type and the text its authors wrote, where in the code it failed, version and operating system.\n"
        "It never holds your data, files, paths, keys, addresses or what you typed."
        f"{more}\n"
        "Send reports? [y/N] "
    )


def _answer(question: str) -> bool | None:
    """True for yes, False for no or an empty line; None where nobody answered, or in words that say neither."""
    try:
        # Ctrl-C may come as soon as the question is to be seen.
        sys.stderr.write(question)
        sys.stderr.flush()
        line = _typed()
    except KeyboardInterrupt:
        line = ""
    if not line.endswith("\n"):  # the end of the input, or Ctrl-C: dismissed
        sys.stderr.write("\n")
        return None
    word = line.strip().lower()
    return True if word in _YES else False if not word or word in _NO else None


def _typed() -> str:
    try:
        return sys.stdin.readline(_LONGEST_ANSWER)
    except (OSError, ValueError):
        return ""


def _say(text: str) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _place(consent: Asked) -> Path:
    """The file that counts the questions about one key of one config file."""
    config = os.path.realpath(Path(str(consent.config)).expanduser())
    name = hashlib.sha256(f"{config}\0{consent.key}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state_folder() / "tightlip" / f"asked-{name}.json"


def _may_try(place: Path) -> bool:
    """Count one more attempt; False when there were enough. Written before the question is put."""
    try:
        attempts = json.loads(place.read_bytes())["attempts"]
    except FileNotFoundError:
        attempts = 0
    except (OSError, ValueError, KeyError, TypeError):
        attempts = MOST_ATTEMPTS  # it cannot be known how often somebody was asked
    if type(attempts) is not int or attempts >= MOST_ATTEMPTS:
        return False
    import tempfile  # noqa: PLC0415 - import tightlip stays cheap

    descriptor, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"attempts": attempts + 1}, file)
    os.replace(temporary, place)  # noqa: PTH105
    return True


@contextmanager
def _alone(place: Path) -> Generator[Path | None]:
    """``place`` while no other process asks; None if one does. The system lets go of the lock when a process ends, however it ends."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with place.with_suffix(".lock").open("a+b") as lock:
        if not _locked(lock.fileno()):
            yield None
            return
        yield place


def _locked(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
