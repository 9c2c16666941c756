"""
A private PostGIS cluster: made, started, stopped, and never another one touched.

`./run` keeps one in .local/ this way and the fault tests make theirs to kill. It listens on a
socket in a folder only its owner can enter, on no port, and trusts whoever gets in. PostgreSQL
refuses to run as root: started by root it runs as `postgres`, with its files where that user can
reach them. Standard library only: it runs before anything is installed.

    python3 tools/cluster.py start FOLDER     prints the database's address
    python3 tools/cluster.py stop FOLDER
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
BINARIES = Path("/usr/lib/postgresql")
ROOT_DATA = Path("/var/lib/childrens-atlas")
# A socket's path holds at most 107 bytes, its file name included.
LONGEST_FOLDER = 107 - len("/.s.PGSQL.5432")


class ClusterError(Exception):
    """The cluster cannot be made or started; the message says why."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where one cluster's files, socket and log are, and who runs it."""

    name: str
    data: Path
    socket: Path
    owner: str

    @property
    def address(self) -> str:
        """What DATABASE_URL says to reach it."""
        return f"postgis://{self.owner}@/atlas?host={self.socket}"

    @property
    def log(self) -> Path:
        """Where the server writes what goes wrong."""
        return self.data.parent / f"{self.data.name}.log"

    def as_owner(self, *command: str | Path) -> list[str]:
        """Return `command` as its owner runs it."""
        words = [str(word) for word in command]
        if os.geteuid() == 0:
            return ["runuser", "-u", self.owner, "--", *words]
        return words

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs from a folder that its owner can enter."""
        program, *rest = command
        return subprocess.run(
            self.as_owner(newest_binaries() / program, *rest),
            cwd="/",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=False,
            text=True,
            # pg_ctl's child keeps what it inherits: a pipe here would never close.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
        )

    @property
    def is_running(self) -> bool:
        """Whether its server runs."""
        return _is_postgres(self.data / "postmaster.pid")


def _is_postgres(pid_file: Path) -> bool:
    """Whether the process that `pid_file` names is a living PostgreSQL, not its number's heir."""
    try:
        pid = int(pid_file.read_text().splitlines()[0])
        before, _, after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except (OSError, ValueError, IndexError):
        return False
    return before.endswith("(postgres") and after.split()[0] != "Z"


def newest_binaries() -> Path:
    """Return the folder of the newest PostgreSQL on this machine that is new enough."""
    majors = [int(folder.name) for folder in BINARIES.glob("*") if folder.name.isdecimal()]
    usable = [
        m for m in majors if m >= OLDEST_MAJOR and (BINARIES / str(m) / "bin/initdb").exists()
    ]
    if not usable:
        msg = f"no PostgreSQL {OLDEST_MAJOR} or newer in {BINARIES}"
        raise ClusterError(msg)
    return BINARIES / str(max(usable)) / "bin"


def find(folder: Path) -> Cluster:
    """Return the cluster that belongs to `folder`, made or not."""
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    if os.geteuid() == 0:
        return Cluster(name, ROOT_DATA / name, Path(f"/run/childrens-atlas-{name}"), "postgres")
    owner = pwd.getpwuid(os.geteuid()).pw_name
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp"))  # noqa: S108  made 0700 and checked
    socket = runtime / f"childrens-atlas-{os.geteuid()}-{name}"
    if len(os.fsencode(socket)) > LONGEST_FOLDER:
        socket = Path("/tmp") / socket.name  # noqa: S108
    return Cluster(name, folder.resolve() / "postgres", socket, owner)


def start(folder: Path, *, options: tuple[str, ...] = ()) -> Cluster:
    """Make the cluster of `folder` where it is new, and start it where it stands."""
    cluster = find(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "postgres_is_in").write_text(f"{cluster.data}\n", encoding="utf-8")
    _own_folder(cluster.socket, cluster)
    if not (cluster.data / "PG_VERSION").exists():
        _make(cluster)
    if not cluster.is_running:
        _start_server(cluster, options)
    _make_database(cluster)
    return cluster


def stop(folder: Path, *, mode: str = "fast") -> None:
    """Stop the cluster of `folder`, if it runs."""
    cluster = find(folder)
    if cluster.data.exists() and cluster.is_running:
        cluster.run("pg_ctl", "stop", "-D", cluster.data, "-m", mode, "-w")


def remove(folder: Path) -> None:
    """Stop the cluster of `folder` and delete its files."""
    cluster = find(folder)
    stop(folder, mode="immediate")
    shutil.rmtree(cluster.data, ignore_errors=True)
    shutil.rmtree(cluster.socket, ignore_errors=True)
    cluster.log.unlink(missing_ok=True)


def _own_folder(folder: Path, cluster: Cluster) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, cluster.owner)
    found = folder.stat()
    if found.st_uid != pwd.getpwnam(cluster.owner).pw_uid or found.st_mode & 0o077:
        msg = f"{folder} is open to others or belongs to someone else: remove it and start again"
        raise ClusterError(msg)


def _make(cluster: Cluster) -> None:
    # The parent stays passable: initdb's user must reach its own folder.
    cluster.data.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    _own_folder(cluster.data, cluster)
    done = cluster.run(
        *("initdb", "-D", cluster.data, "-U", cluster.owner, "-E", "UTF8"),
        *("--locale=C.UTF-8", "--auth=trust", "--no-instructions"),
    )
    if done.returncode:
        # Half a cluster would be taken for a whole one at the next start.
        shutil.rmtree(cluster.data, ignore_errors=True)
        msg = f"initdb failed:\n{done.stderr}"
        raise ClusterError(msg)


def _clear_after_death(cluster: Cluster) -> None:
    """Remove the locks of a server that was killed; PostgreSQL itself only asks for the number."""
    for lock in (cluster.data / "postmaster.pid", cluster.socket / ".s.PGSQL.5432.lock"):
        if lock.exists() and not _is_postgres(lock):
            lock.unlink()


def _start_server(cluster: Cluster, options: tuple[str, ...]) -> None:
    _clear_after_death(cluster)
    cluster.log.touch()
    if os.geteuid() == 0:
        shutil.chown(cluster.log, cluster.owner)
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={cluster.socket}"]
    given = " ".join([*settings, *options])
    done = cluster.run(
        *("pg_ctl", "start", "-w", "-t", "60", "-s", "-D", cluster.data),
        *("-l", cluster.log, "-o", given),
    )
    if done.returncode:
        tail = "\n".join(cluster.log.read_text(errors="replace").splitlines()[-10:])
        msg = f"PostgreSQL does not start; the end of {cluster.log}:\n{tail}"
        raise ClusterError(msg)


def _make_database(cluster: Cluster) -> None:
    reach = ("-h", cluster.socket, "-U", cluster.owner)
    if cluster.run("psql", *reach, "-d", "atlas", "-c", "SELECT 1").returncode:
        done = cluster.run("createdb", *reach, "atlas")
        if done.returncode:
            msg = f"createdb failed:\n{done.stderr}"
            raise ClusterError(msg)


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description="A private PostGIS cluster")
    parser.add_argument("what", choices=["start", "stop", "remove"])
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    try:
        if asked.what == "start":
            print(start(asked.folder).address)
        elif asked.what == "stop":
            stop(asked.folder)
        else:
            remove(asked.folder)
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
