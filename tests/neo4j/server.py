"""A real Neo4j Community server for tests, without containers: jars by Maven, one process, its own folder.

`python -m tests.neo4j.server --version 5.26.30 --port 17687` starts one by hand and stops it on Ctrl-C.
Needs `java` (17 or 21 for 5.26; 21 or 25 for 2026.x) and `mvn` on the PATH.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

DEFAULT_VERSION = "5.26.30"
START_SECONDS = 90.0
_HANDSHAKE = b"\x60\x60\xb0\x17" + b"\x00\x00\x00\x05" + 12 * b"\x00"
_OPENED = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)
_OPENED_2026 = ("--add-opens=java.base/java.util.concurrent=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED")


class ServerNotStarted(RuntimeError):
    """The server did not answer; the message says why and where its log is."""


def cache_folder() -> Path:
    """Where jars are kept between runs."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "baodian" / "neo4j"


def fetch_jars(version: str) -> Path:
    """Folder with the jars of that version; fetched once. Raises ServerNotStarted if Maven cannot."""
    folder = cache_folder() / version
    if (folder / "complete").exists():
        return folder
    if shutil.which("mvn") is None or shutil.which("java") is None:
        raise ServerNotStarted("Neo4j for tests needs `java` and `mvn` on the PATH, or NEO4J_URI of a running server.")
    command = ["mvn", "-q", "-B", "-f", str(Path(__file__).with_name("pom.xml")), f"-Dneo4j.version={version}"]
    command += ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        raise ServerNotStarted(f"Maven could not fetch Neo4j {version}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    (folder / "complete").touch()
    return folder


def java_for(version: str) -> str:
    """A Java that this Neo4j runs on: 17 or 21 for 5.26, 21 or 25 for 2026.x."""
    wanted = ("17", "21") if version.startswith("5.") else ("21", "25")
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    found = shutil.which("java")
    if found:
        homes.append(Path(found).resolve().parents[1])
    for home in [*homes, *sorted(Path("/usr/lib/jvm").glob("*"))]:
        told = home / "release"
        if told.exists() and re.search(
            rf'^JAVA_VERSION="({"|".join(wanted)})\b', told.read_text("utf-8"), re.MULTILINE
        ):
            return str(home / "bin" / "java")
    raise ServerNotStarted(f"Neo4j {version} needs Java {' or '.join(wanted)}; none is on the PATH or in /usr/lib/jvm.")


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Neo4jServer:
    """One server: start, stop, kill -9, freeze and thaw. Data stay in `home` between starts."""

    def __init__(
        self,
        home: Path,
        *,
        version: str = DEFAULT_VERSION,
        port: int | None = None,
        password: str | None = None,
        heap: str = "1g",
        certificates: Path | None = None,
    ) -> None:
        self.home = home
        self.version = version
        self.port = port or free_port()
        self.password = password
        self.heap = heap
        self.certificates = certificates
        """Folder with private.key and public.crt: then the server speaks TLS alone."""
        self.process: subprocess.Popen[bytes] | None = None
        self._password_set = False

    @property
    def uri(self) -> str:
        """Bolt address."""
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def auth(self) -> tuple[str, str] | None:
        """User and password, None if the server asks for none."""
        return ("neo4j", self.password) if self.password else None

    def start(self, seconds: float = START_SECONDS) -> None:
        """Start and wait until it answers; ServerNotStarted with the end of its log otherwise."""
        jars = fetch_jars(self.version)
        self._configure()
        recent = not self.version.startswith("5.")
        entry = "org.neo4j.server.Neo4jCommunity" if recent else "org.neo4j.server.CommunityEntryPoint"
        command = [
            java_for(self.version),
            "-Xms256m",
            f"-Xmx{self.heap}",
            "-XX:+UseG1GC",
            *_OPENED,
            *(_OPENED_2026 if recent else ()),
        ]
        command += ["-cp", f"{self.home}/plugins/*:{self.home}/conf/*:{jars}/*", entry]
        command += [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}", "--console-mode"]
        with (self.home / "console.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self._await(seconds)

    def stop(self, seconds: float = 30.0) -> None:
        """Stop in good order; kill it if that takes too long. No-op when not running."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """SIGSTOP: the process is there, and answers nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def driver(self) -> Driver:
        """A driver of the test's own, to look behind the store's back."""
        return GraphDatabase.driver(self._own_uri, auth=self.auth, warn_notification_severity="OFF")

    @property
    def _own_uri(self) -> str:
        return self.uri.replace("bolt:", "bolt+ssc:") if self.certificates else self.uri

    def _configure(self) -> None:
        for name in ("conf", "data", "logs", "plugins"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        lines = {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.enabled": "true",
            "server.bolt.listen_address": f"127.0.0.1:{self.port}",
            "internal.server.bolt.thread_pool_shutdown_wait_time": "200ms",
            "internal.server.bolt.connection_shutdown_wait_time": "200ms",
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            "server.directories.data": str(self.home / "data"),
            "server.directories.logs": str(self.home / "logs"),
            "server.directories.plugins": str(self.home / "plugins"),
            "server.memory.pagecache.size": "256m",
            "dbms.usage_report.enabled": "false",
            "dbms.security.auth_enabled": "true" if self.password else "false",
        }
        if self.certificates:
            lines["server.bolt.tls_level"] = "REQUIRED"
            policy = {"enabled": "true", "base_directory": str(self.certificates), "client_auth": "NONE"}
            lines |= {f"dbms.ssl.policy.bolt.{key}": value for key, value in policy.items()}
        text = "".join(f"{key}={value}\n" for key, value in lines.items())
        (self.home / "conf" / "neo4j.conf").write_text(text, "utf-8")

    def _await(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        trouble = "no answer"
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                self._probe()
            except (DriverError, Neo4jError, OSError) as error:
                trouble = str(error)
                time.sleep(0.05)
            else:
                return
        log = self.home / "console.log"
        self.kill()
        raise ServerNotStarted(f"Neo4j {self.version} did not start ({trouble}):\n{log.read_text('utf-8')[-2000:]}")

    def _probe(self) -> None:
        # a bare handshake first: the driver logs and retries what is only not there yet
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            if not self.certificates:
                connection.sendall(_HANDSHAKE)
                if len(connection.recv(4)) != 4:
                    raise ConnectionResetError("no handshake")
        if self.password and not self._password_set:
            self._set_password()
        with self.driver() as driver, driver.session() as session:
            session.run("RETURN 1").consume()

    def _set_password(self) -> None:
        try:
            with (
                GraphDatabase.driver(self._own_uri, auth=("neo4j", "neo4j")) as driver,
                driver.session(database="system") as session,
            ):
                session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=self.password).consume()
        except Neo4jError as error:
            if "Unauthorized" not in (error.code or ""):
                raise
        self._password_set = True


def main() -> None:
    """Run one server until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", default=DEFAULT_VERSION, help="version of the jars")
    parser.add_argument("--port", type=int, default=17687, help="Bolt port")
    parser.add_argument("--home", type=Path, default=Path("data/neo4j"), help="folder of its data")
    parser.add_argument("--password", help="switch authentication on, with this password")
    options = parser.parse_args()
    server = Neo4jServer(options.home.resolve(), version=options.version, port=options.port, password=options.password)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.start()
        print(f"Neo4j {server.version} answers at {server.uri}; Ctrl-C stops it", flush=True)  # noqa: T201
        signal.pause()
    except KeyboardInterrupt:
        pass  # while it starts, too: else it would go on alone
    finally:
        server.stop()


if __name__ == "__main__":
    main()
