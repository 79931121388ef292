#!/usr/bin/env python3
"""Checks that includes follow the one-way arrows between the rooms of rekey.

    layers.py ROOT          prints every violation below ROOT, exits 1 when there is one
    layers.py --self-test   plants violations of each kind and fails unless every one is found
"""

import pathlib
import re
import sys
import tempfile

# The rooms that a room of lib/ KNOWS are told in lib/CMakeLists.txt, each room after those that it knows; the command
# line knows the public headers of all, and the internal ones of a list there.
ROOM = re.compile(r"^rekey_room\((\w+)\n(?:\s+KNOWS ((?:\w+ ?)*)\n)?", re.MULTILINE)


def known_rooms(build_file):
    """Of each room, the rooms that it knows, in the order of the build file."""
    return {name: set(known.split()) for name, known in ROOM.findall(build_file)}


def internal_headers(build_file):
    """The internal headers that the command line may include."""
    listed = re.search(r"^set\(rekey_internal_headers\n([^)]*)\)", build_file, re.MULTILINE)
    return set(listed.group(1).split()) if listed else set()


def judge_order(known_by):
    """Rooms that know one which comes later: a circle, sooner or later."""
    earlier = set()
    for room, known in known_by.items():
        for other in sorted(known - earlier):
            yield f"lib/CMakeLists.txt: {room} knows '{other}', which is no room that stands before it"
        earlier.add(room)


# Within a room the same holds for its folders; "." are the files of the room itself.
FOLDERS = {
    "base": [{"."}, {"text", "files"}, {"lists"}],
    "crypto": [{"encoding"}, {"sealing"}, {"keys"}, {"certificates"}],
    "store": [{"sql"}, {"audit"}, {"tenants"}, {"fleet", "records", "sqlite"}, {"certificates", "runs"}, {"schema"}, {"."}],
    "units": [
        {"process"},
        {"driver"},
        {"helper"},
        {"folder"},
        {"agent", "connect", "probe"},
        {"registry"},
        {"survey", "conformance"},
        {"lists", "adoption"},
        {"."},
    ],
    "policy": [{"rules"}, {"document"}],
    "renewal": [{"plan", "context"}, {"slot", "judgement"}, {"run", "findings"}, {"overview"}, {"notify"}],
    "tenants": [{"records"}, {"provider"}, {"credentials"}, {"rotation"}, {"payloads", "sync", "archive"}],
    "cli": [{"output"}, {"input"}, {"command"}, {"views"}, {"questions"}, {"reports"}, {"commands", "generate"}, {"."}],
}
# Folders that know these of their room only, whatever stands below: a database knows nothing of the tables.
KNOWS_ONLY = {("store", "sqlite"): {"sql"}}
FOLDER_STEP = {
    room: {folder: step for step, folders in enumerate(steps) for folder in folders} for room, steps in FOLDERS.items()
}

# Headers that stay with the room, or the folder of a room, that wraps them.
OWNERS = {
    "SQLiteCpp/": "store/sqlite",
    "sqlite3.h": "store/sqlite",
    "toml++/": "policy",
    "CLI/": "cli",
    "rapidjson/": "base",
}

INCLUDE = re.compile(r"^\s*#\s*include\b\s*(.*)$")
TARGET = re.compile(r'^(?:"(?P<quoted>[^"]+)"|<(?P<angled>[^>]+)>)')


def room_of(path):
    """The room of a file, and whether the file is a public header."""
    parts = path.parts
    if parts[0] == "cli":
        return "cli", False
    if parts[:3] == ("lib", "include", "rekey"):
        return parts[3], True
    return parts[1], False


def folder_of(parts):
    """The folder within a room, of the parts of a path that begin with the room."""
    return parts[1] if len(parts) > 2 else "."


