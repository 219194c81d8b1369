"""Opens the product in a real browser; a violation, a script error or a request that leaves the host fails the test."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

PICTURES = Path(os.environ.get("PICTURES", settings.BASE_DIR / "test-results" / "pictures"))
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
AXE = Path(settings.BASE_DIR / "tests" / "vendor" / "axe" / "axe.min.js")
_SERIOUS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter((found) => ["serious", "critical"].includes(found.impact))
  .flatMap((found) => found.nodes.map((node) => `${found.id}: ${found.help}: ${node.html.slice(0, 200)}`
    + ` (${node.any.concat(node.all).map((check) => check.message).join("; ")})`))"""
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and os.environ.get("CI"):
        pytest.fail("Chromium is missing: .ci/run installs it; on Debian `apt-get install chromium`.")
    if found is None:
        pytest.skip("No Chromium here: install it to run the browser tests.")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for the session."""
    path = _chromium()
    # Playwright's synchronous driver owns an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass(slots=True)
class Visit:
    """A page together with everything wrong that it did."""

    page: Page
    address: str
    wrongs: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open `path` of the product and wait until the network is quiet."""
        self.page.goto(self.address + path, wait_until="networkidle")

    def log_in(self, username: str, password: str) -> None:
        """Log in through the page that everybody sees first."""
        self.open("/admin/login/?next=/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_load_state("networkidle")

    def picture(self, name: str) -> None:
        """Take the page's picture at desktop and at phone width."""
        for size, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}-{size}.png", full_page=True)

    def axe(self) -> None:
        """Fail on anything that axe-core calls serious or critical, at desktop and at phone width.

        Call it where you take a picture: it looks at the page as it stands, open dialogs included.
        """
        self.page.evaluate(AXE.read_text())
        for width, height in SIZES.values():
            self.page.set_viewport_size({"width": width, "height": height})
            assert self.page.evaluate(_SERIOUS) == []
        self.page.set_viewport_size(dict(zip(("width", "height"), SIZES["desktop"], strict=True)))

    def darken(self, *, dark: bool = True) -> None:
        """Show the page as somebody sees it whose device is set to dark (or again to light)."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.reload(wait_until="networkidle")


def _watch(visit: Visit, context: BrowserContext) -> None:
    context.on("request", lambda r: visit.wrongs.append(f"left the host: {r.url}") if _leaves(visit, r.url) else None)
    visit.page.on("console", lambda m: visit.wrongs.append(f"console: {m.text}") if m.type == "error" else None)
    visit.page.on("pageerror", lambda e: visit.wrongs.append(f"script: {e}"))


def _leaves(visit: Visit, url: str) -> bool:
    return not url.startswith((visit.address, "data:", "blob:"))


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Visit the running product; afterwards nothing wrong may have happened."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    seen = Visit(context.new_page(), live_server.url)
    _watch(seen, context)
    yield seen
    context.close()
    assert seen.wrongs == []
