"""The practice page in a real browser: somebody joins, waits, and types what would do harm if it were not text."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.practice.phones import NUMBERS
from tests.e2e.service import Service
from tests.fakes.waiting import DEADLINE
from tests.practice.conftest import CONTENT

expect.set_options(timeout=1000 * DEADLINE)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HARM = ("<b onclick=x>Sam</b>", '<script>document.title = "owned"</script>', '<img src="x" onerror="document.title=1">')

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on PATH: install it to try the page in a browser"),
]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the content that ships, to save changes in."""
    return Path(shutil.copytree(CONTENT, tmp_path_factory.mktemp("practice") / "content"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(content: Path) -> AsyncIterator[Service]:
    """A real service in practice mode; every page is a phone of its own on it."""
    settings = {"DATABASE_URL": f"sqlite:///{content.parent / 'practice.db'}", "CONTENT_DIR": str(content)}
    found = Service(settings, content.parent)
    try:
        await found.starts()
        yield found
    finally:
        assert await found.stops() == 0


@pytest.fixture(scope="module")
def unused() -> Iterator[str]:
    """The phones that nobody has texted from."""
    return iter(NUMBERS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        await found.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(service: Service, browser: Browser, unused: Iterator[str]) -> AsyncIterator[Page]:
    """The page, to somebody who has never seen it; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    opened = await browser.new_page(viewport={"width": 320, "height": 640})
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    await opened.goto(f"{service.url}/practice")
    await opened.get_by_label("Which phone").select_option(next(unused))
    yield opened
    await opened.close()
    assert complaints == []


async def texts(page: Page, *words: str) -> None:
    for each in words:
        await page.get_by_label("Your message").fill(each)
        await page.keyboard.press("Enter")
        await expect(page.locator(".mine .words").last).to_have_text(each)


async def hears(page: Page, fragment: str) -> None:
    await expect(page.locator(".theirs").filter(has_text=fragment).last).to_be_visible()


async def test_somebody_joins_by_typing_and_time_goes_on(page: Page) -> None:
    await expect(page.locator("#empty")).to_be_visible()
    await texts(page, "hello")
    await hears(page, "18 or over")
    await expect(page.locator(".theirs .note").last).to_contain_text("1 part, 4p")
    await texts(page, "y", "y", *HARM[:1], "skip", "y", "mon 10am", "y", "any", "n")
    await hears(page, f"all set, {HARM[0]}")
    await texts(page, "CHECKIN")
    await hears(page, "how are things today")
    await page.get_by_role("button", name="+24 hours").click()
    await hears(page, "No rush")
    await expect(page.locator("#moved")).to_contain_text("The clock has moved on")
    await page.get_by_role("button", name="Until the next thing happens").click()
    await expect(page.locator(".theirs:not([data-state=sent])")).to_have_count(0)


async def test_somebody_joins_by_tapping(page: Page) -> None:
    await page.get_by_role("radio", name="Telegram").check()
    await texts(page, "hello")
    await page.locator("#log").get_by_role("button", name="Yes").click()
    await expect(page.locator(".mine .words").last).to_have_text("Yes")
    await hears(page, "OK to start?")
    await page.locator("#log").get_by_role("button", name="Yes").last.click()
    await hears(page, "What shall I call you")
    await page.reload()
    await hears(page, "What shall I call you")  # the address keeps the phone


async def test_what_looks_like_a_page_stays_text(page: Page) -> None:
    title = await page.title()
    await texts(page, *HARM)
    assert await page.locator("#log :is(script, img, b)").count() == 0
    assert await page.title() == title


async def test_it_fits_a_narrow_screen_and_is_worked_from_the_keyboard(page: Page) -> None:
    await texts(page, "hello", "a" * 400)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    small = await page.evaluate(
        """[...document.querySelectorAll("button, select, textarea, .looks span")].filter((each) =>
             each.getClientRects().length && each.getBoundingClientRect().height < 43).map((each) => each.outerHTML)"""
    )
    assert small == []  # a thumb needs about 44 pixels
    await page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(16):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert reached >= {"text", "Send", "phone", "log", "+1 hour", "+24 hours", "Until the next thing happens"}
    assert reached >= {"flow", "map"}


async def test_a_save_is_seen_at_once_and_a_broken_one_says_what_to_mend(page: Page, content: Path) -> None:
    await page.evaluate("window.loaded = 'once'")
    await expect(page.locator("#map li").first).to_contain_text("check-in: One open question")
    log = page.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "off")
    await texts(page, "hello")
    await expect(log).to_have_attribute("aria-live", "polite")  # only what is new is read out
    here = page.locator("#map [aria-current=step]")
    await expect(here).to_contain_text("18 or over")  # the map follows the phone
    foot = "here => here.offsetTop + here.offsetHeight <= here.parentNode.scrollTop + here.parentNode.clientHeight"
    assert await here.evaluate(foot)
    menu = content / "flows" / "menu.yaml"
    was = menu.read_text(encoding="utf-8")
    menu.write_text(was.replace("- say:", "- sya:", 1), encoding="utf-8")
    saved = page.locator("#saved")
    await expect(saved).to_contain_text("flows/menu.yaml, line")
    await expect(saved).to_contain_text("say")
    menu.write_text(was.replace("- say: ", "- say: Ahoy. ", 1), encoding="utf-8")
    await expect(saved).to_be_hidden(timeout=20_000)
    await expect(page.locator("#news")).to_have_text("Your change is live here.")
    await expect(page.locator("#before")).to_be_visible()  # the talk goes on as it began
    await page.get_by_label("Which flow to show").select_option("menu")
    await expect(page.locator("#map")).to_contain_text("Ahoy.")
    await texts(page, "i want to end my life tonight")
    await expect(page.locator("#alerts .crisis")).to_contain_text("open since")
    assert await page.evaluate("window.loaded") == "once"
