"""Takes the pictures of the documentation from a running demonstration.

.venv/bin/python docs/pictures/take.py http://localhost:8000
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


def _log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/login/?next=/")
    page.get_by_label("Username").fill("omar")
    page.get_by_label("Password").fill("omar-demo")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state("networkidle")


def _take(page: Page, name: str) -> None:
    page.screenshot(path=HERE / f"{name}.png")


def take(page: Page, address: str) -> None:
    """Take every picture: the day, the list, and a split order's decision, at desktop and at phone width."""
    _log_in(page, address)
    _take(page, "today")
    page.goto(f"{address}/orders/", wait_until="networkidle")
    _take(page, "orders")
    page.goto(f"{address}/orders/?view=split", wait_until="networkidle")
    page.locator("table[data-rows] a.link").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("#decision-1").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('decision-1').scrollIntoView()")
    _take(page, "order-why")
    page.set_viewport_size(PHONE)
    page.evaluate("window.scrollTo(0, 0)")
    _take(page, "order-phone")


def main() -> None:
    """Open the browser that the machine has."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        take(browser.new_page(viewport=DESKTOP), sys.argv[1].rstrip("/"))
        browser.close()


if __name__ == "__main__":
    main()
