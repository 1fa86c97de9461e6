"""A restored or copied installation sends nothing until a person says so; one that only starts again goes on."""

import shutil

import httpx
import pytest

from tidings.testing import SmtpServer


def readiness(server):
    """Ask whether it is ready."""
    answer = httpx.get(f"{server.url}/health/ready")
    assert answer.status_code == 200
    return answer.json()["status"]


async def send(http, subject):
    """Ask for an email; give its id."""
    body = {"message": {"to": {"email": "ann@example.com"}, "content": {"title": subject, "body": "Hi"}}}
    answer = await http.post("/send", json=body)
    assert answer.status_code == 202
    return answer.json()["requestId"]


@pytest.mark.timeout(400)
async def test_a_copy_waits_to_be_released(serve, api, wait_until, tmp_path):
    """Restored from a backup, or copied by hand: calls are taken, nothing is sent twice, a release lets new ones go."""
    async with SmtpServer() as smtp:
        server = serve(smtp_url=smtp.url)
        await send(api(server), "before")
        await wait_until(lambda: smtp.counted.total() == 1)
        server.cli("backup", str(tmp_path / "backup"), "--json")
        assert server.stop() == 0

        server = serve(smtp_url=smtp.url)
        assert readiness(server) == "ok"  # it only started again
        assert server.stop() == 0

        (tmp_path / "data").rename(tmp_path / "original")
        server.cli("restore", str(tmp_path / "backup"), "--json")
        server = serve(smtp_url=smtp.url)
        assert readiness(server) == "held"
        new = await send(api(server), "held back")
        await wait_until(lambda: server.cli("messages", "list", "--json", "--limit", "1")["id"] == new)
        assert smtp.counted.total() == 1
        released = server.cli("release", "--yes", "--json")
        assert (released["released"], released["due_now"]) == (True, 1)
        await wait_until(lambda: smtp.counted.total() == 2)
        assert readiness(server) == "ok"
        assert server.stop() == 0

        shutil.rmtree(tmp_path / "data")
        shutil.copytree(tmp_path / "original", tmp_path / "data")
        server = serve(smtp_url=smtp.url)
        assert readiness(server) == "held"
        assert set(smtp.counted.values()) == {1}
        assert server.stop() == 0
