"""Automatic payouts: what is available on an account with a daily schedule leaves it at midnight."""

from community.payments.sandbox import balance
from community.payments.sandbox.connect.schedule import next_payout
from community.payments.sandbox.funds.payouts import pay_out
from community.payments.sandbox.records import Json, Tx


def run(tx: Tx, account: Json) -> None:
    """Pay out what is available, and arm the next round."""
    bank = account["external_accounts"]["data"][0]["id"]
    theirs = tx.on(account["id"])
    for currency, (available, _) in balance.sums(theirs).items():
        if available > 0:
            pay_out(theirs, available, currency, bank, {"description": "STRIPE PAYOUT"}, automatic=True)
    tx.on("").save(account, due=next_payout(account, tx.now))
