"""Villages by names that the town does not know: learnt by the user's word alone."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hengli_visits.actor import SYSTEM
from hengli_visits.errors import Invalid, Missing
from hengli_visits.households.actions import forget_alias, learn_alias
from hengli_visits.models import AreaAlias, BatchState, RosterKind
from tests.cast import Cast
from tests.imports.books import book
from tests.imports.importing import Rows, figures, read
from tests.imports.test_correcting import batch_at, client, sent
from tests.imports.test_views import preview
from tests.pages import PageClient

__all__ = ["client"]

STRANGE: Rows = [
    ["户主", "村", "家庭住址"],
    ["甲三", "老长巷片", "一巷1号"],
    ["乙四", "老长巷片", "一巷2号"],
    ["丙五", "大旧村", "三巷1号"],
]


def test_a_village_by_another_name_is_learnt(session: Session, cast: Cast, client: PageClient) -> None:
    """Used at once, and for every roster from then on; nothing is learnt that nobody said."""
    address, page = preview(client, book(("名册", STRANGE)), kind="households")
    assert "“老长巷片”就是" in page.text
    assert "“大旧村”就是" in page.text
    assert figures(batch_at(session, address)) == (0, 0, 0, 3, 0)
    village = str(cast.village.id)
    answer = client.post(f"{address}/villages", data={"alias-names-0-area": "", "alias-names-1-area": village})
    assert answer.status_code == 303
    assert figures(batch_at(session, address)) == (2, 0, 0, 1, 0)
    assert session.scalars(select(AreaAlias.name).where(AreaAlias.area_id == cast.village.id)).all() == ["老长巷片"]
    assert figures(read(session, STRANGE, RosterKind.HOUSEHOLDS)) == (2, 0, 0, 1, 0)


def test_a_page_that_is_no_longer_so_is_shown_anew(session: Session, cast: Cast, client: PageClient) -> None:
    """Two pages of one batch: what the older one says of villages, columns and rows would mean others by now."""
    address, page = preview(client, book(("名册", STRANGE)), kind="households")
    seen = page.html.partition('name="seen" value="')[2].partition('"')[0]
    village = str(cast.village.id)
    said = {"alias-names-0-area": village, "seen": seen}
    assert client.post(f"{address}/villages", data={"alias-names-0-area": "", "seen": seen}).status_code == 422
    assert client.post(f"{address}/villages", data=said).status_code == 303
    for path, data in (("villages", said), ("apply", {"seen": seen}), ("columns", sent("name") | {"seen": seen})):
        answer = client.post(f"{address}/{path}", data=data)
        assert (answer.status_code, answer.location) == (303, address)
        assert "刚刚重新读过" in client.page(address).text
    session.rollback()
    assert len(session.scalars(select(AreaAlias)).all()) == 1
    assert batch_at(session, address).state is BatchState.READ


def test_what_is_another_villages_name_is_not_learnt(session: Session, cast: Cast) -> None:
    learn_alias(session, SYSTEM, cast.village, "老长巷")
    learn_alias(session, SYSTEM, cast.village, "老长巷")
    for taken in ("老长巷", "长巷村"):
        with pytest.raises(Invalid, match="已经是长巷村的"):
            learn_alias(session, SYSTEM, cast.other_village, taken)
    with pytest.raises(Invalid):
        learn_alias(session, SYSTEM, cast.village, " ")
    alias = session.scalars(select(AreaAlias).where(AreaAlias.name == "老长巷")).one()
    with pytest.raises(Missing):
        forget_alias(session, SYSTEM, cast.other_village, alias.id)
    assert forget_alias(session, SYSTEM, cast.village, alias.id) == "老长巷"
    assert session.scalars(select(AreaAlias).where(AreaAlias.name == "老长巷")).all() == []


def test_a_slip_among_the_names_is_shown_again(session: Session, cast: Cast, client: PageClient) -> None:
    learn_alias(session, SYSTEM, cast.other_village, "大旧村")
    session.commit()
    address, page = preview(client, book(("名册", STRANGE)), kind="households")
    assert "大旧村”就是" not in page.text
    answer = client.post(f"{address}/villages", data={"alias-names-0-area": "99999"})
    assert answer.status_code == 422