def judge_folders(room, own, target):
    """What is wrong with an include of folder `target` in folder `own` of one room; None when nothing is."""
    if own == target or room not in FOLDERS:
        return None if own == target else f"'{room}/{target}' is not a folder of a room"
    steps = FOLDER_STEP[room]
    for folder in (own, target):
        if folder not in steps:
            return f"'{room}/{folder}' is not a folder of a room"
    allowed = steps[target] < steps[own] and target in KNOWS_ONLY.get((room, own), steps)
    return None if allowed else f"{room}/{own} may not know {room}/{target}"


def includes_of(text):
    for number, line in enumerate(text.splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            yield number, TARGET.match(match.group(1))


def judge_rooms(known_by, room, target_room):
    """What is wrong with an include of `target_room` in `room`; None when nothing is."""
    if target_room == room:
        return None
    if target_room not in known_by:
        return f"'{target_room}' is not a room"
    return None if target_room in known_by[room] else f"{room} may not know {target_room}"


def judge_quoted(known_by, internals, room, public, name, own_folder):
    parts = name.split("/")
    if ".." in parts or name.startswith("/"):
        return "an include goes by its room, not by '..' or '/'"
    if parts[0] == "rekey":
        return judge_rooms(known_by, room, parts[1])
    if public:
        return "a public header includes public headers only"
    if room == "cli":
        if name in internals:
            return None
        if parts[0] == "cli":
            parts = parts[1:]
        if len(parts) == 1:
            # What stands beside it, or what the build makes.
            return None
        if parts[0] in FOLDER_STEP["cli"]:
            return judge_folders("cli", own_folder, parts[0])
        return "the command line includes public headers, those of rekey_internals, and its own only"
    if len(parts) == 1:
        return f"write '{room}/{name}'"
    if parts[0] == room:
        return judge_folders(room, own_folder, folder_of(parts))
    return judge_rooms(known_by, room, parts[0])


def judge_angled(room, public, name, own_folder):
    if name.startswith("rekey/"):
        return "own headers are included with quotes"
    if public and ("/" in name or "." in name):
        return "a public header needs nothing but the standard library"
    for header, owner in OWNERS.items():
        if name.startswith(header) and owner not in {room, f"{room}/{own_folder}"}:
            return f"<{name}> belongs to {owner}"
    return None


def violations_in(root):
    build_file = (root / "lib" / "CMakeLists.txt").read_text(encoding="utf-8")
    known_by, internals = known_rooms(build_file), internal_headers(build_file)
    yield from judge_order(known_by)
    known_by["cli"] = set(known_by)
    for folder in ("lib", "cli"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in {".cpp", ".hpp", ".h", ".in"} or not path.is_file():
                continue
            relative = path.relative_to(root)
            if len(relative.parts) < 3 and folder == "lib":
                continue  # build files of the library itself
            room, public = room_of(relative)
            if room not in known_by:
                yield f"{relative}: '{room}' is not a room"
                continue
            own_folder = "." if public else folder_of(relative.parts[0 if room == "cli" else 1 :])
            if not public and own_folder != "." and room in FOLDERS and own_folder not in FOLDER_STEP[room]:
                if (room, own_folder) != ("cli", "packaging"):
                    yield f"{relative}: '{room}/{own_folder}' is not a folder of a room"
                    continue
            for number, target in includes_of(path.read_text(encoding="utf-8")):
                if target is None:
                    wrong = "an include that names no file cannot be judged"
                elif target["quoted"]:
                    wrong = judge_quoted(known_by, internals, room, public, target["quoted"], own_folder)
                else:
                    wrong = judge_angled(room, public, target["angled"], own_folder)
                if wrong:
                    yield f"{relative}:{number}: {wrong}"


# The rooms of the planted files.
SAMPLE_BUILD_FILE = "".join(
    f"rekey_room({room}\n" + (f"    KNOWS {known}\n" if known else "") + "    SOURCES\n"
    for room, known in {
        "base": "",
        "crypto": "base",
        "store": "base",
        "home": "base crypto store",
        "units": "base crypto store home",
        "issuers": "base crypto store home",
        "policy": "base crypto",
        "payload": "base crypto",
        "renewal": "base crypto store home units issuers policy",
        "tenants": "base crypto store home payload",
        "maintenance": "base crypto store home units issuers policy renewal tenants",
    }.items()
) + "set(rekey_internal_headers\n    base/text/csv.hpp\n    base/text/spelling.hpp)\n"

# Each: the file, its content, and the violation that must be found in it (None: it is sound).
PLANTED = [
    ("lib/base/a.cpp", '#include "crypto/key.hpp"', "base may not know crypto"),
    ("lib/base/b.cpp", '#include "rekey/store/store.hpp"', "base may not know store"),
    ("lib/crypto/a.cpp", '#include "rekey/store/store.hpp"', "crypto may not know store"),
    ("lib/store/a.cpp", '#include "crypto/key.hpp"', "store may not know crypto"),
    ("lib/store/b.cpp", '#include "rekey/home/home.hpp"', "store may not know home"),
    ("lib/home/a.cpp", '#include "units/driver.hpp"', "home may not know units"),
    ("lib/units/a.cpp", '#include "rekey/policy/policy.hpp"', "units may not know policy"),
    ("lib/policy/a.cpp", '#include "rekey/home/home.hpp"', "policy may not know home"),
    ("lib/payload/a.cpp", '#include "rekey/tenants/tenants.hpp"', "payload may not know tenants"),
    ("lib/renewal/a.cpp", '#include "rekey/tenants/tenants.hpp"', "renewal may not know tenants"),
    ("lib/renewal/b.cpp", '#  include "cli/output.hpp"', "renewal may not know cli"),
    ("lib/renewal/d.cpp", '#include "rekey/maintenance/doctor.hpp"', "renewal may not know maintenance"),
    ("lib/maintenance/good.cpp", '#include "rekey/tenants/credentials.hpp"\n#include "units/survey.hpp"', None),
    ("lib/issuers/a.cpp", '#include "../crypto/key.hpp"', "an include goes by its room"),
    ("lib/issuers/b.cpp", '#include "local.hpp"', "write 'issuers/local.hpp'"),
    ("lib/issuers/c.cpp", '#include "helpers/text.hpp"', "'helpers' is not a room"),
    ("lib/issuers/d.cpp", "#include HEADER", "an include that names no file"),
    ("lib/issuers/e.cpp", "#include <sqlite3.h>", "<sqlite3.h> belongs to store/sqlite"),
    ("lib/renewal/c.cpp", "#include <SQLiteCpp/Database.h>", "belongs to store/sqlite"),
    ("lib/units/b.cpp", "#include <rekey/base/error.hpp>", "own headers are included with quotes"),
    ("lib/helpers/a.cpp", "", "'helpers' is not a room"),
    ("lib/include/rekey/base/a.hpp", '#include "rekey/store/store.hpp"', "base may not know store"),
    ("lib/include/rekey/store/a.hpp", '#include "store/query.hpp"', "a public header includes public headers only"),
    ("lib/include/rekey/home/a.hpp", "#include <openssl/evp.h>", "nothing but the standard library"),
    ("lib/include/rekey/home/b.hpp", "#include <unistd.h>", "nothing but the standard library"),
    ("cli/a.cpp", '#include "crypto/key.hpp"', "the command line includes public headers"),
    ("cli/b.cpp", '#include "base/folder.hpp"', "the command line includes public headers"),
    ("cli/c.cpp", '#include "base/text/utf8.hpp"', "those of rekey_internals"),
    ("cli/internals.cpp", '#include "base/text/csv.hpp"\n#include "base/text/spelling.hpp"', None),
    ("lib/store/sqlite/a.cpp", '#include "store/fleet/certificate_rows.hpp"', "store/sqlite may not know store/fleet"),
    ("lib/store/sqlite/b.cpp", '#include "store/audit/audit_rows.hpp"', "store/sqlite may not know store/audit"),
    ("lib/store/sqlite/good.cpp", '#include <sqlite3.h>\n#include "store/sql/backend.hpp"', None),
    ("lib/store/sql/a.cpp", '#include "store/sqlite/connection.hpp"', "store/sql may not know store/sqlite"),
    ("lib/store/audit/a.cpp", '#include "store/sqlite/connection.hpp"', "store/audit may not know store/sqlite"),
    ("lib/store/tenants/a.cpp", '#include "store/sqlite/open.hpp"', "store/tenants may not know store/sqlite"),
    ("lib/store/records/a.cpp", '#include "store/sqlite/open.hpp"', "store/records may not know store/sqlite"),
    ("lib/store/records/b.cpp", "#include <SQLiteCpp/Column.h>", "belongs to store/sqlite"),
    ("lib/store/fleet/a.cpp", '#include "store/outer.hpp"', "store/fleet may not know store/."),
    ("lib/store/fleet/c.cpp", '#include "store/sqlite/connection.hpp"', "store/fleet may not know store/sqlite"),
    ("lib/store/fleet/d.cpp", "#include <sqlite3.h>", "<sqlite3.h> belongs to store/sqlite"),
    ("lib/store/c.cpp", "#include <sqlite3.h>", "<sqlite3.h> belongs to store/sqlite"),
    ("lib/store/fleet/b.cpp", '#include "store/records/devices.hpp"', "store/fleet may not know store/records"),
    ("lib/store/fleet/good.cpp", '#include "store/sql/query.hpp"', None),
    ("lib/store/other/a.cpp", "", "'store/other' is not a folder of a room"),
    ("cli/output/a.cpp", '#include "command/session.hpp"', "cli/output may not know cli/command"),
    ("cli/commands/certs/good.cpp", '#include "command/session.hpp"\n#include "views/listing.hpp"', None),
    ("lib/base/good.cpp", '#include "rekey/base/error.hpp"\n#include <openssl/evp.h>\n#include "base/limits.hpp"', None),
    ("lib/renewal/good.cpp", '#include "units/driver.hpp"\n#include "rekey/policy/policy.hpp"', None),
    ("lib/tenants/good.cpp", '#include "rekey/payload/payload.hpp"\n#include "base/folder.hpp"', None),
    ("lib/include/rekey/units/good.hpp", '#include <vector>\n\n#include "rekey/home/home.hpp"', None),
    ("cli/good.cpp", '#include <CLI/CLI.hpp>\n#include "output.hpp"\n#include "rekey/base/base.hpp"', None),
]


def self_test():
    failures = []
    for name, content, expected in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "lib").mkdir()
            (root / "lib" / "CMakeLists.txt").write_text(SAMPLE_BUILD_FILE, encoding="utf-8")
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content + "\n", encoding="utf-8")
            found = list(violations_in(root))
            sound = not found if expected is None else len(found) == 1 and expected in found[0]
            if not sound:
                failures.append(f"planted {name}: expected {expected}, found {found}")
    circle = list(judge_order(known_rooms("rekey_room(a\n    KNOWS b\nrekey_room(b\n    KNOWS a\n")))
    if len(circle) != 1 or "a knows 'b'" not in circle[0]:
        failures.append(f"planted circle of rooms: found {circle}")
    return failures


def main(arguments):
    if arguments == ["--self-test"]:
        wrong = self_test()
        summary = f"{len(PLANTED)} planted files and a circle judged"
    elif len(arguments) == 1 and (pathlib.Path(arguments[0]) / "lib").is_dir():
        wrong = list(violations_in(pathlib.Path(arguments[0])))
        summary = "all includes follow the arrows"
    else:
        print(__doc__, file=sys.stderr)
        return 2
    print("\n".join(wrong) if wrong else summary)
    return 1 if wrong else 0


sys.exit(main(sys.argv[1:]))
