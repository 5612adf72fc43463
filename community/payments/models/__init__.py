"""Payments' tables by what they are about. All amounts are minor units, all instants UTC."""

from .charges import Payment, Refund, StripeEvent
from .connect import ConnectedAccount, Dispute, Payout, Reversal, Transfer
from .fees import FeeRule, PromoCode, PromoRedemption
from .ledger import LedgerOpen, LedgerTransaction, Posting
from .retainers import Customer, Subscription, SubscriptionInvoice
from .watch import Finding, MoneyAction, Watermark

__all__ = [
    "ConnectedAccount",
    "Customer",
    "Dispute",
    "FeeRule",
    "Finding",
    "LedgerOpen",
    "LedgerTransaction",
    "MoneyAction",
    "Payment",
    "Payout",
    "Posting",
    "PromoCode",
    "PromoRedemption",
    "Refund",
    "Reversal",
    "StripeEvent",
    "Subscription",
    "SubscriptionInvoice",
    "Transfer",
    "Watermark",
]
