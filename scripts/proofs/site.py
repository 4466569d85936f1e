"""Collects the pages of the documentation site from the repository, and verifies the built site. Run by scripts/site.

    site.py FOLDER            copies the pages to FOLDER, with the links as the site needs them
    site.py --verify FOLDER   fails at a link of the built site in FOLDER that leads nowhere
"""

import html.parser
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
# The pages that are not in docs/, by their names on the site.
OTHERS = {
    "index.md": "README.md",
    "ja.md": "README.ja.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "examples.md": "examples/README.md",
}
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def collect(target):
    pages = {Path(path): name for name, path in OTHERS.items()}
    for page in sorted((ROOT / "docs").glob("*.md")):
        pages[page.relative_to(ROOT)] = page.name
    folder = target / "pages"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "site/mkdocs.yml", target)
    for picture in (ROOT / "docs").glob("*.svg"):
        shutil.copy(picture, folder)
    for path, name in pages.items():
        (folder / name).write_text(with_links(path, pages))


def with_links(path, pages):
    """Returns a page whose links lead to the site, or to the repository."""

    def link(found):
        picture, text, address = found.groups()
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            return found[0]
        file = Path(os.path.normpath(path.parent / unquote(parts.path)))
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if not (ROOT / file).exists():
            sys.exit(f"{path}: {address} leads nowhere")
        if file in pages:
            return f"[{text}]({pages[file]}{fragment})"
        if picture or file.suffix == ".svg":
            return f"{picture}[{text}]({file.name})"
        # Without a repository, its files have no address.
        return f"[{text}]({REPOSITORY}/blob/main/{file.as_posix()}{fragment})" if REPOSITORY else text

    # Code is not rewritten.
    parts = re.split(r"(^```.*?^```$)", (ROOT / path).read_text(), flags=re.DOTALL | re.MULTILINE)
    return "".join(part if part.startswith("```") else LINK.sub(link, part) for part in parts)


class Page(html.parser.HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, file):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(file.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.anchors.add(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])


def verify(folder):
    pages = {file: Page(file) for file in folder.rglob("*.html")}
    dead = []
    for file, page in pages.items():
        if file.name == "404.html":
            continue
        for address in page.links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            target = target / "index.html" if target.is_dir() else target
            if not target.exists():
                dead.append(f"{file.relative_to(folder)}: {address}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                dead.append(f"{file.relative_to(folder)}: {address} (no such anchor)")
    if dead:
        sys.exit("dead links:\n" + "\n".join(dead))
    print(f"{len(pages)} pages, no dead link")


REPOSITORY = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"].get("repository", "").removesuffix("/")

if sys.argv[1] == "--verify":
    verify(Path(sys.argv[2]))
else:
    collect(Path(sys.argv[1]))
