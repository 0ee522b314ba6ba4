"""Settings, from the environment only, refused at start when wrong."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


TILES = re.compile(r"(?P<origin>https?://[A-Za-z0-9.-]+(?::\d{1,5})?)/[^\s\"'<>\\]*")
"""An address of map tiles; only its origin goes into the content security policy."""
DATUMS = ("wgs84", "gcj02")
ROBOT_HOSTS = {"wecom": "qyapi.weixin.qq.com", "dingtalk": "oapi.dingtalk.com", "feishu": "open.feishu.cn"}
"""Where group robots live, by kind; an office with a server of its own names it in the environment."""
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")
MAILBOX = re.compile(r"[^@\s,;<>\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
SECURITIES = {"tls": 465, "starttls": 587, "none": 25}
"""How mail is brought to its server, with the usual port."""


class BadConfig(RuntimeError):
    """A setting that the program will not start with."""


@dataclass(frozen=True)
class Tiles:
    """Where the ground of the maps comes from: addresses of tiles with `{z}`, `{x}` and `{y}`, one layer over the
    other; whose they are, to be named on each map; the datum in which they are drawn, wgs84 (also for CGCS2000) or
    gcj02."""

    layers: tuple[str, ...]
    credit: str
    datum: str = "wgs84"

    @property
    def origins(self) -> list[str]:
        """The servers from which browsers fetch them."""
        return sorted({found["origin"] for layer in self.layers if (found := TILES.fullmatch(layer))})


@dataclass(frozen=True)
class Mail:
    """The server that takes e-mail, and from whom it comes. `security` is one of SECURITIES."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str


def _official() -> dict[str, tuple[str, ...]]:
    return {kind: (host,) for kind, host in ROBOT_HOSTS.items()}


@dataclass(frozen=True)
class Outgoing:
    """Where notices may go: without `mail` no e-mail; `robots` are the hosts of each kind of group robot. `loopback`
    lets plain http and this very machine in, for development and tests; `patience` is how many seconds another server
    has for everything."""

    mail: Mail | None = None
    robots: Mapping[str, tuple[str, ...]] = field(default_factory=_official)
    loopback: bool = False
    patience: float = 5.0


@dataclass(frozen=True)
class Config:
    """All settings of one running instance.

    `public_url` is the one address under which links are made (never the Host header); `proxies` says how many
    trusted proxies stand in front, 0 for none; `offline` False takes the service worker off all phones; without
    `tiles` maps show the town's own positions on plain paper and ask no other server for anything; `outgoing` says
    where notices may go.
    """

    secret_key: str
    database_url: str
    instance: Path
    public_url: str | None
    proxies: int
    secure_cookies: bool
    offline: bool = True
    testing: bool = False
    tiles: Tiles | None = None
    outgoing: Outgoing = field(default_factory=Outgoing)

    @property
    def uploads(self) -> Path:
        """Folder of uploaded photos and rosters."""
        return self.instance / "uploads"


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    text = env.get(name, "1" if default else "0")
    if text not in ("0", "1"):
        raise BadConfig(f"{name} is 0 or 1, not {text!r}")
    return text == "1"


def _secret(env: Mapping[str, str], instance: Path) -> str:
    given = env.get("SECRET_KEY")
    if given is not None:
        if len(given) < 32:
            raise BadConfig("SECRET_KEY needs at least 32 characters")
        return given
    kept = instance / "secret_key"
    if kept.exists():
        return kept.read_text().strip()
    key = secrets.token_urlsafe(48)
    handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key


