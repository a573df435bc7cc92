"""What a random call must not do, by the interpreter's audit events (PEP 578): reach the network, start processes, write outside its folder.

It fails with `PermissionError` instead, as in a container that forbids it: that is what an SDK has to expect, and reports.

Not covered: what an extension module does without telling the interpreter, and reading.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

_FORBIDDEN: Final = re.compile(
    r"socket\.(?:connect|bind|sendto|sendmsg|getaddrinfo|gethostby\w+|getnameinfo)|subprocess\.|os\.(?:system|exec|fork|forkpty|posix_spawn|spawn|startfile|kill|killpg|"
    r"chmod|chown|setxattr|removexattr)|pty\.|webbrowser|ctypes\.dlopen|signal\.pthread_kill|sys\.(?:addaudithook|setprofile|settrace)|syslog\."
)
#: Events whose arguments are paths that are changed.
_CHANGES: Final = re.compile(
    r"os\.(?:remove|rename|rmdir|mkdir|link|symlink|truncate|utime)|shutil\.(?:rmtree|move|copyfile|copymode|copystat|copytree)|tempfile\.mk"
)
_PATHS: Final[Any] = (str, bytes, os.PathLike)
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_FLAGS: Final = 2
#: What a call may take of the memory, beside what the process has.
MOST_MEMORY: Final = 1024 * 1024 * 1024


class Confinement:
    """Confines this process from now on; an audit hook cannot be removed, so it has to be a process of its own.

    Args:
        folder: Where files may be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = os.path.realpath(folder)
        self._on = True
        time.sleep = lambda _seconds, /: None  # waiting for the network that is not there
        _bound_memory()
        sys.addaudithook(self._heard)

    def end(self) -> None:
        """Let the process clean up."""
        self._on = False

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._on or event in ("compile", "exec", "import"):
            return
        if event == "open":
            flags = arguments[_FLAGS] if len(arguments) > _FLAGS else 0
            if isinstance(flags, int) and flags & _WRITING and not self._is_inside(arguments[0]):
                raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        elif _FORBIDDEN.match(event) or (
            _CHANGES.match(event) and not all(self._is_inside(one) for one in arguments if isinstance(one, _PATHS))
        ):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def _is_inside(self, path: object) -> bool:
        if isinstance(path, int):
            return True  # of a file that is open already
        try:
            found = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - what else it is, fails
        except (TypeError, ValueError, OSError):
            return False
        return found in (os.devnull, self._folder) or found.startswith(self._folder + os.sep)


def _bound_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows

        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - before anything else is loaded
            used = int(file.read().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (used + MOST_MEMORY, hard))
    except (ImportError, OSError, ValueError):
        return  # the time limit holds all the same
