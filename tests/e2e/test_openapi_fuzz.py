"""Requests made of our own OpenAPI, right and wrong ones, against a live server: no operation answers with a fault."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
EXAMPLES = 6
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations(url: str) -> Iterator[Any]:
    """Read the document and list its operations."""
    schema = schemathesis.openapi.from_url(f"{url}/docs/openapi.json")
    for found in schema.get_all_operations():
        if not found.ok().path.endswith("/stream"):  # which ends by itself after an hour
            yield found.ok()


def faults(operation: Any, session: requests.Session) -> list[str]:
    """Ask an operation some things; list the answers that only a fault of ours can explain."""
    found: list[str] = []

    @seed(1)
    @QUIET
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call(session=session)
        if answer.status_code >= 500:
            found.append(f"{operation.label} {answer.status_code}: {case.as_curl_command()} -> {answer.text[:200]}")

    ask()
    return found


@pytest.mark.timeout(300)
def test_no_operation_fails_of_itself(shared_server: Any) -> None:
    """Whatever the schema allows, and some of what it does not: 2xx or 4xx, never 5xx."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {API_KEY}"
        listed = list(operations(shared_server.url))
        assert len(listed) > 20
        assert [fault for operation in listed for fault in faults(operation, session)] == []
    assert '"level": "error"' not in shared_server.log.read_text()
