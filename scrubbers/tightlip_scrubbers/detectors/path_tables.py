"""The words that decide what a string with slashes is: a path of a machine, a route of a server, or a name of code.

Sources for the roots: the Filesystem Hierarchy Standard 3.0, Apple's File System Programming Guide, Microsoft's list of
recognised environment variables, and where containers and CI systems put their work.
"""

from typing import Final

ROOTS: Final[frozenset[str]] = frozenset(
    """
    home root usr var etc tmp opt mnt srv proc sys dev run lib lib32 lib64 bin sbin boot lost+found snap nix gnu export net
    scratch afs efs nfs lustre gpfs rustc Users Volumes Library Applications System private cores Network cygdrive sdcard
    kaggle dbfs layers workdir workspaces Temp
    """.split()  # noqa: SIM905 - a page of words reads better than a list of literals
)
"""First folders of machines: what stands below one of them is a path, however short."""

SHARED_ROOTS: Final[frozenset[str]] = frozenset(
    """
    app apps code src work workspace builds build github data mount media storage content databricks repo repos vol volumes
    backup backups share shared datasets
    """.split()  # noqa: SIM905
)
"""First folders of containers that are also first segments of routes: a path, unless the text shows that it is a route."""

SPACED_ROOTS: Final[frozenset[str]] = frozenset(
    "home Users Volumes Library Applications mnt media private cygdrive srv data share shared c d".split()  # noqa: SIM905
)
"""Below these folders people keep files, and name them with blanks."""

ROUTES: Final[frozenset[str]] = frozenset(
    """
    api apis rest rpc graphql oauth oauth2 auth login logout health healthz readyz livez metrics status webhook webhooks
    .well-known openapi swagger docs static assets public internal admin ws socket.io v0 v1 v2 v3 v4 v5 v6 users user me items
    item orders order accounts account customers customer products product posts post comments search
    paths definitions properties components schemas html body org com index issues pulls repositories orgs teams
    """.split()  # noqa: SIM905
)
"""First segments of routes, JSON pointers and XPath: what stands below one of them is kept, unless another rule finds something
in it."""

CONSTANTS: Final[frozenset[str]] = frozenset(
    """
    /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/stdin /dev/stdout /dev/stderr /dev/tty /dev/ptmx /dev/fd
    /dev/shm /dev/mem /dev/kmsg /dev/log /dev/console /dev/net/tun /dev/fuse /dev/kvm
    /bin/sh /bin/bash /bin/zsh /bin/true /bin/false /bin/cat /bin/ls /bin/echo /sbin/init /sbin/ldconfig
    /usr/bin /usr/sbin /usr/lib /usr/lib64 /usr/local /usr/local/bin /usr/local/lib /usr/share /usr/include /usr/src
    /usr/bin/env /usr/bin/python /usr/bin/python3 /usr/bin/perl /usr/bin/ruby /usr/bin/node /usr/bin/git /usr/bin/ssh
    /usr/bin/bash /usr/bin/sudo /usr/share/zoneinfo /usr/share/locale /usr/lib/zoneinfo /usr/share/lib/zoneinfo
    /etc/passwd /etc/shadow /etc/group /etc/hosts /etc/hostname /etc/resolv.conf /etc/nsswitch.conf /etc/fstab /etc/mtab
    /etc/localtime /etc/timezone /etc/os-release /etc/lsb-release /etc/machine-id /etc/services /etc/protocols
    /etc/mime.types /etc/ssl /etc/ssl/certs /etc/ssl/certs/ca-certificates.crt /etc/ssh/sshd_config /etc/ssh/ssh_config
    /etc/sudoers /etc/crontab /etc/profile /etc/environment /etc/init.d /etc/systemd/system /etc/ld.so.conf /etc/netrc
    /proc/self /proc/self/exe /proc/self/fd /proc/self/maps /proc/self/status /proc/self/cgroup /proc/self/mountinfo
    /proc/cpuinfo /proc/meminfo /proc/mounts /proc/stat /proc/version /proc/uptime /proc/loadavg /proc/net /proc/1/cgroup
    /proc/filesystems /sys/fs/cgroup /sys/class /sys/devices /sys/kernel
    /var/log /var/lib /var/run /var/tmp /var/cache /var/spool /var/mail /var/run/docker.sock /run/docker.sock
    /var/run/secrets /run/secrets /run/systemd/system /var/log/messages /var/log/syslog
    ~/.netrc ~/.pgpass ~/.profile ~/.bashrc ~/.bash_profile ~/.zshrc ~/.inputrc ~/.gitconfig ~/.npmrc ~/.pypirc ~/.condarc
    ~/.ssh ~/.ssh/config ~/.ssh/known_hosts ~/.ssh/authorized_keys ~/.ssh/id_rsa ~/.ssh/id_ed25519 ~/.ssh/id_ecdsa
    ~/.aws ~/.aws/config ~/.aws/credentials ~/.kube ~/.kube/config ~/.docker ~/.docker/config.json ~/.config ~/.cache
    ~/.local ~/.local/bin ~/.local/share ~/.gnupg ~/.pip ~/.pip/pip.conf ~/.config/pip/pip.conf ~/.pydistutils.cfg
    ./configure ./gradlew ./mvnw ./manage.py ./setup.py
    """.split()  # noqa: SIM905
)
"""Paths that stand on every machine, or in a program's manual: they say nothing. Only these very ones, nothing below them."""

