"""The tests' own PostgreSQL server is there, Chinese and all, and leaves nothing behind."""

import psycopg
import pytest

from tests.databases import Server, running_server


@pytest.mark.postgresql
def test_each_asked_for_database_is_new_and_empty(postgresql_server: Server) -> None:
    for _ in range(2):
        address = postgresql_server.empty_database("once").replace("+psycopg", "")
        with psycopg.connect(address) as connection:
            connection.execute("create table names (name text)")
            connection.execute("insert into names values ('张建国')")
            found = connection.execute("select count(*) from names where name like '%建国'").fetchone()
        assert found == (1,)


@pytest.mark.postgresql
def test_a_server_is_gone_after_its_block(postgresql_server: Server) -> None:
    with running_server() as other:
        assert other.folder != postgresql_server.folder
        assert other.answers()
    assert not other.answers()
    assert not other.folder.exists()
    assert postgresql_server.answers()
