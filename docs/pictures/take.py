"""Takes the pictures of the documentation from a running demonstration, each small enough to load at once.

.venv/bin/python docs/pictures/take.py http://localhost:8000 [NAME …]
"""

import io
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

HERE = Path(__file__).parent
DESKTOP = ViewportSize(width=1280, height=860)
PHONE = ViewportSize(width=390, height=844)
_LARGEST = 150_000


def _open(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")


def _first(page: Page, address: str, path: str) -> None:
    """Open the first thing of a list."""
    _open(page, address + path)
    page.locator("table[data-rows] a.link").first.click()
    page.wait_for_load_state("networkidle")


def _why(page: Page, address: str) -> None:
    """Open the decision of a split order."""
    _first(page, address, "/orders/?view=split")
    # Below the bar that stays at the top.
    page.evaluate("document.getElementById('decision-1').style.scrollMarginTop = '72px'")
    page.evaluate("document.getElementById('decision-1').scrollIntoView()")


def _phone(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    _first(page, address, "/orders/?view=split")
    page.evaluate("window.scrollTo(0, 0)")


#: What is on each picture, and how to get there.
PICTURES: Mapping[str, Callable[[Page, str], None]] = {
    "today": lambda page, address: _open(page, f"{address}/"),
    "orders": lambda page, address: _open(page, f"{address}/orders/"),
    "workbench": lambda page, address: _open(page, f"{address}/workbench/"),
    "sku": lambda page, address: _first(page, address, "/stock/"),
    "node": lambda page, address: _first(page, address, "/nodes/"),
    "rules": lambda page, address: _open(page, f"{address}/configuration/policy/one/retail/"),
    "order-why": _why,
    "order-phone": _phone,
}


def _log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/login/?next=/nodes/")
    page.get_by_label("Username").fill("omar")
    page.get_by_label("Password").fill("omar-demo")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state("networkidle")


def _keep(name: str, picture: bytes) -> None:
    """Write the picture with at most 256 colors: pages have few, and the file is a third of what it was."""
    small = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        small, "PNG", optimize=True
    )
    if small.tell() > _LARGEST:
        sys.exit(f"{name}.png has {small.tell()} bytes, more than {_LARGEST}.")
    (HERE / f"{name}.png").write_bytes(small.getvalue())


def main() -> None:
    """Take every picture, or those that the command line names, in the browser that the machine has."""
    address, *names = sys.argv[1:]
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=DESKTOP)
        _log_in(page, address.rstrip("/"))
        for name in names or PICTURES:
            page.set_viewport_size(DESKTOP)
            PICTURES[name](page, address.rstrip("/"))
            _keep(name, page.screenshot())
        browser.close()


if __name__ == "__main__":
    main()
