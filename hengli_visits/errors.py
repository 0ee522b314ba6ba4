"""What can be wrong in the domain's own words. No flask here: the error pages decide on status and page."""

from hengli_visits.wording import N_


class DomainError(Exception):
    """A refusal that a user can understand. `message` is a msgid with %(name)s places, `params` fill them."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Missing(DomainError):
    """Not there, or not within the actor's scope: the answer is the same (404)."""

    def __init__(self) -> None:
        super().__init__(N_("没有找到这一页，或者它不在您的范围内。"))


class BadKey(DomainError):
    """The key of another system is none, is wrong, has expired or was revoked: the answer is the same (401)."""

    def __init__(self) -> None:
        super().__init__(N_("密钥不对、已到期或已停用。"))


class Forbidden(DomainError):
    """The actor may see the thing but not do this with it (403)."""


class Conflict(DomainError):
    """Somebody else was faster, or the thing is not in a state that allows this (409). Whoever was faster is named by
    the parameter `who`; `by` is their id, so that nobody is told that another did what they did themselves."""

    def __init__(self, message: str, *, by: int | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.by = by


class Invalid(DomainError):
    """Input that breaks a rule (422). `field` names the form field beside which the sentence belongs."""

    def __init__(self, message: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class TooMany(DomainError):
    """A limit on tries was reached (429). `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: int, **params: object) -> None:
        super().__init__(message, **params)
        self.retry_after = retry_after


def require(allowed: bool) -> None:
    """Raise `Missing` unless allowed: who may not use a page is told the same as if it were not there."""
    if not allowed:
        raise Missing
