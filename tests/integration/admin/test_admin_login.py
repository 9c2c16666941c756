from __future__ import annotations

from http import HTTPStatus

import pytest

ADDRESS = "/en/admin/login/"
RIGHT = "seven plain words make a door"

pytestmark = pytest.mark.usefixtures("steward")


def try_in(client, password, address="10.0.0.1"):
    sent = {"username": "steward", "password": password}
    return client.post(ADDRESS, sent, REMOTE_ADDR=address)


@pytest.fixture
def locks(settings):
    """The lockout as it is outside the tests."""
    settings.AXES_ENABLED = True
    return settings.AXES_FAILURE_LIMIT


def test_the_right_password_opens(client, locks):
    assert locks > 1
    assert try_in(client, RIGHT).status_code == HTTPStatus.FOUND


def test_guessing_locks_the_guesser_out_even_with_the_right_password(client, locks):
    for _ in range(locks):
        answer = try_in(client, "guess")
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert try_in(client, RIGHT).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_guessing_elsewhere_locks_out_nobody_here(client, locks):
    for _ in range(locks):
        try_in(client, "guess", address="10.0.0.2")
    assert try_in(client, RIGHT).status_code == HTTPStatus.FOUND


@pytest.mark.usefixtures("locks")
def test_an_account_without_staff_rights_stays_outside(client, steward):
    steward.is_staff = steward.is_superuser = False
    steward.save()
    assert try_in(client, RIGHT).status_code == HTTPStatus.OK
    assert client.get("/en/admin/").status_code == HTTPStatus.FOUND
