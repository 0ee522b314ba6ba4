"""横沥走访: volunteer household-visit campaigns."""

from typing import Any

from babel import Locale
from flask import Flask, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from hengli_visits import config as settings
from hengli_visits.assets import init_assets
from hengli_visits.cli import init_cli
from hengli_visits.compression import init_compression
from hengli_visits.error_pages import init_error_pages
from hengli_visits.extensions import babel, configure_engine, csrf, db, migrate
from hengli_visits.formats import init_formats
from hengli_visits.gate import init_gate
from hengli_visits.jobs import init_jobs
from hengli_visits.navigation import FIRST_LANGUAGES, init_navigation, locale
from hengli_visits.slices import BLUEPRINTS

UPLOAD_LIMIT = 25 * 1024 * 1024
FORM_LIMIT = 2 * 1024 * 1024
COOKIE_DAYS = 90
LANGUAGES = {name: Locale.parse(name) for name in FIRST_LANGUAGES}
"""Read once: finding a locale by its name takes Babel longer than many a query."""


class RowNumber(IntegerConverter):
    """`<int:…>` in an address is the number of a row: what no database can hold is simply not there."""

    def __init__(self, map: Map, *args: Any, **limits: Any) -> None:  # noqa: A002 - named so by werkzeug
        super().__init__(map, *args, **({"max": 2**31 - 1} | limits))


class App(Flask):
    """Flask, with crashes logged by request id and endpoint: an address may hold a secret."""

    def log_exception(self, exc_info: Any) -> None:
        """Log a crash that no error page caught, without the address."""
        self.logger.error("crash request=%s endpoint=%s", g.get("request_id"), request.endpoint, exc_info=exc_info)


def create_app(config: settings.Config | None = None) -> Flask:
    """Make the app: config, extensions, gate, slices, error pages, commands. Refuses to start on a wrong setting."""
    config = config or settings.from_environment()
    app = App(
        __name__,
        template_folder=str(settings.ROOT / "templates"),
        static_folder=str(settings.ROOT / "static"),
        instance_path=str(config.instance),
    )
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,
            "pool_pre_ping": True,
            "max_overflow": -1,
            # The pages have over 650 statements; with room for 500 (the default) they drove each other out and were
            # compiled again and again.
            "query_cache_size": 3000,
        },
        SESSION_COOKIE_NAME="__Host-visits" if config.secure_cookies else "visits",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=COOKIE_DAYS * 24 * 3600,
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        MAX_FORM_PARTS=4000,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        TESTING=config.testing,
        PROPAGATE=config.testing,
        VISITS=config,
    )
    app.url_map.converters["int"] = RowNumber
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=0
        )
    init_compression(app)
    init_gate(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(settings.ROOT / "migrations"))
    babel.init_app(app, locale_selector=lambda: LANGUAGES[locale()])
    csrf.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
    init_formats(app)
    init_assets(app)
    init_navigation(app)
    init_error_pages(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    init_jobs(app)
    init_cli(app)
    return app
