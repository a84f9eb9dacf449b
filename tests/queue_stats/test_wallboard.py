"""The wallboard in a real browser: its figures move while calls do, and it says when it is not to be believed."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from asterisk_conf.tools import tool
from tests.queue_stats.office import TOKENS, Office
from tests.queue_stats.switchboard import event

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A browser's page; a script's error or a refused resource fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=tool("chromium")[0], args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if "Content Security" in told.text else None)
        yield page
        await browser.close()
    assert complaints == []


async def opened(page: Page, office: Office) -> None:
    await page.goto(f"{office.address}/#token={TOKENS['supervisor']}")
    await expect(page.locator("#offered")).to_have_text("0")


async def test_figures_move_while_calls_do(page: Page, office: Office) -> None:
    await opened(page, office)
    assert "token" not in page.url
    await expect(page.locator("#notice")).to_be_hidden()
    await expect(page.locator("#agents")).to_contain_text("没有座席签入")
    await office.switchboard.say(event("QueueMemberAdded", Queue="changsha", MemberName="1001", Status="1", Paused="0"))
    await expect(page.locator("#agents li")).to_have_class("ready")
    await office.happens("entered", "joined", "rang")
    await expect(page.locator("#waiting-count")).to_have_text("1")
    row = page.locator("#waiting li")
    await expect(row).to_contain_text("长沙")
    await expect(row).to_contain_text("正在振铃 1001")
    await expect(row.locator("b")).to_have_text("0:02")  # it ticks
    await office.happens("answered")
    await expect(page.locator("#waiting-count")).to_have_text("0")
    await expect(page.locator("#answered")).to_have_text("1")
    await expect(page.locator("#level")).to_have_text("100%")
    await office.happens("completed", "left", "ended")
    await office.happens("entered", "joined", "abandoned", "left", "ended", call="2.2", queue="yueyang")
    await expect(page.locator("#lost")).to_have_text("1")
    await expect(page.locator("#loss-rate")).to_have_text("呼损率 50.0%")
    await expect(page.locator("#lost-figure")).to_have_class("figure alarm")
    await page.locator("#centre").select_option("changsha")
    await expect(page.locator("#lost")).to_have_text("0")
    await expect(page.locator("#offered")).to_have_text("1")


async def test_it_says_since_when_asterisk_is_not_heard(page: Page, office: Office) -> None:
    await opened(page, office)
    await office.switchboard.close()
    await expect(page.locator("#notice")).to_contain_text("收不到话务平台的消息，自")
    await expect(page.locator("body")).to_have_class("stale")
    await office.switchboard.open()
    await expect(page.locator("#notice")).to_be_hidden()


async def test_without_the_stream_it_asks_again_and_again(page: Page, office: Office) -> None:
    await page.add_init_script("window.WebSocket = class { constructor() { setTimeout(() => this.onclose()); } };")
    await opened(page, office)
    await office.happens("entered", "joined")
    await expect(page.locator("#waiting-count")).to_have_text("1")


async def test_the_token_is_asked_for_and_a_wrong_one_refused(page: Page, office: Office) -> None:
    await page.goto(f"{office.address}/")
    token = page.locator("#token")
    await token.fill("wrong")
    await token.press("Enter")
    await expect(page.locator("#login-error")).to_have_text("这个令牌无效。")
    await token.fill(TOKENS["ops"])
    await token.press("Enter")
    await expect(page.locator("#offered")).to_have_text("0")
    await page.reload()
    await expect(page.locator("#offered")).to_have_text("0")
    assert await page.evaluate("localStorage.length + document.cookie.length") == 0


async def test_nothing_is_cut_off_on_common_screens(page: Page, office: Office) -> None:
    for number in range(12):
        fields = {
            "Queue": "changsha",
            "MemberName": f"10{number:02}",
            "Status": "1",
            "Paused": "1",
            "PausedReason": "午餐",
        }
        await office.switchboard.say(event("QueueMemberAdded", **fields))
    await opened(page, office)
    await expect(page.locator("#agents li")).to_have_count(12)
    for width, height in ((1920, 1080), (1366, 768), (3840, 2160), (1280, 1024)):
        await page.set_viewport_size({"width": width, "height": height})
        wide = await page.evaluate(
            "[...document.querySelectorAll('.figure')].filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
        )
        assert wide == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")


async def test_who_was_not_satisfied_is_seen_at_once(page: Page, office: Office) -> None:
    await opened(page, office)
    rated = {"UserEvent": "HotlineRated", "CallId": "1763863200.7", "Agent": "1001", "Rating": "3"}
    await office.switchboard.say(event("UserEvent", **rated, Why=""))
    await expect(page.locator("#low li")).to_contain_text("不满意 1001")
    await office.switchboard.say(event("UserEvent", **rated, Why="wait"))
    await expect(page.locator("#low li")).to_have_count(1)
    await expect(page.locator("#low li")).to_contain_text("等候太久")
