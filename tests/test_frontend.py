"""The tests of the TypeScript, run by Node.js."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NODE = Path(sys.executable).parent / "node"


def test_frontend() -> None:
    tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "frontend/tests").rglob("*.test.ts"))
    assert tests, "frontend/tests holds no test"
    done = subprocess.run([NODE, "--test", *tests], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
