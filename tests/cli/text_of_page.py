#!/usr/bin/env python3
"""The text of an HTML page, a line for each block or row, cells between bars; what is in a style or a plot left out."""

import html.parser
import sys

BLOCKS = {"h1", "h2", "h3", "p", "li", "tr", "div"}


class Text(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.lines, self.line, self.hidden, self.open = [], "", 0, []

    def end_line(self):
        words = " ".join(self.line.split()).strip("| ")
        if words:
            self.lines.append(words)
        self.line = ""

    def handle_starttag(self, tag, attributes):
        if tag == "meta":
            return
        self.open.append(tag)
        if tag in ("style", "svg", "title"):
            self.hidden += 1
        if tag in BLOCKS:
            self.end_line()
        if tag in ("h1", "h2", "h3"):
            self.line = "#" * int(tag[1]) + " "
        if tag in ("th", "td", "dd"):
            self.line += " | "

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            sys.exit(f"</{tag}> closes nothing")
        if tag in ("style", "svg", "title"):
            self.hidden -= 1
        if tag in BLOCKS:
            self.end_line()

    def handle_data(self, data):
        if not self.hidden:
            self.line += data


text = Text()
text.feed(open(sys.argv[1], encoding="utf-8").read())
text.close()
text.end_line()
if text.open:
    sys.exit(f"not closed: {text.open}")
print("\n".join(text.lines))
