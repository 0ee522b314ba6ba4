"""Where notices may go, as the environment says: nowhere new by default, and refused at start when wrong."""

from pathlib import Path

import pytest

from hengli_visits.config import BadConfig, Mail, Outgoing, from_environment

SERVER = {"SMTP_HOST": "smtp.example.gov.cn", "SMTP_SENDER": "横沥走访 <zoufang@example.gov.cn>"}


def read(folder: Path, **env: str) -> Outgoing:
    return from_environment({"INSTANCE_PATH": str(folder), "SECRET_KEY": "k" * 32, **env}).outgoing


def test_without_settings_there_is_no_mail_and_robots_are_the_official_ones(tmp_path: Path) -> None:
    outgoing = read(tmp_path)
    assert outgoing == Outgoing()
    assert (outgoing.mail, outgoing.loopback) == (None, False)
    assert outgoing.robots["feishu"] == ("open.feishu.cn",)


def test_mail_and_hosts_are_read(tmp_path: Path) -> None:
    outgoing = read(tmp_path, **SERVER, SMTP_USER="zoufang", SMTP_PASSWORD="p", WECOM_HOSTS="a.gov.cn b.gov.cn:8443")
    assert outgoing.mail == Mail("smtp.example.gov.cn", 465, "tls", "zoufang", "p", "横沥走访 <zoufang@example.gov.cn>")
    assert outgoing.robots["wecom"] == ("a.gov.cn", "b.gov.cn:8443")
    starttls = read(tmp_path, **SERVER, SMTP_SECURITY="starttls").mail
    assert starttls
    assert (starttls.port, starttls.user) == (587, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"SMTP_PASSWORD": "p"},
        {"SMTP_SENDER": "zoufang@example.gov.cn"},
        {"SMTP_HOST": "smtp.example.gov.cn"},
        SERVER | {"SMTP_HOST": "smtp.example.gov.cn:465"},
        SERVER | {"SMTP_HOST": "smtp example"},
        SERVER | {"SMTP_SENDER": "横沥走访"},
        SERVER | {"SMTP_SENDER": "a@example.gov.cn\nBcc: b@example.com"},
        SERVER | {"SMTP_SECURITY": "ssl"},
        SERVER | {"SMTP_PORT": "99999"},
        SERVER | {"SMTP_PORT": "mail"},
        SERVER | {"SMTP_USER": "zoufang"},
        SERVER | {"SMTP_PASSWORD": "p"},
        SERVER | {"SMTP_SECURITY": "none", "SMTP_USER": "zoufang", "SMTP_PASSWORD": "p"},
        {"WECOM_HOSTS": "https://qyapi.weixin.qq.com/"},
        {"FEISHU_HOSTS": "*.feishu.cn"},
        {"NOTICES_TO_LOOPBACK": "yes"},
    ],
)
def test_wrong_settings_stop_the_start(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(BadConfig):
        read(tmp_path, **wrong)
