"""
Start and stop what runs while the atlas is open: the web server and the job worker.

Each has a pid file and a log in .local/servers/. `./run atlas` starts both anew, so that what
runs is always the code and the city of the last start.

    python tools/servers.py start --port 8000
    python tools/servers.py stop
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".local" / "servers"
PASSWORD_FILE = ROOT / ".local" / "staff_password"
START_WAIT_S = 60
STOP_WAIT_S = 15
LOG_LINES = 15


class ServerError(Exception):
    """A server did not start; the message says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """One program that runs in the background."""

    name: str
    command: tuple[str, ...]

    @property
    def pid_file(self) -> Path:
        """Where its process number is kept."""
        return FOLDER / f"{self.name}.pid"

    @property
    def log(self) -> Path:
        """Where it writes."""
        return FOLDER / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """Its process number, if it runs: a number that another program got since is not ours."""
        try:
            pid = int(self.pid_file.read_text())
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, ValueError):
            return None
        is_ours = os.fsencode(self.command[-1]) in words and state != "Z"
        return pid if is_ours else None

    def start(self) -> None:
        """Start it in a session of its own, so that closing the terminal does not end it."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.pid_file.write_text(f"{process.pid}\n")
        # Its command line can be read a moment after it has begun, not before.
        while self.pid is None and process.poll() is None:
            time.sleep(0.01)

    def stop(self) -> None:
        """Ask it to end, and make it end when it does not."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            pid = self.pid
            if pid is not None:
                os.kill(pid, sign)
                self._await_end()
        self.pid_file.unlink(missing_ok=True)

    def _await_end(self) -> None:
        latest = time.monotonic() + STOP_WAIT_S
        while self.pid is not None and time.monotonic() < latest:
            time.sleep(0.05)

    def log_tail(self) -> str:
        """Return the last lines it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES:])


def servers(port: int) -> tuple[Server, Server]:
    """Return the web server and the job worker."""
    web = Server(
        "web",
        (
            *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"),
            *("--workers", "2", "--worker-class", "gthread", "--threads", "4"),
            *("--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"),  # noqa: S108
            *("--timeout", "60", "--no-control-socket", "--preload", "atlas.wsgi"),
        ),
    )
    worker = Server(
        "worker", (sys.executable, "manage.py", "procrastinate", "worker", "--name=atlas-jobs")
    )
    return web, worker


def start(port: int) -> None:
    """Start both anew and wait until the atlas answers."""
    web, worker = servers(port)
    stop()
    if _is_taken(port):
        msg = f"Port {port} is taken by another program: choose one with --port N"
        raise ServerError(msg)
    worker.start()
    web.start()
    _await_answer(web, f"http://127.0.0.1:{port}/healthz")
    if worker.pid is None:
        msg = f"The job worker ended at once; the end of {worker.log}:\n{worker.log_tail()}"
        raise ServerError(msg)


def stop() -> None:
    """Stop both, whatever their port."""
    for server in servers(0):
        server.stop()


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _await_answer(web: Server, url: str) -> None:
    latest = time.monotonic() + START_WAIT_S
    answer = "no answer"
    while time.monotonic() < latest and web.pid is not None:
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:  # noqa: S310  a fixed http address
                reply.read()
        except urllib.error.HTTPError as error:
            answer = error.read().decode(errors="replace")
        except OSError as error:
            answer = str(error)
        else:
            return
        time.sleep(0.1)
    msg = f"The atlas does not start ({answer}); the end of {web.log}:\n{web.log_tail()}"
    raise ServerError(msg)


def tell(port: int) -> None:
    """Print where the atlas is and who may enter its desk."""
    address = f"http://127.0.0.1:{port}"
    print(f"\n  The atlas    {address}/fa/   {address}/en/")
    print(f"  Staff desk   {address}/en/admin/")
    if PASSWORD_FILE.exists():
        print(f"  Account      staff   {PASSWORD_FILE.read_text().strip()}")
    else:  # the database is older than .local, or another's
        print("  Account      as before; a new password: ./run manage changepassword NAME")
    print("  Stop it with ./run stop\n")


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description="The web server and the job worker")
    parser.add_argument("what", choices=["start", "stop"])
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    try:
        if asked.what == "stop":
            stop()
        else:
            start(asked.port)
            tell(asked.port)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
