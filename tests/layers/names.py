#!/usr/bin/env python3
"""Checks that a name leads to one thing, in lib/ and cli/.

    names.py ROOT          prints every violation below ROOT, exits 1 when there is one
    names.py --self-test   plants violations of each kind and fails unless every one is found

A class, struct or enumeration of a namespace has a name that none of another room has, also where both are local to a
source. What a header declares, the source of the same name beside it defines; the public headers are chapters, and are
left out. Both go by the form that clang-format gives to the sources.
"""

import collections
import pathlib
import re
import sys
import tempfile

TYPE = re.compile(r"^(?:class|struct|enum class|enum)\s+(?:REKEY_\w+\s+)?(\w+)\s*(?:final\s*)?(?::[^;{]*)?\{", re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
# A declaration that begins in the first column, up to its semicolon; what has a body, or is no function, does not match.
DECLARED = re.compile(r"^(?!using|typedef|template|static_assert|constexpr|inline|public:|protected:|private:|class|struct|enum|#)[\w:\[\]][^;{}()=]*?\b(\w+)\([^;{}]*;", re.MULTILINE)
SOURCES = {".cpp", ".hpp"}


def room_of(path):
    """The room of a file below lib/ or cli/."""
    parts = path.parts
    return "cli" if parts[0] == "cli" else parts[3] if parts[1] == "include" else parts[1]


def texts_below(root):
    """Every source and header without its comments."""
    for folder in ("lib", "cli"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SOURCES and len(path.relative_to(root).parts) > (2 if folder == "lib" else 1):
                yield path.relative_to(root), COMMENT.sub("", path.read_text(encoding="utf-8"))


def judge_types(texts):
    """Type names that more than one room has."""
    found = collections.defaultdict(dict)
    for path, text in texts.items():
        for name in TYPE.findall(text):
            found[name].setdefault(room_of(path), path)
    for name, rooms in sorted(found.items()):
        if len(rooms) > 1:
            yield f"{name} is a type of {' and '.join(str(path) for path in rooms.values())}"


def judge_headers(texts):
    """Functions that a header declares, and the source of its name does not define."""
    for path, text in texts.items():
        if path.suffix != ".hpp" or "include" in path.parts:
            continue
        source = texts.get(path.with_suffix(".cpp"), "")
        for name in dict.fromkeys(DECLARED.findall(text)):
            if not re.search(rf"^[^\s#}}].*\b{name}\(", source, re.MULTILINE):
                yield f"{path}: {name} is not defined in {path.with_suffix('.cpp').name}"


def violations_in(root):
    texts = dict(texts_below(root))
    yield from judge_types(texts)
    yield from judge_headers(texts)


# Each: files with their content, and the violation that must be found in them (None: they are sound).
PLANTED = [
    ({"lib/store/a.hpp": "struct Row {", "lib/tenants/b.cpp": "class Row : public Base {"}, "Row is a type of"),
    ({"lib/include/rekey/store/a.hpp": "enum class Kind {", "cli/b.cpp": "struct REKEY_EXPORT Kind {"}, "Kind is a type"),
    ({"lib/store/a.hpp": "struct Row {", "lib/store/b.cpp": "struct Row;\n    struct Row {\n// struct Cell {"}, None),
    ({"lib/store/a.hpp": "void read(int row);", "lib/store/b.cpp": "void read(int row) {}"}, "read is not defined"),
    ({"cli/views/a.hpp": "[[nodiscard]] int read(\n    int row);", "cli/views/a.cpp": ""}, "read is not defined"),
    ({"lib/store/a.hpp": "int read(int row);\ninline int put() { return 1; }", "lib/store/a.cpp": "int read(int row) {}"}, None),
    ({"lib/include/rekey/store/a.hpp": "int read(int row);"}, None),
]


def self_test():
    for files, expected in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, content in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(content + "\n", encoding="utf-8")
            found = list(violations_in(root))
        if not (not found if expected is None else len(found) == 1 and expected in found[0]):
            yield f"planted {files}: expected {expected}, found {found}"


def main(arguments):
    if arguments == ["--self-test"]:
        wrong, summary = list(self_test()), f"{len(PLANTED)} planted samples judged"
    elif len(arguments) == 1 and (pathlib.Path(arguments[0]) / "lib").is_dir():
        wrong, summary = list(violations_in(pathlib.Path(arguments[0]))), "each name leads to one thing"
    else:
        print(__doc__, file=sys.stderr)
        return 2
    print("\n".join(wrong) if wrong else summary)
    return 1 if wrong else 0


sys.exit(main(sys.argv[1:]))
