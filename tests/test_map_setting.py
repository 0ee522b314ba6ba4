"""Where the ground of maps comes from: nothing by default; else exactly one more server for pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hengli_visits import create_app
from hengli_visits.config import BadConfig, Tiles, from_environment

GROUND = "https://t0.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=abc"
WORDS = "https://t1.tianditu.gov.cn/cva_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=abc"


def read(folder: Path, **env: str) -> Tiles | None:
    return from_environment({"INSTANCE_PATH": str(folder), "SECRET_KEY": "k" * 32, **env}).tiles


def test_without_a_setting_there_are_no_tiles(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    assert read(tmp_path, MAP_TILES=" ", MAP_DATUM="gcj02") is None


def test_layers_credit_and_datum_are_read(tmp_path: Path) -> None:
    tiles = read(tmp_path, MAP_TILES=f"{GROUND} {WORDS}", MAP_CREDIT="天地图 GS(2024)0568号")
    assert tiles == Tiles((GROUND, WORDS), "天地图 GS(2024)0568号", "wgs84")
    assert tiles.origins == ["https://t0.tianditu.gov.cn", "https://t1.tianditu.gov.cn"]
    own = read(tmp_path, MAP_TILES="http://10.0.0.5:8080/{z}/{x}/{y}.png", MAP_CREDIT="本镇", MAP_DATUM="gcj02")
    assert own
    assert (own.origins, own.datum) == (["http://10.0.0.5:8080"], "gcj02")


@pytest.mark.parametrize(
    "wrong",
    [
        {"MAP_TILES": "https://tiles.example/{z}/{x}.png"},
        {"MAP_TILES": "https://{s}.tiles.example/{z}/{x}/{y}.png"},
        {"MAP_TILES": "https://tiles.example/{s}/{z}/{x}/{y}.png"},
        {"MAP_TILES": "//tiles.example/{z}/{x}/{y}.png"},
        {"MAP_TILES": "javascript:alert(1)/{z}/{x}/{y}"},
        {"MAP_TILES": "https://tiles.example;script-src/{z}/{x}/{y}.png"},
        {"MAP_TILES": "https://user@tiles.example/{z}/{x}/{y}.png"},
        {"MAP_TILES": GROUND + "'"},
        {"MAP_TILES": GROUND, "MAP_CREDIT": " "},
        {"MAP_DATUM": "bd09"},
    ],
)
def test_a_wrong_setting_is_refused(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(BadConfig, match="MAP_"):
        read(tmp_path, **({"MAP_CREDIT": "某图"} | wrong))


@contextmanager
def client_with(folder: Path, **env: str) -> Iterator[FlaskClient]:
    config = from_environment({"INSTANCE_PATH": str(folder), "SECRET_KEY": "k" * 32, **env})
    app: Flask = create_app(config)
    yield app.test_client()


def test_the_policy_lets_in_the_tiles_of_that_server_alone(tmp_path: Path) -> None:
    with client_with(tmp_path) as client:
        plain = client.get("/sign-in").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob:;" in plain
    with client_with(tmp_path, MAP_TILES=GROUND, MAP_CREDIT="天地图") as client:
        with_tiles = client.get("/sign-in").headers["Content-Security-Policy"]
    assert with_tiles == plain.replace("blob:;", "blob: https://t0.tianditu.gov.cn;")
