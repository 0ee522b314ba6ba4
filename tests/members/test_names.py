"""How members are called."""

from sqlalchemy.orm import Session

from hengli_visits.members.names import names_of
from tests.cast import Cast
from tests.counting import counted_queries


def test_names_also_of_who_is_off_the_roster(session: Session, cast: Cast) -> None:
    cast.partner.active = False
    session.flush()
    ids = [cast.partner.id, cast.visitor.id, cast.visitor.id, 10**6]
    assert names_of(session, ids) == {cast.visitor.id: cast.visitor.name, cast.partner.id: cast.partner.name}


def test_nobody_costs_nothing(session: Session, cast: Cast) -> None:
    with counted_queries() as asked:
        assert names_of(session, []) == {}
    assert asked == []
