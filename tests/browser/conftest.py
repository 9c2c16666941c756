"""A served edition and a real browser that keeps watch over its pages."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test.utils import override_settings

from tests.browser.edition_fixture import write_edition

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "static" / "build" / "atlas" / "map_page.js"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Both are Debian's Chromium; the one without windows has none to open for every test.
BROWSERS = ("chromium-headless-shell", "chromium")
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Quiet(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log_message(self, format, *args) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="session")
def editions(tmp_path_factory) -> Path:
    """Two invented cities; the second has no base map."""
    folder = tmp_path_factory.mktemp("editions")
    write_edition(folder)
    write_edition(folder, slug="plain", invented=False, ground=False)
    return folder


@pytest.fixture(scope="session")
def address(editions):
    """Serve the pages of the invented city; answer their address."""
    if not BUILT.is_file():
        pytest.fail(f"{BUILT.relative_to(ROOT)} is missing: run `npm run build`")
    with override_settings(ATLAS_EDITIONS=editions, ATLAS_HOME="sepidar", ALLOWED_HOSTS=["*"]):
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.daemon_threads = True
        server.set_app(StaticFilesHandler(get_wsgi_application()))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Debian's own browser, asking nothing of anyone; skip plainly where there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip("no chromium: install it or name it in CHROMIUM")
    flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    return {"executable_path": found, "args": flags}


@dataclass
class Watch:
    """What a page complained of, and whom it asked."""

    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def over(self, page) -> None:
        """Listen to a page."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _hear(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture
def visit(browser, address):
    """Open pages; at the end none may have complained or asked another host."""
    watch = Watch()
    contexts = []

    def open_page(path, *, size=DESKTOP, theme="light", before=None, until="load", **options):
        context = browser.new_context(
            viewport=size,
            color_scheme=theme,
            timezone_id="Asia/Tehran",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        if before:
            before(page)
        page.goto(address + path, wait_until=until)
        is_whole = until == "load" and options.get("java_script_enabled", True)
        if is_whole and page.locator("[data-map]").count():
            page.wait_for_selector("[data-map][data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    hosts = {host for host in watch.hosts if host}
    assert watch.complaints == []
    assert hosts <= {urlsplit(address).netloc}


@pytest.fixture(scope="session")
def faults_of():
    """Answer what axe finds wrong on a page."""
    script = AXE.read_text(encoding="utf-8")

    def run(page) -> list[str]:
        page.evaluate(script)
        found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
        return [
            f"{fault['id']}: {node['html'][:160]}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    return run
