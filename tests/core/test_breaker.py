"""The breaker: closed, open, half-open, and only one caller tries."""

import pytest

from community.core.breaker import Breaker, ServiceAwayError

pytestmark = pytest.mark.once


class Service:
    """Something that can be away, and a clock."""

    def __init__(self) -> None:
        self.now, self.away, self.asked = 0.0, False, 0
        self.breaker = Breaker("test", (OSError,), most=2, rest=2.0, clock=lambda: self.now)

    def ask(self) -> str:
        return self.breaker.call(self._answer)

    def _answer(self) -> str:
        self.asked += 1
        if self.away:
            raise OSError("away")
        return "here"


@pytest.fixture
def service() -> Service:
    return Service()


def test_two_failures_in_a_row_open_it(service: Service) -> None:
    service.away = True
    for _ in range(5):
        with pytest.raises(ServiceAwayError):
            service.ask()
    assert service.asked == 2
    assert service.breaker.is_open


def test_an_answer_between_two_failures_keeps_it_closed(service: Service) -> None:
    for away in (True, False, True, False):
        service.away = away
        if away:
            with pytest.raises(ServiceAwayError):
                service.ask()
        else:
            assert service.ask() == "here"
    assert not service.breaker.is_open


def test_another_error_is_an_answer(service: Service) -> None:
    service.away = True
    with pytest.raises(ServiceAwayError):
        service.ask()
    with pytest.raises(ValueError), service.breaker.guarding():
        raise ValueError
    with pytest.raises(ServiceAwayError):
        service.ask()
    assert not service.breaker.is_open


def test_after_a_rest_one_caller_tries(service: Service) -> None:
    service.away = True
    for _ in range(2):
        with pytest.raises(ServiceAwayError):
            service.ask()
    service.now = 2.1
    with pytest.raises(ServiceAwayError):
        service.ask()
    with pytest.raises(ServiceAwayError):
        service.ask()
    assert service.asked == 3
    service.now, service.away = 4.3, False
    assert service.ask() == "here"
    assert not service.breaker.is_open


def test_other_errors_are_answers(service: Service) -> None:
    def refuse() -> None:
        raise ValueError("a bad question")

    for _ in range(3):
        with pytest.raises(ValueError, match="bad question"):
            service.breaker.call(refuse)
    assert not service.breaker.is_open
