#!/usr/bin/env bash
# Until the first release there is one migration: make it anew from the models.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
rm -f migrations/versions/*.py
FLASK_APP=wsgi INSTANCE_PATH="$folder" .venv/bin/flask db migrate --rev-id 0001 -m "first schema" >/dev/null
.venv/bin/ruff format --quiet --config 'extend-exclude=[]' migrations/versions
