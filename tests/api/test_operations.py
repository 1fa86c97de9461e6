import msgspec
import pytest

from tidings import telemetry
from tidings.api.description import description
from tidings.errors import Unavailable


async def test_it_is_alive_without_a_key(stranger):
    """A balancer needs no key."""
    answer = await stranger.get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_balancers_may_ask_for_less(stranger, method):
    """Row 56: `/health` answers GET and HEAD."""
    assert (await stranger.request(method, "/health")).status_code == 200


async def test_it_is_ready_when_every_component_is(stranger):
    """200, and each component's word."""
    answer = await stranger.get("/health/ready")

    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "components": {"state": "ok", "stream": "ok"}},
    )


async def test_it_is_not_ready_when_one_is_not(broken):
    """503, and which component is wrong with what."""

    async def ready():
        return {"state": "ok", "stream": "the disk is full"}

    async with broken(ready=ready) as api:
        answer = await api.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "components": {"state": "ok", "stream": "the disk is full"}}


async def test_metrics_are_read_at_the_moment_of_the_scrape(stranger):
    """Counters of this process, and how much waits now."""
    telemetry.calls_accepted.labels(type="track").inc()

    answer = await stranger.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'tidings_calls_accepted_total{type="track"}' in answer.text
    assert "tidings_stream_lag 3.0" in answer.text
    assert "tidings_due_depth 2.0" in answer.text


async def test_metrics_answer_when_storage_does_not(broken):
    """The counters still tell; the gauges are missing, which an alert can see."""

    async def depth():
        raise Unavailable("the database is locked")

    async with broken(depth=depth) as api:
        answer = await api.get("/metrics")

    assert answer.status_code == 200
    assert "tidings_calls_accepted" in answer.text
    assert "tidings_stream_lag" not in answer.text


async def test_metrics_of_all_processes_are_added_up(stranger, tmp_path, monkeypatch):
    """Where processes share a folder for metrics, its contents are answered."""
    (tmp_path / "metrics").mkdir()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "metrics"))

    answer = await stranger.get("/metrics")

    assert answer.status_code == 200
    assert "tidings_stream_lag 3.0" in answer.text


async def test_the_description_is_complete(stranger):
    """Every operation has a summary, a tag that is described, and refusals in the shape they come in."""
    schema = (await stranger.get("/docs/openapi.json")).json()

    tags = {tag["name"] for tag in schema["tags"]}
    operations = {(path, method): it for path, item in schema["paths"].items() for method, it in item.items()}
    assert ("/send", "post") in operations
    for where, operation in operations.items():
        assert operation["summary"], where
        assert operation["tags"], where
        assert set(operation["tags"]) <= tags, where
        if not where[0].startswith(("/health", "/metrics")):
            refusal = operation["responses"]["400"]["content"]["application/json"]["schema"]
            shape = "AccessTokenError" if where[0] == "/token" else "Refusal"  # RFC 6749 says how a token is refused
            assert refusal == {"$ref": f"#/components/schemas/{shape}"}, where
            assert operation["security"], where


async def test_the_reference_needs_no_network(stranger):
    """One page, our own style alone, nothing fetched from anywhere."""
    answer = await stranger.get("/docs")

    assert answer.status_code == 200
    assert "default-src &#39;none&#39;" in answer.text or "default-src 'none'" in answer.text
    assert "/profiles/{user_id}" in answer.text
    assert "<script" not in answer.text
    assert "src=" not in answer.text
    assert "https://" not in answer.text


async def test_the_description_needs_no_server(stranger):
    """Studio's types are made of the same document that a running server answers."""
    written = msgspec.json.decode(msgspec.json.encode(description()))
    served = (await stranger.get("/docs/openapi.json")).json()

    assert written["paths"] == served["paths"]
    assert written["components"]["schemas"].keys() == served["components"]["schemas"].keys()


async def test_the_root_leads_to_studio(stranger):
    """Whoever opens the address in a browser finds something."""
    answer = await stranger.get("/")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/studio/"


def test_a_request_to_send_is_described_whole():
    """By the struct that checks it: what may be in it, and what must be. Files are described as files."""
    written = msgspec.json.decode(msgspec.json.encode(description()))
    schemas = written["components"]["schemas"]
    (media,) = written["paths"]["/send"]["post"]["requestBody"]["content"].values()
    assert media["schema"] == {"$ref": "#/components/schemas/SendBody"}
    assert schemas["SendBody"]["properties"]["message"] == {"$ref": "#/components/schemas/SendMessage"}
    assert schemas["SendMessage"]["required"] == ["to"]
    assert {"routing", "channels", "timeout", "delay"} <= schemas["SendMessage"]["properties"].keys()
    references = {each["$ref"].split("/")[-1] for each in found(schemas, "$ref")}
    assert references <= schemas.keys()
    assert "image/png" in written["paths"]["/assets"]["post"]["requestBody"]["content"]


def found(value, key):
    """Find every object, however deep, that has a key."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    own = [value] if isinstance(value, dict) and isinstance(value.get(key), str) else []
    return own + [each for one in inner for each in found(one, key)]
