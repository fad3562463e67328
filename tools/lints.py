"""Our own lints, for rules that no ready tool knows: `python -m tools.lints` lists file:line and fails.

(a) records about families are written in one place;
(b) no committed file names a package index, a path of somebody's machine, or a folder beside this one;
(c) a function over 60 lines or a module over 400 in src says why: `# long: reason`;
(d) tests do not sleep;
(e) nothing under src needs POSIX.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

PRODUCT = "src/familyhub/"
RECORDS = PRODUCT + "records/"

MAY_WRITE_RECORDS = (
    "src/familyhub/store/apply.py",
    "src/familyhub/store/migrations/",
    "src/familyhub/hub/migrations/",
    "src/familyhub/hub/log.py",
)
"""Files, and folders ending in a slash, that may write to record tables."""

MAY_COMPUTE_TABLES = ("src/familyhub/store/search.py", "src/familyhub/hub/backup.py")
"""Files that may write to tables by names put together at run time: the search index, and a backup into empty tables."""

LONGEST_FUNCTION = 60
LONGEST_MODULE = 400

POSIX_ONLY = frozenset({"fcntl", "termios", "pty", "tty", "pwd", "grp", "resource"})

# Put together from pieces, so that this file passes its own rule.
_MACHINE = re.compile(
    "|".join(
        (
            r"\bpypi\." + r"(?:org|python\.org)\b",
            r"\bpython" + r"hosted\.org\b",
            r"(?<![\w-])--(?:extra-)?index" + r"(?:-url)?[ =]",
            r"(?<![\w-])--find" + r"-links\b",
            r"(?<![\w.~-])/" + r"(?:home|work|Users)/",
            r"(?<![\w.~-])/" + r"root\b",
            r"\.\./" + r"shared\b",
        )
    )
)
_PLACEHOLDER = "\x00"
_SQL_WRITE = re.compile(
    r"""\s*(?:WITH\b.*?\)\s*)?
    (?P<verb>INSERT|REPLACE|DELETE|UPDATE)\s+(?:OR\s+\w+\s+)?(?:INTO\s+|FROM\s+)?
    (?:\w+\.)?["'`\[]?(?P<table>[\w\x00]+)["'`\]]?
    (?P<set>\s+(?:AS\s+\w+\s+)?SET\b)?""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_STATEMENTS = frozenset({"insert", "update", "delete"})
_SESSION_WRITES = frozenset({"add", "add_all", "merge", "delete", "bulk_save_objects"})
_SQL_PACKAGES = frozenset({"sqlalchemy", "sqlmodel"})


class Finding(NamedTuple):
    """One place that breaks a rule."""

    path: str
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}"


class Source(NamedTuple):
    """A Python file of the project."""

    path: str
    text: str
    tree: ast.Module


def record_tables(sources: list[Source]) -> frozenset[str]:
    """Names by which code can mean a record table: each class with `table=True`, and its table."""
    names: set[str] = set()
    for source in sources:
        if not source.path.startswith(RECORDS):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef) and any(word.arg == "table" for word in node.keywords):
                names |= {node.name, node.name.lower()}
                for line in node.body:
                    target, value = _assigned(line)
                    if target in ("entity", "__tablename__") and isinstance(value, ast.Constant):
                        names.add(str(value.value))
    return frozenset(names)


def record_writes(source: Source, tables: frozenset[str]) -> Iterator[Finding]:
    """(a) SQL statements, as calls or as text, that write to a record table or to one the code computes."""
    if not source.path.startswith(PRODUCT) or source.path.startswith(MAY_WRITE_RECORDS):
        return
    bare = _names_from_sql_packages(source.tree)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            written = _written_by_call(node, bare)
        elif isinstance(node, ast.JoinedStr | ast.Constant):
            written = _written_by_text(_text_of(node))
        else:
            continue
        if written in tables or (written == "" and source.path not in MAY_COMPUTE_TABLES):
            what = f"record table {written}" if written else "a table named only at run time"
            yield Finding(source.path, node.lineno, f"writes to {what}; only store/apply.py may")


def _written_by_call(call: ast.Call, bare: frozenset[str]) -> str | None:
    """The table a call writes to: "" when only known at run time, None when the call writes to none."""
    function, first = call.func, call.args[0] if call.args else None
    if isinstance(function, ast.Name) and function.id in bare:
        return _table_name(first)
    if not isinstance(function, ast.Attribute):
        return None
    owner = function.value
    if isinstance(owner, ast.Name) and owner.id in _SQL_PACKAGES | {"sa"} and function.attr in _STATEMENTS:
        return _table_name(first)
    if isinstance(owner, ast.Attribute) and owner.attr == "__table__" and function.attr in _STATEMENTS:
        return _table_name(owner.value)
    owner_name = (
        owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    )
    if owner_name.lower().endswith("session") and function.attr in _SESSION_WRITES:
        return ""
    return None


