#!/usr/bin/env python3
"""The rules of the house, checked on the sources: check.py RULE [DIRECTORY]. Prints each violation; exit status 1 when there is one."""

import os
import re
import sys

# Lower must not include higher. Tests and benches stand outside and may include anything.
LAYERS = ["stores/core", "stores", "zk", "kafka", "restore-plans", "tools"]
CODE = (".h", ".cc")
WORDED = (".h", ".cc", ".cmake", ".txt", ".py", ".sh", ".md", ".yml", ".yaml", ".json", ".1")
MOST_LINES = 500
MOST_BYTES = 1_000_000

# Files that may say "kafka" below kafka/, and why.
FOREIGN_WORDS_ALLOWED = {
}

# Headers of C libraries, and those that are slow to compile: for .cc files and internal headers.
C_HEADERS = re.compile(r"#include\s*<(zookeeper/|git2|librdkafka|openssl/|zstd|zlib|curl/|lz4|snappy|isa-l|archive|"
                       r"spdlog/|nlohmann/json\.hpp|CLI/|yaml-cpp/)")

# Calls that a Handle or UniqueFd makes by itself.
RAW_FREES = re.compile(r"(?<![\w])(\w+_free|zookeeper_close|rd_kafka_\w*destroy\w*|curl_\w+_cleanup|ZSTD_free\w+|closedir|"
                       r"::close)\s*\(")

# Joined here so that this file does not hold them.
FORBIDDEN = {
    "TO" + "DO": r"\bTO" + r"DO\b",
    "FIX" + "ME": r"\bFIX" + r"ME\b",
    "a registry's host": r"(?i)\b(?:[\w-]+\.)*(?:maven\.o" + r"rg|npm" + r"js\.(?:org|com)|pypi\.o" + r"rg|pythonhosted\.o" + r"rg|"
                         r"crates\.i" + r"o|rubygems\.o" + r"rg|proxy\.golang\.o" + r"rg)\b",
}

WAIVER = re.compile(r"(//|#) house: \S+")


def files(top):
    """Every file of the project, as (path from the top, absolute path); not what was built or fetched."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(n for n in folders if not (n.startswith("build") or n in (".git", ".cache", "__pycache__")))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                yield os.path.relpath(path, top), path


def lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def code_files(top, folders=tuple(LAYERS)):
    for name, path in files(top):
        if name.endswith(CODE) and name.startswith(tuple(f + "/" for f in folders)):
            yield name, path


def layer(name):
    """The number of the layer a path stands in, the longest prefix first; None outside of all."""
    for prefix in sorted(LAYERS, key=len, reverse=True):
        if name.startswith(prefix + "/"):
            return LAYERS.index(prefix)
    return None


def is_internal(name):
    return "/internal/" in name or name.endswith("_internal.h")


def home_of(name):
    """The folder whose files may use the internal header `name`."""
    return name.split("/internal/")[0] if "/internal/" in name else os.path.dirname(name)


def include_direction(top):
    """Includes point down the layers, are written from the project's root, and reach no other folder's internal headers."""
    for name, path in code_files(top):
        for number, line in enumerate(lines(path), 1):
            match = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
            if not match or WAIVER.search(line):
                continue
            target = match.group(1)
            if layer(target) is None:
                yield f"{name}:{number}: '{target}' is no header of a layer, written from the project's root"
            elif layer(target) > layer(name):
                yield f"{name}:{number}: {LAYERS[layer(name)]} includes '{target}' of {LAYERS[layer(target)]}, which stands above it"
            elif is_internal(target) and not (os.path.dirname(name) + "/").startswith(home_of(target) + "/"):
                yield f"{name}:{number}: '{target}' is internal to {home_of(target)}"


def without_comments(text):
    """The text with its comments blanked, line numbers kept. A // within a string hides the rest of its line: no harm here."""
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def foreign_words(top):
    """Below kafka/ nobody knows Kafka: the word stands only in comments of headers, as an example."""
    needed = set()
    for name, path in code_files(top, ("stores", "zk")):
        text = "\n".join(lines(path))
        if name.endswith(".h"):
            text = without_comments(text)
        for number, line in enumerate(text.split("\n"), 1):
            if not re.search("kafka", line, re.I) or WAIVER.search(line):
                continue
            if name in FOREIGN_WORDS_ALLOWED:
                needed.add(name)
            else:
                yield f"{name}:{number}: says 'kafka' below kafka/: {line.strip()}"
    for name in sorted(set(FOREIGN_WORDS_ALLOWED) - needed):
        yield f"tests/house/check.py: '{name}' does not need its allowance any more"


