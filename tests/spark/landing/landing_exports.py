"""The smallest exports that landing's tests need."""

from __future__ import annotations

import json

REPORT = "balance_transaction_id,currency,gross,fee,net,reporting_category,payment_metadata[order]\n"


def charge(number: int) -> str:
    return json.dumps({"id": f"ch_{number}x", "object": "charge", "livemode": False, "amount": number, "new_key": [1]})


def customer(number: int) -> str:
    return json.dumps({"id": f"cus_{number}x", "object": "customer", "livemode": False, "email": None})


def report(*numbers: int) -> str:
    return REPORT + "".join(f'txn_{n},usd,{n}.00,0.30,{n}.70,charge,"a\n{n}"\n' for n in numbers)
