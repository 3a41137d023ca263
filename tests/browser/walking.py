"""Walking a page of the handbook: every step as it is written, every word on it seen, pictures."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

HANDBOOK = Path(__file__).parents[2] / "docs" / "handbook"
PICTURES = HANDBOOK.parent / "images" / "handbook"
TAKING = os.environ.get("TUBAN_PICTURES") == "1"
"""Whether the pictures are taken anew; otherwise only their being there is looked after."""

MOST_BYTES, MOST_ALTOGETHER = 150_000, 3_000_000
_COLOURS = 128
_QUOTED = re.compile(r"“([^”]+)”")
_PICTURE = re.compile(r"\.\./images/handbook/([\w-]+)\.png")
_SEEN = """() => {
  const words = [document.body.textContent];
  for (const e of document.querySelectorAll('[placeholder],[aria-label],[title]'))
    words.push(e.placeholder, e.getAttribute('aria-label'), e.title);
  return words.filter(Boolean).join('\\n');
}"""


class Walk:
    """One post's way through its page."""

    def __init__(self, page: Page, url: str, name: str) -> None:
        self.page, self.url, self.name = page, url, name
        self.text = (HANDBOOK / f"{name}.md").read_text("utf-8")
        self._seen: list[str] = []
        self._taken: list[str] = []

    def sign_in(self, username: str, password: str) -> None:
        """From the front door, through the form."""
        self.page.goto(self.url)
        self.look()
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("口令").fill(password)
        self.press("登录")

    def go(self, entry: str) -> None:
        """An entry of the main navigation."""
        self.page.get_by_role("navigation", name="主导航").get_by_role("link", name=entry).click()
        self.page.wait_for_load_state()
        self.look()

    def press(self, button: str, *, exact: bool = True) -> None:
        """A button, by its name or by what that begins with."""
        self.page.get_by_role("button", name=button, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, link: str, *, exact: bool = True) -> None:
        """A link, by its name or by what that begins with."""
        self.page.get_by_role("link", name=link, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self, picture: str | None = None) -> None:
        """Remembers every word in view, and takes the picture the page of the handbook shows."""
        expect(self.page.locator("body")).to_be_visible()
        self._seen.append(self.page.evaluate(_SEEN))
        if picture is not None:
            self._taken.append(picture)
            if TAKING:
                take(self.page, PICTURES / f"{picture}.png")

    def end(self) -> None:
        """What the page names was seen; what it shows was taken, in that order."""
        seen = _squeezed("\n".join(self._seen))
        named = [words for words in _QUOTED.findall(self.text) if _squeezed(words) not in seen]
        assert named == [], f"{self.name}.md names what no page of the way shows: {named}"
        assert _PICTURE.findall(self.text) == self._taken
        assert [p for p in self._taken if not (PICTURES / f"{p}.png").exists()] == []


def _squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words)


def take(page: Page, path: Path) -> None:
    """The window as a PNG of few colours."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(700)  # what moves comes to rest
    content: bytes = page.screenshot(animations="disabled")
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(content)) as whole:
        few = whole.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        few.save(path, optimize=True)


def pictures_of(pages: list[Path]) -> dict[str, Any]:
    """Names of the pictures that the pages show, with the page that shows each."""
    return {name: page.name for page in pages for name in _PICTURE.findall(page.read_text("utf-8"))}