def c_headers(top):
    """Headers that others include stay free of C libraries and of what is slow to compile."""
    for name, path in code_files(top):
        if not name.endswith(".h") or is_internal(name):
            continue
        for number, line in enumerate(lines(path), 1):
            if C_HEADERS.search(line) and not WAIVER.search(line):
                yield f"{name}:{number}: {line.strip()} belongs in a .cc file or an internal header"


def raw_frees(top):
    """C handles and descriptors are freed by their owners (stores/core/handle.h), not by hand."""
    for name, path in code_files(top):
        if name.startswith("stores/core/handle."):
            continue
        before = ""
        for number, line in enumerate(lines(path), 1):
            code = re.sub(r"//.*", "", line)
            # A closer of its own is how a header owns a handle of a library it does not include.
            closer = "operator()(" in before
            before = line
            # Who must know whether closing failed has to do it by hand.
            code = re.sub(r"::close\(\w+\.release\(\)\)", "", code)
            if RAW_FREES.search(code) and not closer and not WAIVER.search(line):
                yield f"{name}:{number}: frees by hand what a Handle or UniqueFd should own: {line.strip()}"


def file_length(top):
    """No file of code or tests is longer than 500 lines."""
    for name, path in files(top):
        if not (name.endswith(CODE + (".py", ".sh", ".cmake")) or name.endswith("CMakeLists.txt")):
            continue
        count = len(lines(path))
        if count > MOST_LINES:
            yield f"{name}: {count} lines, more than {MOST_LINES}"


def file_size(top):
    """Nothing in the repository is larger than 1 MB."""
    for name, path in files(top):
        size = os.path.getsize(path)
        if size > MOST_BYTES:
            yield f"{name}: {size} bytes, more than {MOST_BYTES}"


def forbidden_words(top):
    """No open ends, and no host of a package registry."""
    for name, path in files(top):
        if not name.endswith(WORDED):
            continue
        for number, line in enumerate(lines(path), 1):
            for what, pattern in FORBIDDEN.items():
                if re.search(pattern, line):
                    yield f"{name}:{number}: holds {what}: {line.strip()}"


def readmes(top):
    """Each folder that is a library or a program says in its README.md what it is for."""
    for name, path in files(top):
        if os.path.basename(name) != "CMakeLists.txt" or layer(name) is None:
            continue
        text = "\n".join(lines(path))
        if not re.search(r"^\s*(arkive_library|add_executable)\(", text, re.M):
            continue
        readme = os.path.join(os.path.dirname(path), "README.md")
        if not os.path.exists(readme):
            yield f"{os.path.dirname(name)}: has no README.md"
        elif len(lines(readme)) < 5:
            yield f"{os.path.dirname(name)}/README.md: says next to nothing"


RULES = {rule.__name__: rule for rule in (include_direction, foreign_words, c_headers, raw_frees, file_length, file_size,
                                          forbidden_words, readmes)}


def main(arguments):
    if arguments == ["--list"]:
        for name, rule in RULES.items():
            print(f"{name}: {rule.__doc__}")
        return 0
    if not 1 <= len(arguments) <= 2 or arguments[0] not in RULES:
        print(f"usage: check.py {'|'.join(RULES)} [DIRECTORY]", file=sys.stderr)
        return 2
    top = arguments[1] if len(arguments) == 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    violations = list(RULES[arguments[0]](os.path.abspath(top)))
    for violation in violations:
        print(violation)
    if violations:
        print(f"{len(violations)} against the rule: {RULES[arguments[0]].__doc__}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
