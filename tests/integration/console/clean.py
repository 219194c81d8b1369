"""What a browser's check for blind people says of a page's HTML without a browser: names, labels, ids, pictures."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

_NAMED = ("aria-label", "aria-labelledby", "title")
_TYPED = {"input", "select", "textarea"}
_VOID = {"input", "img", "br", "hr", "meta", "link", "use", "path", "circle", "rect", "polyline", "polygon"}


class Looked(HTMLParser):
    """Reads a page; `wrongs` are its controls without a name, ids that stand twice, and pictures without words."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._labelled: set[str] = set()
        self._typed: list[tuple[str, bool]] = []
        self._ids: Counter[str] = Counter()
        self._nameless: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element is called and what calls others."""
        told = {name: value or "" for name, value in attrs}
        if "hidden" in told or told.get("aria-hidden") == "true":
            told["title"] = "nobody is shown it"
        self._ids.update([told["id"]] if told.get("id") else [])
        if tag == "label" and told.get("for"):
            self._labelled.add(told["for"])
        if tag in _TYPED and told.get("type") not in {"hidden", "submit"}:
            within = any(name == "label" for name, _told, _words in self._open)
            named = within or any(told.get(name) for name in _NAMED)
            self._typed.append((told.get("id") or f"{tag} {told.get('name')}", named))
        if tag == "img" and "alt" not in told:
            self._nameless.append(f"img {told.get('src')}")
        if tag not in _VOID:
            self._open.append((tag, told, []))

    def handle_data(self, data: str) -> None:
        """Give the words to everything that they stand in."""
        if data.strip():
            for _tag, _told, words in self._open:
                words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Ask of a button or a link that ends whether it said what it is."""
        while self._open:
            name, told, words = self._open.pop()
            if name in {"a", "button"} and not words and not any(told.get(one) for one in _NAMED):
                self._nameless.append(f"{name} {told}")
            if name == tag:
                return

    def wrongs(self) -> Iterator[str]:
        """Yield each thing that is wrong."""
        yield from (f"no name: {one}" for one in self._nameless)
        yield from (f"no label: {one}" for one, named in self._typed if not named and one not in self._labelled)
        yield from (f"twice: id {one}" for one, times in self._ids.items() if times > 1)


def wrongs(body: str) -> set[str]:
    """Return what is wrong with a page."""
    page = Looked()
    page.feed(body)
    return set(page.wrongs())