def _tiles(env: Mapping[str, str]) -> Tiles | None:
    layers = tuple(env.get("MAP_TILES", "").split())
    credit = env.get("MAP_CREDIT", "").strip()
    datum = env.get("MAP_DATUM", "wgs84")
    if datum not in DATUMS:
        raise BadConfig(f"MAP_DATUM is wgs84 or gcj02, not {datum!r}")
    if not layers:
        return None
    for layer in layers:
        if not TILES.fullmatch(layer) or set(re.findall(r"{(\w*)}", layer)) != {"x", "y", "z"}:
            raise BadConfig("MAP_TILES is https://host/… with {z}, {x} and {y}, several parted by spaces")
    if not credit:
        raise BadConfig("MAP_CREDIT says whose map it is (with its 审图号); MAP_TILES needs it")
    return Tiles(layers, credit, datum)


def _port(text: str, name: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise BadConfig(f"{name} is a port, 1 to 65535, not {text!r}")
    return int(text)


def _mail(env: Mapping[str, str]) -> Mail | None:
    host = env.get("SMTP_HOST", "").strip().lower()
    if not host:
        left = sorted(name for name in env if name.startswith("SMTP_") and env[name])
        if left:
            raise BadConfig(f"{left[0]} is there without SMTP_HOST")
        return None
    if not HOST.fullmatch(host) or ":" in host:
        raise BadConfig("SMTP_HOST is the name of a mail server alone; its port is SMTP_PORT")
    security = env.get("SMTP_SECURITY", "tls")
    if security not in SECURITIES:
        raise BadConfig(f"SMTP_SECURITY is tls, starttls or none, not {security!r}")
    user, password = env.get("SMTP_USER", ""), env.get("SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise BadConfig("SMTP_USER and SMTP_PASSWORD go together")
    if password and security == "none":
        raise BadConfig("SMTP_PASSWORD is not sent in clear: set SMTP_SECURITY to tls or starttls")
    sender = env.get("SMTP_SENDER", "").strip()
    if not MAILBOX.fullmatch(parseaddr(sender)[1]) or "\n" in sender or "\r" in sender:
        raise BadConfig("SMTP_SENDER is an address that mail comes from, 横沥走访 <zoufang@example.gov.cn>")
    port = _port(env.get("SMTP_PORT") or str(SECURITIES[security]), "SMTP_PORT")
    return Mail(host, port, security, user, password, sender)


def _outgoing(env: Mapping[str, str]) -> Outgoing:
    robots = {}
    for kind, official in ROBOT_HOSTS.items():
        name = f"{kind.upper()}_HOSTS"
        hosts = tuple(env.get(name, official).lower().split())
        if not all(HOST.fullmatch(host) for host in hosts):
            raise BadConfig(f"{name} is names of servers parted by spaces, like {official}")
        robots[kind] = hosts
    return Outgoing(_mail(env), robots, _flag(env, "NOTICES_TO_LOOPBACK", default=False))


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Raises `BadConfig` with a sentence for a wrong one; makes the instance folder and, when
    no SECRET_KEY is given, a key of its own in it (mode 0600)."""
    instance = Path(env.get("INSTANCE_PATH", ROOT / "instance")).resolve()
    (instance / "uploads").mkdir(parents=True, exist_ok=True, mode=0o700)
    database_url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'app.db'}"
    if not database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise BadConfig("DATABASE_URL is sqlite:///… or postgresql://…")
    public_url = env.get("PUBLIC_URL")
    if public_url is not None and not public_url.startswith(("https://", "http://")):
        raise BadConfig("PUBLIC_URL starts with https:// (or http:// on a closed network)")
    proxies = env.get("PROXIES", "0")
    if not proxies.isdigit() or int(proxies) > 5:
        raise BadConfig("PROXIES is the number of trusted proxies in front, 0 to 5")
    return Config(
        secret_key=_secret(env, instance),
        database_url=database_url,
        instance=instance,
        public_url=public_url.rstrip("/") if public_url else None,
        proxies=int(proxies),
        secure_cookies=_flag(env, "SECURE_COOKIES", bool(public_url and public_url.startswith("https://"))),
        offline=_flag(env, "OFFLINE", default=True),
        tiles=_tiles(env),
        outgoing=_outgoing(env),
    )
