"""Keep Courier, add tidings: Segment's own library in front, real services behind, a real server in between."""

import asyncio
import os
import signal
from typing import Any

import segment.analytics.client as segment

from tidings.testing.http_services import CourierCloudService, HttpService

WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"


async def test_calls_fan_out(serve: Any, wait_until: Any, api: Any) -> None:
    """One source feeds Courier's service and a webhook, each with its own filter; the view tells the story."""
    async with CourierCloudService() as cloud, HttpService() as hook:
        server = serve(allow_private_destinations="true")
        http = api(server)
        bodies = [
            {
                "kind": "courier_cloud",
                "name": "Courier",
                "settings": {"api_key": "pk_prod_test", "base_url": cloud.url},
            },
            {
                "kind": "webhook",
                "name": "Orders",
                "settings": {"url": f"{hook.url}/hook", "shared_secret": "s"},
                "filters": [{"title": "Orders", "if": "event = 'Order'", "actions": [{"type": "ONLY"}]}],
            },
        ]
        made = [(await http.post("/destinations", json=body)).json() for body in bodies]
        made = [(await http.get(f"/destinations/{each['id']}")).json() for each in made]

        analytics = segment.Client(WRITE_KEY, host=server.url, on_error=lambda *_: None)
        analytics.identify("ann", {"email": "ann@example.com"})
        analytics.track("ann", "Order", {"total": 5})
        analytics.track("ann", "Click", {})
        analytics.page("ann", "Docs", "Home")
        analytics.flush()
        await wait_until(lambda: len(cloud.taken) == 3 and len(hook.taken) == 1)

        assert sorted(each.call["type"] for each in cloud.taken) == ["identify", "track", "track"]
        assert hook.taken[0].call["event"] == "Order"
        assert hook.taken[0].headers["x-signature"]

        async def view(destination: dict[str, Any]) -> dict[str, Any]:
            found: dict[str, Any] = (await http.get(f"/destinations/{destination['id']}/delivery")).json()
            return found

        async with asyncio.timeout(30):  # the view is written after the answer came
            while (totals := (await view(made[1]))["totals"])["delivered"] == 0:
                await asyncio.sleep(0.05)
        assert (totals["received"], totals["filtered"], totals["delivered"]) == (4, 3, 1)
        events = (await http.get("/sources/1/events")).json()["results"]
        assert {"Order", "Click"} <= {event["name"] for event in events}


async def test_a_killed_worker_loses_no_delivery(serve: Any, wait_until: Any, api: Any) -> None:
    """However often the worker is killed, every call arrives at least once, with its own messageId."""
    async with HttpService() as hook:
        server = serve(allow_private_destinations="true")
        http = api(server)
        body = {"kind": "webhook", "name": "Hook", "settings": {"url": hook.url}}
        assert (await http.post("/destinations", json=body)).status_code == 201
        analytics = segment.Client(WRITE_KEY, host=server.url, on_error=lambda *_: None)
        sent = set()
        for round_ in range(4):
            for number in range(100):
                ok, call = analytics.track("ann", f"Event {round_}", {"number": number})
                assert ok
                sent.add(call["messageId"])
            analytics.flush()
            if worker := server.children().get("worker"):
                os.kill(worker, signal.SIGKILL)
        await wait_until(lambda: {each.call["messageId"] for each in list(hook.taken)} >= sent, seconds=90)
