"""Run the container's command as its user in a sandbox like the container: `make container-check`.

Root is read-only, /tmp and the state folder are the only places to write, no capability is left, and secrets are
readable by their user alone. Needs Linux, root and `unshare`; no container engine, no image: Python and the packages
are this machine's.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
from rich.console import Console

from tests.container import COMPOSE, ROOT, environment, instruction, user
from tests.serving import running

PYTHON, PACKAGES, TREE, SECRETS, EXPORT = "/mnt/python", "/mnt/packages", "/mnt/tree", "/mnt/secrets", "/mnt/export"
STATE = "/var/lib/baodian"
console = Console(markup=False, highlight=False, emoji=False)


def main() -> int:
    """0 if all holds; says what was tried."""
    if not Sandbox.can_be_made():
        console.print("make container-check needs Linux, `unshare` and the right to mount (root). Nothing was checked.")
        return 2
    with tempfile.TemporaryDirectory(prefix="container-check-") as folder:
        box = Sandbox(Path(folder))
        for what, ok in box.tried():
            console.print(f"{'ok  ' if ok else 'FAIL'} {what}")
            if not ok:
                return 1
    return 0


class Sandbox:
    """The folders of one container, and how a command runs in it."""

    @staticmethod
    def can_be_made() -> bool:
        """Whether this machine and user may mount."""
        mount = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return (
            shutil.which("unshare") is not None
            and not subprocess.run(mount, capture_output=True, check=False).returncode
        )

    def __init__(self, folder: Path) -> None:
        self.state, self.secrets, self.export = (folder / name for name in ("state", "secrets", "export"))
        self.uid, self.gid = user()
        folder.chmod(0o711)
        for each in (self.state, self.secrets, self.export):
            each.mkdir()
        os.chown(self.state, self.uid, self.gid)
        for name, owner in (("neo4j_password", self.uid), ("neo4j_auth", 7474)):
            secret = self.secrets / name
            secret.write_text("not a real one", encoding="utf-8")
            secret.chmod(0o400)
            os.chown(secret, owner, owner)
        (self.export / "Substation.csv").write_text("id,name\nS,站\n", encoding="utf-8")

    def command(self, *inside: str) -> list[str]:
        """What runs this in the sandbox, as the image's user."""
        tmpfs = COMPOSE["services"]["api"]["tmpfs"]
        places = {
            PYTHON: sys.base_prefix,
            PACKAGES: sysconfig.get_path("purelib"),
            TREE: str(ROOT),
            SECRETS: str(self.secrets),
            EXPORT: str(self.export),
        }
        steps = ["mount --make-rprivate /", "mount -t tmpfs tmpfs /mnt"]
        steps += [f"mkdir {at} && mount --bind {shlex.quote(source)} {at}" for at, source in places.items()]
        steps += [f"mkdir /mnt/state && mount --bind {shlex.quote(str(self.state))} /mnt/state"]
        steps += ["mount -t tmpfs tmpfs /var/lib", f"mkdir {STATE} && mount --bind /mnt/state {STATE}"]
        steps += [f"mount -t tmpfs -o mode=1777 tmpfs {at}" for at in tmpfs]
        steps += [f"mount -o remount,bind,ro {at}" for at in (*places, "/mnt", "/var/lib", "/")]
        kept = {key: value for key, value in environment().items() if key != "PATH"}
        kept |= {
            "LD_LIBRARY_PATH": f"{PYTHON}/lib",
            "PYTHONPATH": f"{TREE}:{PACKAGES}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": STATE,
        }
        drop = ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", "--no-new-privs"]
        drop += ["--inh-caps=-all", "--bounding-set=-all", "--ambient-caps=-all"]
        run = ["env", "-C", STATE, "-i", *(f"{key}={value}" for key, value in kept.items()), "PYTHONUNBUFFERED=1"]
        run += ["PYTHONIOENCODING=utf-8", *inside]
        return ["unshare", "--mount", "sh", "-ec", "\n".join([*steps, "exec " + shlex.join([*drop, *run])])]

    def tried(self) -> Iterator[tuple[str, bool]]:
        """What must hold, and whether it does, one after the other."""
        python = f"{PYTHON}/bin/python3"
        baodian = (python, "-m", "graph_api.cli")
        yield "the root cannot be written", not self._does("touch", "/x")
        yield "the program's own folder cannot be written", not self._does("touch", f"{TREE}/x")
        yield "/tmp and the state folder can", self._does("touch", "/tmp/x", f"{STATE}/x")  # noqa: S108 (the box's own)
        yield "its own secret is readable", self._does("cat", f"{SECRETS}/neo4j_password")
        yield "another's secret is not", not self._does("cat", f"{SECRETS}/neo4j_auth")
        yield "files are loaded", self._does(*baodian, "load", EXPORT, told=True)
        program, verb, *more = instruction("CMD")
        assert program == "baodian"
        # as in the image, but for where it listens
        where = [{"0.0.0.0": "127.0.0.1", "8000": "0"}.get(each, each) for each in more]  # noqa: S104
        with running(self.command(*baodian, verb, *where), dict(os.environ), self.state) as server:
            check = [each.replace("http://127.0.0.1:8000", server.address) for each in instruction("HEALTHCHECK")[1:]]
            yield "the health check holds", self._does(python, *check, told=True)
            yield "a question is answered", _names(server.address) == ["站"]
        left = {path.name for path in self.state.iterdir()}
        yield "a stop leaves the store and its snapshot", left >= {"baodian.db", "baodian.db.snapshot"}

    def _does(self, *inside: str, told: bool = False) -> bool:
        """Whether a command in the sandbox ends well; `told` shows what it said where it does not."""
        done = subprocess.run(self.command(*inside), capture_output=True, text=True, check=False, timeout=300)
        if told and done.returncode:
            console.print(done.stdout + done.stderr)
        return done.returncode == 0


def _names(address: str) -> list[str]:
    answer = httpx.post(
        f"{address}/graphql", json={"query": '{ node(id: "S") { ... on Substation { name } } }'}, timeout=20
    )
    return [answer.json()["data"]["node"]["name"]]


if __name__ == "__main__":
    sys.exit(main())
