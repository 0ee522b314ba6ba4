"""The model: the phone's real code in Node (frontend/tests/offline/model.ts) plays schedules against the real app."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from hengli_visits.extensions import db
from tests.offline.model_server import Server

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(sys.executable).parent / "node"
SCRIPT = ROOT / "frontend/tests/offline/model.ts"
SEED = int(os.environ.get("MODEL_SEED", "1"))
RUNS = int(os.environ.get("MODEL_RUNS", "1100"))
"""Schedules of each of the two files on SQLite; on PostgreSQL, where each takes four times as long, a seventh of them."""
RUNS_ON_POSTGRESQL = max(1, RUNS // 7)


@contextmanager
def guarded(app: Flask) -> Iterator[None]:
    """The app asks for tokens, as in earnest."""
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        yield
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def play(app: Flask, seed: int, runs: int) -> list[str]:
    """Play schedules from a seed on; what is wrong with the first that fails, and its seed."""
    server = Server(app)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", server.killer)
    event.listen(engine, "commit", server.killer)
    gc.disable()  # thousands of short requests: what they leave is collected at the end
    command = [str(NODE), "--no-warnings", str(SCRIPT), str(seed), str(runs)]
    try:
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as phones:
            assert phones.stdin
            assert phones.stdout
            for line in phones.stdout:
                question = json.loads(line)
                if question["do"] == "end":
                    problems: list[str] = question["problems"]
                    print("{}", file=phones.stdin, flush=True)
                    return [f"seed {question['seed']}", *problems] if problems else []
                print(json.dumps(server.answer(question)), file=phones.stdin, flush=True)
        return ["the phones fell silent"]
    finally:
        gc.enable()
        event.remove(engine, "before_cursor_execute", server.killer)
        event.remove(engine, "commit", server.killer)
