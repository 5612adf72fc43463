"""Money: accounts at Stripe, transfers, disputes, payouts, fees, retainers, findings"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = '8a7378b648b7'
down_revision = '92595b1508d0'
branch_labels = None
depends_on = None


STATUSES = (
    *('due', 'charging', 'recovering', 'given_up', 'new', 'open', 'closing', 'expired'),
    *('authorised', 'capturing', 'releasing', 'released', 'paid'),
)
BEFORE = {
    ('payments', 'status'): f"status in ({', '.join(repr(one) for one in STATUSES[4:])})",
    ('payments', 'refunded'): 'refunded >= 0 and refunded <= amount',
    ('refunds', 'amount'): 'amount > 0',
    ('refunds', 'status'): "status in ('owed', 'done', 'failed')",
}
AFTER = {
    ('payments', 'status'): f"status in ({', '.join(repr(one) for one in STATUSES)})",
    ('payments', 'refunded'): 'refunded >= 0 and disputed >= 0 and refunded + disputed <= amount',
    ('refunds', 'amount'): 'amount > 0 and fee >= 0 and fee <= amount',
    ('refunds', 'status'): "status in ('owed', 'pending', 'done', 'failing', 'failed')",
}
NEW = {
    ('payments', 'mode'): "mode in ('platform', 'direct')",
    ('payments', 'whose'): "mode = 'platform' or account_id is not null",
    ('payments', 'fee_side'): "fee_side in ('client', 'practice')",
    ('payments', 'kind'): "kind in ('full', 'deposit', 'instalment', 'balance', 'retainer')",
    ('payments', 'stripe_fee'): 'stripe_fee is null or stripe_fee >= 0',
    ('payments', 'later'): 'discount >= 0 and attempts >= 0',
    ('refunds', 'attempt'): 'attempt >= 1',
    ('bookings', 'commission'): 'commission >= 0 and commission <= price',
    ('bookings', 'mode'): "mode in ('platform', 'direct', 'off')",
}


def change(dropped: dict[tuple[str, str], str], made: dict[tuple[str, str], str]) -> None:
    """Each table once: SQLite makes it anew each time."""
    for table in sorted({table for table, _ in (*dropped, *made)}):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for of, name in dropped:
                if of == table:
                    batch_op.drop_constraint(op.f(f'ck_{table}_{name}'), type_='check')
            for (of, name), rule in made.items():
                if of == table:
                    batch_op.create_check_constraint(op.f(f'ck_{table}_{name}'), rule)


def upgrade() -> None:
    op.create_table('connected_accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('payee', sa.String(), nullable=False),
    sa.Column('stripe_id', sa.String(), nullable=True),
    sa.Column('country', sa.String(), nullable=True),
    sa.Column('details_submitted', sa.Boolean(), nullable=False),
    sa.Column('charges_enabled', sa.Boolean(), nullable=False),
    sa.Column('payouts_enabled', sa.Boolean(), nullable=False),
    sa.Column('transfers', sa.String(), nullable=False),
    sa.Column('currently_due', sa.JSON(), nullable=False),
    sa.Column('past_due', sa.JSON(), nullable=False),
    sa.Column('pending_verification', sa.JSON(), nullable=False),
    sa.Column('due_by', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('disabled_reason', sa.String(), nullable=True),
    sa.Column('waiting_since', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('reminders', sa.Integer(), nullable=False),
    sa.Column('reminded_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('looked_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("transfers in ('inactive', 'pending', 'active')", name=op.f('ck_connected_accounts_transfers')),
    sa.CheckConstraint('reminders between 0 and 3', name=op.f('ck_connected_accounts_reminders')),
    sa.CheckConstraint('stripe_id is not null or (not charges_enabled and not payouts_enabled)', name=op.f('ck_connected_accounts_enabled')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_connected_accounts')),
    sa.UniqueConstraint('payee', name=op.f('uq_connected_accounts_payee')),
    sa.UniqueConstraint('ref', name=op.f('uq_connected_accounts_ref')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_connected_accounts_stripe_id'))
    )
    op.create_table('customers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('payer', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('stripe_id', sa.String(), nullable=True),
    sa.Column('payment_method', sa.String(), nullable=True),
    sa.Column('card', sa.String(), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers')),
    sa.UniqueConstraint('payer', 'account', name=op.f('uq_customers_payer_account')),
    sa.UniqueConstraint('ref', name=op.f('uq_customers_ref')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_customers_stripe_id'))
    )
    op.create_table('fee_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('niche', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('basis_points', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("side in ('client', 'practice')", name=op.f('ck_fee_rules_side')),
    sa.CheckConstraint('basis_points between 0 and 5000 and minimum >= 0', name=op.f('ck_fee_rules_amounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_rules'))
    )
    with op.batch_alter_table('fee_rules', schema=None) as batch_op:
        batch_op.create_index('uq_fee_rules_live', ['niche', 'source'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('findings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('object_id', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=True),
    sa.Column('found', sa.Integer(), nullable=True),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('found_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('resolved_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('resolution', sa.String(), nullable=True),
    sa.CheckConstraint('(resolved_at is null) = (resolution is null)', name=op.f('ck_findings_resolved')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_findings'))
    )
    with op.batch_alter_table('findings', schema=None) as batch_op:
        batch_op.create_index('uq_findings_open', ['kind', 'object_id'], unique=True, sqlite_where=sa.text('resolved_at IS NULL'), postgresql_where=sa.text('resolved_at IS NULL'))

    op.create_table('ledger_open',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('transaction_id', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('nowhere', sa.Integer(), nullable=False),
    sa.CheckConstraint('nowhere = -1', name=op.f('ck_ledger_open_nowhere')),
    sa.ForeignKeyConstraint(['nowhere'], ['ledger_open.id'], name=op.f('fk_ledger_open_nowhere_ledger_open'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_open')),
    sa.UniqueConstraint('transaction_id', 'currency', name=op.f('uq_ledger_open_transaction_id_currency'))
    )
    op.create_table('promo_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('payee', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('basis_points', sa.Integer(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('least', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=True),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('once_each', sa.Boolean(), nullable=False),
    sa.Column('starts_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(basis_points is null) <> (amount is null)', name=op.f('ck_promo_codes_either')),
    sa.CheckConstraint('amount is null or (amount > 0 and currency is not null)', name=op.f('ck_promo_codes_amount')),
    sa.CheckConstraint('basis_points is null or basis_points between 1 and 10000', name=op.f('ck_promo_codes_basis_points')),
    sa.CheckConstraint('ends_at is null or ends_at > starts_at', name=op.f('ck_promo_codes_span')),
    sa.CheckConstraint('uses >= 0 and (most is null or uses <= most)', name=op.f('ck_promo_codes_uses')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promo_codes')),
    sa.UniqueConstraint('payee', 'code', name=op.f('uq_promo_codes_payee_code'))
    )
    op.create_table('watermarks',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_watermarks'))
    )
    op.create_table('money_actions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(reason) >= 3', name=op.f('ck_money_actions_reason')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_money_actions_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_money_actions'))
    )
    with op.batch_alter_table('money_actions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_money_actions_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_money_actions_subject'), ['subject'], unique=False)

    op.create_table('payouts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('stripe_id', sa.String(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('failure', sa.String(), nullable=True),
    sa.Column('balance_transaction', sa.String(), nullable=True),
    sa.Column('arrives_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status in ('wanted', 'pending', 'in_transit', 'paid', 'failed', 'canceled', 'refused')", name=op.f('ck_payouts_status')),
    sa.CheckConstraint("status in ('wanted', 'refused') or stripe_id is not null", name=op.f('ck_payouts_known')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_payouts_amount')),
    sa.ForeignKeyConstraint(['account_id'], ['connected_accounts.id'], name=op.f('fk_payouts_account_id_connected_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payouts')),
    sa.UniqueConstraint('balance_transaction', name=op.f('uq_payouts_balance_transaction')),
    sa.UniqueConstraint('ref', name=op.f('uq_payouts_ref')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_payouts_stripe_id'))
    )
    with op.batch_alter_table('payouts', schema=None) as batch_op:
        batch_op.create_index('ix_payouts_account_id_created_at', ['account_id', 'created_at'], unique=False)

    op.create_table('subscriptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('payer', sa.String(), nullable=False),
    sa.Column('payee', sa.String(), nullable=False),
    sa.Column('payee_name', sa.String(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('fee', sa.Integer(), nullable=False),
    sa.Column('fee_side', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('niche', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('every_months', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('expires_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('checkout_id', sa.String(), nullable=True),
    sa.Column('checkout_url', sa.String(), nullable=True),
    sa.Column('stripe_id', sa.String(), nullable=True),
    sa.Column('period_from', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('period_until', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ends_with_period', sa.Boolean(), nullable=False),
    sa.Column('failure', sa.String(), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("fee_side in ('client', 'practice')", name=op.f('ck_subscriptions_fee_side')),
    sa.CheckConstraint("mode = 'platform' or account_id is not null", name=op.f('ck_subscriptions_whose')),
    sa.CheckConstraint("mode in ('platform', 'direct')", name=op.f('ck_subscriptions_mode')),
    sa.CheckConstraint("status in ('new', 'open', 'closing', 'expired', 'incomplete', 'active', 'past_due', 'unpaid', 'paused', 'ended')", name=op.f('ck_subscriptions_status')),
    sa.CheckConstraint('amount > 0 and fee >= 0 and fee <= amount', name=op.f('ck_subscriptions_amounts')),
    sa.CheckConstraint('every_months between 1 and 12', name=op.f('ck_subscriptions_every_months')),
    sa.ForeignKeyConstraint(['account_id'], ['connected_accounts.id'], name=op.f('fk_subscriptions_account_id_connected_accounts')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_subscriptions_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriptions')),
    sa.UniqueConstraint('checkout_id', name=op.f('uq_subscriptions_checkout_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_subscriptions_ref')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_subscriptions_stripe_id')),
    sa.UniqueConstraint('subject', name=op.f('uq_subscriptions_subject'))
    )
    with op.batch_alter_table('subscriptions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscriptions_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscriptions_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscriptions_payee'), ['payee'], unique=False)
        batch_op.create_index('ix_subscriptions_status_expires_at', ['status', 'expires_at'], unique=False)

    op.create_table('disputes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stripe_id', sa.String(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('fee', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('evidence_due_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('submitted_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('opened_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("outcome is null or outcome in ('won', 'lost', 'warning_closed', 'prevented')", name=op.f('ck_disputes_outcome')),
    sa.CheckConstraint("status in ('warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review', 'won', 'lost', 'prevented')", name=op.f('ck_disputes_status')),
    sa.CheckConstraint('(outcome is null) = (closed_at is null)', name=op.f('ck_disputes_closed')),
    sa.CheckConstraint('amount > 0 and fee >= 0 and taken >= 0', name=op.f('ck_disputes_amounts')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_disputes_payment_id_payments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disputes')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_disputes_stripe_id'))
    )
    with op.batch_alter_table('disputes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_disputes_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index('ix_disputes_status_evidence_due_at', ['status', 'evidence_due_at'], unique=False)

    op.create_table('promo_redemptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('promo_code_id', sa.Integer(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=False),
    sa.Column('payer', sa.String(), nullable=False),
    sa.Column('once_for', sa.String(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status in ('held', 'used', 'void')", name=op.f('ck_promo_redemptions_status')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_promo_redemptions_amount')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_promo_redemptions_payment_id_payments')),
    sa.ForeignKeyConstraint(['promo_code_id'], ['promo_codes.id'], name=op.f('fk_promo_redemptions_promo_code_id_promo_codes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promo_redemptions')),
    sa.UniqueConstraint('payment_id', name=op.f('uq_promo_redemptions_payment_id'))
    )
    with op.batch_alter_table('promo_redemptions', schema=None) as batch_op:
        batch_op.create_index('uq_promo_redemptions_once', ['promo_code_id', 'once_for'], unique=True, sqlite_where=sa.text("status <> 'void'"), postgresql_where=sa.text("status <> 'void'"))

    op.create_table('subscription_invoices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stripe_id', sa.String(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('pay_url', sa.String(), nullable=True),
    sa.Column('period_from', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('period_until', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('paid_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status <> 'paid' or amount = 0 or payment_id is not null", name=op.f('ck_subscription_invoices_paid')),
    sa.CheckConstraint("status in ('draft', 'open', 'paid', 'void', 'uncollectible')", name=op.f('ck_subscription_invoices_status')),
    sa.CheckConstraint('amount >= 0 and attempts >= 0', name=op.f('ck_subscription_invoices_amount')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_subscription_invoices_payment_id_payments')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscriptions.id'], name=op.f('fk_subscription_invoices_subscription_id_subscriptions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription_invoices')),
    sa.UniqueConstraint('payment_id', name=op.f('uq_subscription_invoices_payment_id')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_subscription_invoices_stripe_id'))
    )
    with op.batch_alter_table('subscription_invoices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscription_invoices_subscription_id'), ['subscription_id'], unique=False)

    op.create_table('transfers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=False),
    sa.Column('payee', sa.String(), nullable=False),
    sa.Column('destination', sa.String(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('recovered', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('failure', sa.String(), nullable=True),
    sa.Column('stripe_id', sa.String(), nullable=True),
    sa.Column('balance_transaction', sa.String(), nullable=True),
    sa.Column('reversed', sa.Integer(), nullable=False),
    sa.Column('due_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status <> 'sent' or stripe_id is not null", name=op.f('ck_transfers_sent')),
    sa.CheckConstraint("status in ('due', 'sending', 'sent', 'nothing')", name=op.f('ck_transfers_status')),
    sa.CheckConstraint("status not in ('sending', 'sent') or amount > 0", name=op.f('ck_transfers_something')),
    sa.CheckConstraint('amount >= 0 and recovered >= 0', name=op.f('ck_transfers_amount')),
    sa.CheckConstraint('reversed >= 0 and reversed <= amount', name=op.f('ck_transfers_reversed')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_transfers_payment_id_payments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers')),
    sa.UniqueConstraint('balance_transaction', name=op.f('uq_transfers_balance_transaction')),
    sa.UniqueConstraint('payment_id', 'payee', name=op.f('uq_transfers_payment_id_payee')),
    sa.UniqueConstraint('ref', name=op.f('uq_transfers_ref')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_transfers_stripe_id'))
    )
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.create_index('ix_transfers_payee', ['payee'], unique=False)
        batch_op.create_index('ix_transfers_status_due_at', ['status', 'due_at'], unique=False)

    op.create_table('reversals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('transfer_id', sa.Integer(), nullable=False),
    sa.Column('refund_id', sa.Integer(), nullable=True),
    sa.Column('dispute_id', sa.Integer(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('failure', sa.String(), nullable=True),
    sa.Column('stripe_id', sa.String(), nullable=True),
    sa.Column('balance_transaction', sa.String(), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('done_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status <> 'done' or stripe_id is not null", name=op.f('ck_reversals_done')),
    sa.CheckConstraint("status in ('owed', 'done', 'failed')", name=op.f('ck_reversals_status')),
    sa.CheckConstraint('(refund_id is null) <> (dispute_id is null)', name=op.f('ck_reversals_cause')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_reversals_amount')),
    sa.ForeignKeyConstraint(['dispute_id'], ['disputes.id'], name=op.f('fk_reversals_dispute_id_disputes')),
    sa.ForeignKeyConstraint(['refund_id'], ['refunds.id'], name=op.f('fk_reversals_refund_id_refunds')),
    sa.ForeignKeyConstraint(['transfer_id'], ['transfers.id'], name=op.f('fk_reversals_transfer_id_transfers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reversals')),
    sa.UniqueConstraint('balance_transaction', name=op.f('uq_reversals_balance_transaction')),
    sa.UniqueConstraint('ref', name=op.f('uq_reversals_ref')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_reversals_stripe_id')),
    sa.UniqueConstraint('transfer_id', 'dispute_id', name=op.f('uq_reversals_transfer_id_dispute_id')),
    sa.UniqueConstraint('transfer_id', 'refund_id', name=op.f('uq_reversals_transfer_id_refund_id'))
    )
    with op.batch_alter_table('reversals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reversals_dispute_id'), ['dispute_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reversals_refund_id'), ['refund_id'], unique=False)

    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('commission', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('mode', sa.String(), server_default='platform', nullable=False))
        batch_op.add_column(sa.Column('source', sa.String(), server_default='', nullable=False))

    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fee_side', sa.String(), server_default='client', nullable=False))
        batch_op.add_column(sa.Column('mode', sa.String(), server_default='platform', nullable=False))
        batch_op.add_column(sa.Column('account_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('niche', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('source', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('kind', sa.String(), server_default='full', nullable=False))
        batch_op.add_column(sa.Column('discount', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('balance_transaction', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('application_fee', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('stripe_fee', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('customer_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('payment_method', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('due_at', community.core.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('attempts', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('next_try_at', community.core.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('failure', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('recover_by', community.core.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('recovers_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('disputed', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('released_at', community.core.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_payments_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_payments_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index('ix_payments_status_due_at', ['status', 'due_at'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_payments_balance_transaction'), ['balance_transaction'])
        batch_op.create_unique_constraint(batch_op.f('uq_payments_application_fee'), ['application_fee'])
        batch_op.create_unique_constraint(batch_op.f('uq_payments_charge_id'), ['charge_id'])
        batch_op.create_foreign_key(batch_op.f('fk_payments_recovers_id_payments'), 'payments', ['recovers_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_payments_customer_id_customers'), 'customers', ['customer_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_payments_account_id_connected_accounts'), 'connected_accounts', ['account_id'], ['id'])

    with op.batch_alter_table('refunds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attempt', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('balance_transaction', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('failure', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('retry_at', community.core.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('failed_at', community.core.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_refunds_balance_transaction'), ['balance_transaction'])

    with op.batch_alter_table('stripe_events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('account', sa.String(), nullable=True))

    with op.batch_alter_table('ledger_transactions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('balance_transaction', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_ledger_transactions_balance_transaction'), ['balance_transaction'], unique=False)

    change(BEFORE, AFTER | NEW)


def downgrade() -> None:
    on = ' ON postings' if op.get_bind().dialect.name == 'postgresql' else ''
    op.execute(f'DROP TRIGGER IF EXISTS postings_sum_to_zero{on}')
    change(AFTER | NEW, BEFORE)
    with op.batch_alter_table('ledger_transactions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_transactions_balance_transaction'))
        batch_op.drop_column('balance_transaction')

    with op.batch_alter_table('stripe_events', schema=None) as batch_op:
        batch_op.drop_column('account')

    with op.batch_alter_table('refunds', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_refunds_balance_transaction'), type_='unique')
        batch_op.drop_column('failed_at')
        batch_op.drop_column('retry_at')
        batch_op.drop_column('failure')
        batch_op.drop_column('balance_transaction')
        batch_op.drop_column('attempt')

    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_payments_account_id_connected_accounts'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_payments_customer_id_customers'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_payments_recovers_id_payments'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_payments_charge_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_payments_application_fee'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_payments_balance_transaction'), type_='unique')
        batch_op.drop_index('ix_payments_status_due_at')
        batch_op.drop_index(batch_op.f('ix_payments_customer_id'))
        batch_op.drop_index(batch_op.f('ix_payments_account_id'))
        batch_op.drop_column('released_at')
        batch_op.drop_column('disputed')
        batch_op.drop_column('recovers_id')
        batch_op.drop_column('recover_by')
        batch_op.drop_column('failure')
        batch_op.drop_column('next_try_at')
        batch_op.drop_column('attempts')
        batch_op.drop_column('due_at')
        batch_op.drop_column('payment_method')
        batch_op.drop_column('customer_id')
        batch_op.drop_column('stripe_fee')
        batch_op.drop_column('application_fee')
        batch_op.drop_column('balance_transaction')
        batch_op.drop_column('discount')
        batch_op.drop_column('kind')
        batch_op.drop_column('source')
        batch_op.drop_column('niche')
        batch_op.drop_column('account_id')
        batch_op.drop_column('mode')
        batch_op.drop_column('fee_side')

    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.drop_column('source')
        batch_op.drop_column('mode')
        batch_op.drop_column('commission')

    with op.batch_alter_table('reversals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reversals_refund_id'))
        batch_op.drop_index(batch_op.f('ix_reversals_dispute_id'))

    op.drop_table('reversals')
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.drop_index('ix_transfers_status_due_at')
        batch_op.drop_index('ix_transfers_payee')

    op.drop_table('transfers')
    with op.batch_alter_table('subscription_invoices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subscription_invoices_subscription_id'))

    op.drop_table('subscription_invoices')
    with op.batch_alter_table('promo_redemptions', schema=None) as batch_op:
        batch_op.drop_index('uq_promo_redemptions_once', sqlite_where=sa.text("status <> 'void'"), postgresql_where=sa.text("status <> 'void'"))

    op.drop_table('promo_redemptions')
    with op.batch_alter_table('disputes', schema=None) as batch_op:
        batch_op.drop_index('ix_disputes_status_evidence_due_at')
        batch_op.drop_index(batch_op.f('ix_disputes_payment_id'))

    op.drop_table('disputes')
    with op.batch_alter_table('subscriptions', schema=None) as batch_op:
        batch_op.drop_index('ix_subscriptions_status_expires_at')
        batch_op.drop_index(batch_op.f('ix_subscriptions_payee'))
        batch_op.drop_index(batch_op.f('ix_subscriptions_customer_id'))
        batch_op.drop_index(batch_op.f('ix_subscriptions_account_id'))

    op.drop_table('subscriptions')
    with op.batch_alter_table('payouts', schema=None) as batch_op:
        batch_op.drop_index('ix_payouts_account_id_created_at')

    op.drop_table('payouts')
    with op.batch_alter_table('money_actions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_money_actions_subject'))
        batch_op.drop_index(batch_op.f('ix_money_actions_person_id'))

    op.drop_table('money_actions')
    op.drop_table('watermarks')
    op.drop_table('promo_codes')
    op.drop_table('ledger_open')
    with op.batch_alter_table('findings', schema=None) as batch_op:
        batch_op.drop_index('uq_findings_open', sqlite_where=sa.text('resolved_at IS NULL'), postgresql_where=sa.text('resolved_at IS NULL'))

    op.drop_table('findings')
    with op.batch_alter_table('fee_rules', schema=None) as batch_op:
        batch_op.drop_index('uq_fee_rules_live', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('fee_rules')
    op.drop_table('customers')
    op.drop_table('connected_accounts')
