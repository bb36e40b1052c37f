"""Honest code that is hard on a sandbox works in one."""

from __future__ import annotations

import os

import pytest

from tests.autograde.sandbox.attacking import need
from tests.autograde.sandbox.rooms import run_in_rooms
from tests.ordinary import Ordinary

ANYWHERE = {
    "files": """
        import pathlib, shutil, sqlite3, tempfile
        pathlib.Path("notes").touch()
        shutil.copy2("notes", "copy")
        pathlib.Path("folder/inner").mkdir(parents=True)
        shutil.copytree("folder", "other")
        pathlib.Path("copy").rename("folder/copy")
        with tempfile.NamedTemporaryFile() as file: file.write(b"x")
        with sqlite3.connect("shop.db") as shop: shop.execute("create table item (name)")
        pathlib.Path.home().joinpath(".config").mkdir()
        print("done")
    """,
    "subprocess": """
        import subprocess, sys
        assert subprocess.run(["sh", "-c", "echo inner"], capture_output=True, text=True).stdout == "inner\\n"
        subprocess.run([sys.executable, "-c", "import ssl, zoneinfo; zoneinfo.ZoneInfo('Asia/Tokyo')"], check=True)
        print("done")
    """,
    "threads": """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(10) as pool: assert sum(pool.map(abs, range(-20, 0))) == 210
        print("done")
    """,
    "asyncio": """
        import asyncio
        async def main():
            process = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
            assert (await process.communicate(b"hello"))[0] == b"hello"
        asyncio.run(main())
        print("done")
    """,
    "identity": """
        import getpass, pwd, os, socket, pathlib
        assert getpass.getuser() == "student"
        assert os.geteuid() != 0
        assert os.access(pathlib.Path.home(), os.W_OK)
        print("done")
    """,
}

WITH_A_NETWORK = {
    "servers": """
        import socket, threading, urllib.request
        from http.server import BaseHTTPRequestHandler, HTTPServer
        class Shop(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.end_headers(); self.wfile.write(b"open")
            def log_message(self, *words): pass
        for address in ("127.0.0.1", "localhost"):
            with HTTPServer((address, 0), Shop) as server:
                threading.Thread(target=server.handle_request).start()
                said = urllib.request.urlopen(f"http://{address}:{server.server_port}/", timeout=5).read()
                assert said == b"open"
        assert socket.getaddrinfo(socket.gethostname(), None)
        print("done")
    """,
    "processes": """
        import multiprocessing
        from multiprocessing.shared_memory import SharedMemory
        with multiprocessing.Pool(2) as pool: assert pool.map(abs, [-1, -2]) == [1, 2]
        memory = SharedMemory(create=True, size=100); memory.close(); memory.unlink()
        print("done")
    """,
    "ending a child": """
        import subprocess
        child = subprocess.Popen(["sleep", "60"])
        child.terminate()
        assert child.wait(10) == -15
        print("done")
    """,
    "terminals": """
        import os, pty
        pid, terminal = pty.fork()
        if pid == 0: os.execvp("sh", ["sh", "-c", "tty"])
        assert b"/dev/pts/" in os.read(terminal, 100)
        print("done")
    """,
    "fixed places": """
        import pathlib
        pathlib.Path("/tmp/orders.db").write_text("1")
        assert pathlib.Path("/proc/self/status").read_text()
        assert pathlib.Path("/dev/null").write_text("x")
        print("done")
    """,
}


def dedented(code: str) -> str:
    lines = code.strip("\n").splitlines()
    return "\n".join(line[8:] for line in lines)


PLACES = [("namespaces", False), ("bubblewrap", False)] + ([("namespaces", True)] if os.geteuid() == 0 else [])


@pytest.mark.parametrize(("backend", "as_root"), PLACES)
def test_honest_work_in_namespaces(backend: str, as_root: bool, user: Ordinary) -> None:
    need(backend, as_root)
    codes = [dedented(code) for code in (ANYWHERE | WITH_A_NETWORK).values()]
    said = run_in_rooms(backend, *codes, user=None if as_root else user)
    assert said.split() == ["done"] * len(codes)


@pytest.mark.parametrize("as_root", [True, False] if os.geteuid() == 0 else [False])
def test_honest_work_with_rules_alone(as_root: bool, user: Ordinary) -> None:
    need("landlock", as_root)
    codes = [dedented(ANYWHERE[name]) for name in ANYWHERE]
    said = run_in_rooms("landlock", *codes, user=None if as_root else user)
    assert said.split() == ["done"] * len(codes)
