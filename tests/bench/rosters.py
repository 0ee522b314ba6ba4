"""What a long roster costs: seconds to its preview and to its import, memory of the process that works on it, and how long
others wait for their answers meanwhile, beside the time that reading the file alone takes.

`python -m tests.bench.rosters [--rows 1575 100000] [--database sqlite|postgresql]`."""

import argparse
import http.client
import random
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.extensions import db
from hengli_visits.models import AssignmentVisitor, Member
from tests.bench.phone import Phone
from tests.bench.town import Town, add_visitor, new_town
from tests.databases import running_server
from tests.e2e.server import Program

HEADER = ("序号", "户编号", "户主姓名", "家庭人口数", "所属村(社区)", "家庭住址", "联系电话", "户类别", "纬度", "经度")
FAMILY, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉梅"
MB = 1024


def main() -> None:
    """Measure rosters of several lengths, each in a town of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="*", type=int, default=[1_575, 100_000])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    for rows in given.rows:
        with tempfile.TemporaryDirectory(prefix="rosters-") as folder, database(given.database) as url:
            instance = Path(folder)
            with new_town(instance, url) as town:
                measure(town, instance, url, rows)


@contextmanager
def database(kind: str) -> Iterator[str | None]:
    """The address of a database, for as long as the block lasts."""
    if kind == "sqlite":
        yield None
        return
    with running_server() as server:
        yield server.empty_database("rosters")


def measure(town: Town, instance: Path, url: str | None, rows: int) -> None:
    """Import a roster, import it again, and print what that took."""
    file = instance / "roster.xlsx"
    write(file, rows, [area.name for area in (town.cast.village, town.cast.other_village)])
    began = time.perf_counter()
    with file.open("rb") as opened:
        read = sum(1 for _ in CalamineWorkbook.from_filelike(opened).get_sheet_by_index(0).iter_rows())
    print(f"{rows:,} rows, {file.stat().st_size / MB / MB:.1f} MB; reading the file alone ({read:,} rows)"
          f" {time.perf_counter() - began:.1f} s")  # fmt: skip
    visitor, tasks = _visitor(town)
    served = Program(instance, **({"DATABASE_URL": url} if url else {}))
    served.start()
    others = Others(served.port, town.cookie(visitor), visitor.id, tasks)
    office = Office(served.port, town.cookie(town.cast.coordinator))
    others.start()
    try:
        for what in ("first time", "again"):
            seconds, peak = office.preview(file)
            print(f"  {what}: preview {seconds:.1f} s, {peak} MB; {office.figures()}")
            if what == "first time":
                seconds, peak = office.apply()
                print(f"  {what}: import {seconds:.1f} s, {peak} MB; {office.figures()}")
    finally:
        others.stopping.set()
        others.join()
        served.close()
    waits = sorted(others.waits)
    print(f"  others meanwhile: {len(waits)} answers, median {statistics.median(waits) * 1000:.0f} ms,"
          f" longest {waits[-1]:.1f} s; {dict(others.seen)}")  # fmt: skip


def write(file: Path, rows: int, villages: list[str]) -> None:
    """A roster as an office would keep it: titles above, some names with spaces, some telephones with hyphens."""
    chance = random.Random(1)
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("户名册")
        sheet.write_row(0, 0, ["走访户名册"])
        sheet.write_row(1, 0, HEADER)
        for number in range(rows):
            name = chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=2))
            phone = f"13{chance.randrange(10**9):09d}"
            if number % 40 == 0:
                name, phone = f"{name[0]} {name[1:]}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
            # Five by nine lanes of so many doors: nobody lives where somebody else does.
            lane = f"{'东西南北中'[number % 5]}{'一二三四五六七八九'[number // 5 % 9]}巷{number // 45 + 1}号"
            category = chance.choice(("一般户", "困难", "低保户", "党员户"))
            place = (23.0 + chance.random() / 10, 113.9 + chance.random() / 10)
            cells = (number + 1, f"B-{number:06d}", name, chance.randrange(1, 8), chance.choice(villages), lane, phone)
            sheet.write_row(number + 2, 0, [*cells, category, *place])


def _visitor(town: Town) -> tuple[Member, list[int]]:
    with Session(db.engine, expire_on_commit=False) as session:
        member = add_visitor(session, town.cast, "走访的人", 4)
        session.commit()
        tasks = select(AssignmentVisitor.assignment_id).where(AssignmentVisitor.member_id == member.id)
        return member, list(session.scalars(tasks))


class Others(Phone):
    """A visitor who saves visits all the while; `waits` are the seconds until each answer."""

    def __init__(self, port: int, cookie: str, member: int, assignments: list[int]) -> None:
        super().__init__(port, cookie, member, assignments, random.Random(2), threading.Event())
        self.waits: list[float] = []

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any] | None:
        began = time.perf_counter()
        try:
            return super()._request(method, path, body, headers)
        finally:
            self.waits.append(time.perf_counter() - began)


class Office:
    """A coordinator at the pages of imports."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.cookie, self.address, self.page = cookie, "", ""

    def preview(self, file: Path) -> tuple[float, int]:
        """Upload a roster and wait for its preview; seconds, and the most memory (MB) of the process that read it."""
        self._get("/imports")
        mark = uuid4().hex
        parts = {"csrf_token": self._token(), "kind": "households"}
        lines = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in parts.items()]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="roster"; filename="roster.xlsx"\r\n\r\n'
        body = "".join([*lines, head]).encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        return self._post("/imports", body, f"multipart/form-data; boundary={mark}")

    def apply(self) -> tuple[float, int]:
        """Import what was previewed."""
        body = urlencode({"csrf_token": self._token()}).encode()
        return self._post(f"{self.address}/apply", body, "application/x-www-form-urlencoded")

    def figures(self) -> str:
        """The figures on the page."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.page.partition('class="figures"')[2][:1500]).split()[:24])

    def _post(self, path: str, body: bytes, kind: str) -> tuple[float, int]:
        began, peak = time.perf_counter(), 0
        self.address = self._ask("POST", path, body, {"Content-Type": kind}) or self.address
        while True:
            peak = max(peak, worker_memory())
            self._get(self.address)
            if "data-progress" not in self.page:
                return time.perf_counter() - began, peak
            time.sleep(0.2)

    def _token(self) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        assert found, self.page[:2000]
        return found[1]

    def _get(self, path: str) -> None:
        self._ask("GET", path, b"", {})

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        self.connection.request(method, path, body, {"Cookie": f"visits={self.cookie}", **headers})
        answer = self.connection.getresponse()
        self.page = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = header.split(";", 1)[0].removeprefix("visits=")
        assert answer.status in (200, 303), (answer.status, re.sub(r"<[^>]+>|\s+", " ", self.page)[:2000])
        return answer.headers["Location"]


def worker_memory() -> int:
    """The most memory (MB) that a process working on a roster has used so far; 0 when there is none."""
    most = 0
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if b"\0import\0work\0" in entry.read_bytes():
                found = re.search(r"VmHWM:\s+(\d+)", (entry.parent / "status").read_text())
                most = max(most, int(found[1]) // 1024 if found else 0)
    return most


if __name__ == "__main__":
    main()
