"""What each service that reports says of a message that arrived, as its documentation shows it."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tidings.providers.webhook import Webhook
from tidings.testing.http_service import HttpService

_ANOTHER = str.maketrans("abcdefABCDEF0123456789", "bcdefaBCDEFA1234567890")
_SIGNATURE = re.compile(rb'(?i)("signature"\s*:\s*"|\bsig=)([^"&]+)')

DELIVERED: Mapping[str, Callable[[str], Any]] = {
    "aws-ses": lambda message_id: {
        "eventType": "Delivery",
        "mail": {"messageId": "EXAMPLE7c191be45", "tags": {"tidings": [message_id]}},
        "delivery": {"timestamp": "2016-10-19T23:21:04.133Z", "smtpResponse": "250 2.6.0 Message received"},
    },
    "mailgun": lambda message_id: {
        "id": "CPgfbmQMTCKtHW6uIWtuVe",
        "timestamp": 1521472262.9,
        "event": "delivered",
        "user-variables": {"tidings": message_id},
    },
    "messagebird-sms": lambda message_id: {
        "id": "efa6405d518d4c0c88cce11f7db775fb",
        "reference": message_id,
        "statusDatetime": "2017-09-01T10:00:05+00:00",
        "status": "delivered",
    },
    "plivo": lambda _message_id: {"MessageUUID": "db3ce55a", "Status": "delivered"},
    "postmark": lambda message_id: {
        "RecordType": "Delivery",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "DeliveredAt": "2014-08-01T13:28:10Z",
        "Metadata": {"tidings": message_id},
    },
    "resend": lambda message_id: {
        "type": "email.delivered",
        "created_at": "2024-02-22T23:41:12.126Z",
        "data": {"email_id": "56761188-7520-42d8-8898-ff6fc54ce618", "tags": {"tidings": message_id}},
    },
    "sendgrid": lambda message_id: [
        {"event": "delivered", "timestamp": 1513299569, "sg_event_id": "ZGVsaXZlcmVkLTAtMTgy", "tidings": message_id}
    ],
    "telnyx": lambda _message_id: {
        "data": {
            "event_type": "message.finalized",
            "id": "4ee8c3a6-4995-4309-a3c6-38e3db9ea4be",
            "occurred_at": "2019-12-09T21:32:14.148+00:00",
            "payload": {"id": "ac012cbf", "to": [{"status": "delivered"}], "errors": []},
        }
    },
    "twilio": lambda _message_id: {"MessageSid": "SM1", "MessageStatus": "delivered"},
    "vonage": lambda message_id: {
        "messageId": "0A0000001234567B",
        "err-code": "0",
        "message-timestamp": "2020-01-01 12:00:00",
        "client-ref": message_id,
        "status": "delivered",
    },
    "whatsapp": lambda message_id: {
        "object": "whatsapp_business_account",
        "entry": [{"id": "WABA", "changes": [{"field": "messages", "value": _whatsapp(message_id)}]}],
    },
}


def news(key: str, service: HttpService, message_id: str, *, url: str) -> Webhook:
    """Post that a message arrived, as the service does: signed, to the message's own address at the receipts door."""
    body = msgspec.json.encode(DELIVERED[key](message_id))
    webhook = service.webhook(body, url=f"{url}/{message_id}", at=int(time.time() * 1000))
    return msgspec.structs.replace(webhook, message_id=message_id)


def forged(webhook: Webhook) -> Webhook:
    """Change the signature, wherever it stands: in headers, in the query, or in the body beside what it signs."""
    headers = {
        name: value if name == "content-type" else value.translate(_ANOTHER) for name, value in webhook.headers.items()
    }
    query = {name: value.translate(_ANOTHER) for name, value in webhook.query.items()}
    body = _SIGNATURE.sub(lambda found: found[1] + found[2].decode().translate(_ANOTHER).encode(), webhook.body)
    return msgspec.structs.replace(webhook, headers=headers, query=query, body=body)


def _whatsapp(message_id: str) -> dict[str, Any]:
    status = {"id": "wamid.X", "timestamp": "1504902988", "status": "delivered", "biz_opaque_callback_data": message_id}
    return {"messaging_product": "whatsapp", "statuses": [status]}