def _text_of(node: ast.JoinedStr | ast.Constant) -> str:
    """The text of a string; in an f-string each expression is one character that no SQL has."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_text_of(part) if isinstance(part, ast.Constant) else _PLACEHOLDER for part in node.values)


def _written_by_text(text: str) -> str | None:
    """The table a piece of SQL writes to: "" when only known at run time, None when it is no such SQL."""
    found = _SQL_WRITE.match(text)
    if found is None:
        return None
    # English begins like SQL ("Update the plan", "Delete from it"), but with one capital and without SET.
    verb = found["verb"]
    if not (verb.isupper() or verb.islower()) or (verb.upper() == "UPDATE") != bool(found["set"]):
        return None
    return "" if _PLACEHOLDER in found["table"] else found["table"]


def _table_name(node: ast.expr | None) -> str:
    """The name of a model or table where it is written out with a capital, else "" for known at run time."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name if name.lstrip("_")[:1].isupper() else ""


def _names_from_sql_packages(tree: ast.Module) -> frozenset[str]:
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _SQL_PACKAGES
        for alias in node.names
        if alias.name in _STATEMENTS
    )


def _assigned(line: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
        return line.target.id, line.value
    if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
        return line.targets[0].id, line.value
    return "", None


def machine_words(path: str, text: str) -> Iterator[Finding]:
    """(b) Package indexes, machine paths, neighbouring folders."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _MACHINE.search(line):
            yield Finding(path, number, f"names {found.group().strip()!r}, which holds on one machine only")


def too_long(source: Source) -> Iterator[Finding]:
    """(c) Long functions and modules without a reason."""
    if not source.path.startswith("src/"):
        return
    lines = source.text.splitlines()
    if len(lines) > LONGEST_MODULE and not any(line.startswith("# long: ") for line in lines):
        yield Finding(source.path, 1, f"{len(lines)} lines; split it, or say why on a line `# long: reason`")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            end = node.end_lineno or node.lineno
            length = end - node.lineno + 1
            body = lines[node.lineno - 1 : end]
            if length > LONGEST_FUNCTION and not any(re.match(r"\s*# long: \S", line) for line in body):
                yield Finding(
                    source.path,
                    node.lineno,
                    f"{node.name} has {length} lines; split it, or say why: `# long: reason`",
                )


def sleeps(source: Source) -> Iterator[Finding]:
    """(d) `time.sleep` and `asyncio.sleep` in tests, also when imported by name."""
    if not source.path.startswith("tests/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, names = node.value.id, [node.attr]
        elif isinstance(node, ast.ImportFrom):
            module, names = node.module or "", [alias.name for alias in node.names]
        else:
            continue
        if module in ("time", "asyncio", "anyio") and "sleep" in names:
            yield Finding(source.path, node.lineno, "sleeps; wait for what is meant instead")


def posix_only(source: Source) -> Iterator[Finding]:
    """(e) Imports that Windows does not have."""
    if not source.path.startswith("src/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            if name.split(".")[0] in POSIX_ONLY:
                yield Finding(source.path, node.lineno, f"imports {name}, which Windows does not have")


RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (too_long, sleeps, posix_only)


def project_files(root: Path) -> list[PurePosixPath]:
    """What git keeps, or would keep when asked to add everything."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return sorted({PurePosixPath(name) for name in listed.split("\0") if name and (root / name).is_file()})


def findings(root: Path) -> Iterator[Finding]:
    """Everything in the project below `root` that breaks a rule."""
    sources: list[Source] = []
    for path in project_files(root):
        data = (root / path).read_bytes()
        if b"\0" in data:
            continue
        text = data.decode("utf-8", errors="replace")
        yield from machine_words(str(path), text)
        if path.suffix == ".py":
            sources.append(Source(str(path), text, ast.parse(text, str(path))))
    tables = record_tables(sources)
    for source in sources:
        yield from record_writes(source, tables)
        for rule in RULES:
            yield from rule(source)


def main() -> int:
    """Prints what breaks a rule; the exit status says whether anything does."""
    found = sorted(set(findings(Path(__file__).resolve().parent.parent)))
    for finding in found:
        print(finding)
    print(f"lints: {len(found)} found" if found else "lints: nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
