"""What gunicorn and `flask` load."""

from hengli_visits import create_app

app = create_app()