PLACEHOLDERS: Final[frozenset[str]] = frozenset(
    """
    path file filename name key bucket container object prefix host hostname server share folder dir directory account blob
    store location uri url region project dataset table database db user username some your my the mybucket my-bucket
    bucket-name bucket_name my_bucket mykey my-key your-bucket yourbucket example to foo bar baz myfile
    """.split()  # noqa: SIM905
)
"""Segments of examples in messages: ``must look like s3://bucket/key``."""

MESSAGE_WORDS: Final[frozenset[str]] = frozenset(
    """
    is are was were be been isn't wasn't aren't not no cannot can can't could couldn't may might must mustn't should shouldn't
    will won't would does doesn't do don't did didn't has hasn't have had already because while when where if unless until
    exists existed missing failed fails failing but or than that which who please as into using via due error errors invalid
    expected unexpected unable found given got read written opened loaded saved created deleted removed denied refused
    """.split()  # noqa: SIM905
)
"""Words of messages that no name of a folder or file holds: where one stands behind a blank, a path has ended."""

NAME_STOPS: Final[frozenset[str]] = MESSAGE_WORDS | frozenset(
    """
    open opening load loading save saving write writing reading parse parsing upload uploading download downloading
    find finding delete deleting create creating process processing import importing export exporting convert converting
    copy copying move moving rename renaming attach attaching attached send sending sent file files document path named
    called the a an this from to with in and
    """.split()  # noqa: SIM905
)
"""Words before a bare name that are not a part of it: ``cannot open the ann smith.docx``."""

APOSTROPHE: Final = r"(?<=[A-Za-z])'(?=[A-Za-z][^\s\"'<>]{0,64}[\\/.][A-Za-z])"
"""An apostrophe inside of a name, as a part of a pattern: the path goes on behind it."""

VARIABLES: Final = (
    "HOME|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|ProgramData|ALLUSERSPROFILE|PUBLIC|TEMP|TMP|TMPDIR|HOMEPATH|"
    "HOMEDRIVE|SystemRoot|SYSTEMROOT|WINDIR|windir|ProgramFiles|PROGRAMFILES|PWD|OLDPWD|OneDrive|"
    "XDG_[A-Z]{1,8}_(?:HOME|DIR)|[A-Z][A-Z0-9_]{0,31}_(?:HOME|DIR|PATH|ROOT|FOLDER|PREFIX|WORKSPACE)|"
    "WORKSPACE|ROOT|PREFIX|CONDA_PREFIX|VIRTUAL_ENV|WORK|SCRATCH|PROJECT"
)
"""Names of variables that hold a folder, as a part of a pattern. What stands below the folder is data."""
