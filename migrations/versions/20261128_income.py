"""Income: notes, imports, plan and jars; invoices with their numbers"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'd1c7e5a90b24'
down_revision = '8a7378b648b7'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('invoice_series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.CheckConstraint('last >= 0', name=op.f('ck_invoice_series_last')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_series')),
    sa.UniqueConstraint('name', name=op.f('uq_invoice_series_name'))
    )
    op.create_table('billing_details',
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('tax_id', sa.String(), nullable=False),
    sa.Column('changed_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_billing_details_order_id_orders')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_billing_details'))
    )
    op.create_table('income_imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.Column('faults', sa.JSON(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('settled_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind in ('income', 'cost')", name=op.f('ck_income_imports_kind')),
    sa.CheckConstraint("status in ('new', 'taken', 'undone')", name=op.f('ck_income_imports_status')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_income_imports_person_id_persons')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_income_imports_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_income_imports'))
    )
    op.create_index(op.f('ix_income_imports_practice_id'), 'income_imports', ['practice_id'], unique=False)
    op.create_table('income_plans',
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('pay', sa.Integer(), nullable=True),
    sa.Column('cash', sa.Integer(), nullable=True),
    sa.Column('cash_day', sa.Date(), nullable=True),
    sa.Column('wanted', sa.Integer(), nullable=True),
    sa.Column('costs', sa.Integer(), nullable=True),
    sa.Column('tax', sa.Integer(), nullable=False),
    sa.Column('weeks_off', sa.Integer(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.CheckConstraint('hours between 1 and 100', name=op.f('ck_income_plans_hours')),
    sa.CheckConstraint('pay is null or pay >= 0', name=op.f('ck_income_plans_pay')),
    sa.CheckConstraint('tax between 0 and 9000', name=op.f('ck_income_plans_tax')),
    sa.CheckConstraint('weeks_off between 0 and 51', name=op.f('ck_income_plans_weeks_off')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_income_plans_practice_id_practices')),
    sa.PrimaryKeyConstraint('practice_id', name=op.f('pk_income_plans'))
    )
    op.create_table('invoice_terms',
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('prefix', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('tax_id', sa.String(), nullable=False),
    sa.Column('tax_name', sa.String(), nullable=False),
    sa.Column('rates', sa.JSON(), nullable=False),
    sa.Column('reverse_charge', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_invoice_terms_practice_id_practices')),
    sa.PrimaryKeyConstraint('practice_id', name=op.f('pk_invoice_terms'))
    )
    op.create_table('invoices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=True),
    sa.Column('payment_ref', sa.String(), nullable=True),
    sa.Column('credits_id', sa.Integer(), nullable=True),
    sa.Column('credits_label', sa.String(), nullable=False),
    sa.Column('issued_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('net', sa.Integer(), nullable=False),
    sa.Column('tax', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('seller', sa.JSON(), nullable=False),
    sa.Column('buyer', sa.JSON(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('taxes', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('paid', sa.String(), nullable=False),
    sa.CheckConstraint("(kind = 'credit_note') = (credits_id is not null)", name=op.f('ck_invoices_credits')),
    sa.CheckConstraint("kind <> 'credit_note' or total < 0", name=op.f('ck_invoices_credit_note_total')),
    sa.CheckConstraint("kind <> 'invoice' or total > 0", name=op.f('ck_invoices_invoice_total')),
    sa.CheckConstraint("kind in ('invoice', 'credit_note', 'fee')", name=op.f('ck_invoices_kind')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_invoices_number')),
    sa.CheckConstraint('total = net + tax and total <> 0', name=op.f('ck_invoices_amounts')),
    sa.ForeignKeyConstraint(['credits_id'], ['invoices.id'], name=op.f('fk_invoices_credits_id_invoices')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_invoices_order_id_orders')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_invoices_practice_id_practices')),
    sa.ForeignKeyConstraint(['series_id'], ['invoice_series.id'], name=op.f('fk_invoices_series_id_invoice_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoices')),
    sa.UniqueConstraint('ref', name=op.f('uq_invoices_ref')),
    sa.UniqueConstraint('series_id', 'number', name=op.f('uq_invoices_series_id_number')),
    sa.UniqueConstraint('source', name=op.f('uq_invoices_source'))
    )
    op.create_index(op.f('ix_invoices_credits_id'), 'invoices', ['credits_id'], unique=False)
    op.create_index(op.f('ix_invoices_order_id'), 'invoices', ['order_id'], unique=False)
    op.create_index(op.f('ix_invoices_payment_ref'), 'invoices', ['payment_ref'], unique=False)
    op.create_index('ix_invoices_practice_id_id', 'invoices', ['practice_id', 'id'], unique=False)
    op.create_table('jar_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('jar', sa.String(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("jar in ('tax', 'retirement', 'buffer')", name=op.f('ck_jar_moves_jar')),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_jar_moves_amount')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_jar_moves_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jar_moves'))
    )
    op.create_index(op.f('ix_jar_moves_practice_id'), 'jar_moves', ['practice_id'], unique=False)
    op.create_table('jar_rates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('jar', sa.String(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.CheckConstraint("jar in ('tax', 'retirement', 'buffer')", name=op.f('ck_jar_rates_jar')),
    sa.CheckConstraint('share between 0 and 10000', name=op.f('ck_jar_rates_share')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_jar_rates_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jar_rates')),
    sa.UniqueConstraint('practice_id', 'jar', 'since', name=op.f('uq_jar_rates_practice_id_jar_since'))
    )
    op.create_table('income_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('stream', sa.String(), nullable=False),
    sa.Column('party', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind in ('income', 'cost')", name=op.f('ck_income_entries_kind')),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_income_entries_amount')),
    sa.ForeignKeyConstraint(['import_id'], ['income_imports.id'], name=op.f('fk_income_entries_import_id_income_imports')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_income_entries_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_income_entries'))
    )
    op.create_index(op.f('ix_income_entries_import_id'), 'income_entries', ['import_id'], unique=False)
    op.create_index('ix_income_entries_practice_id_day', 'income_entries', ['practice_id', 'day'], unique=False)
    op.create_table('invoice_mails',
    sa.Column('invoice_id', sa.Integer(), nullable=False),
    sa.Column('sent_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoices.id'], name=op.f('fk_invoice_mails_invoice_id_invoices')),
    sa.PrimaryKeyConstraint('invoice_id', name=op.f('pk_invoice_mails'))
    )


def downgrade() -> None:
    op.drop_table('invoice_mails')
    op.drop_index('ix_income_entries_practice_id_day', table_name='income_entries')
    op.drop_index(op.f('ix_income_entries_import_id'), table_name='income_entries')
    op.drop_table('income_entries')
    op.drop_table('jar_rates')
    op.drop_index(op.f('ix_jar_moves_practice_id'), table_name='jar_moves')
    op.drop_table('jar_moves')
    op.drop_index('ix_invoices_practice_id_id', table_name='invoices')
    op.drop_index(op.f('ix_invoices_payment_ref'), table_name='invoices')
    op.drop_index(op.f('ix_invoices_order_id'), table_name='invoices')
    op.drop_index(op.f('ix_invoices_credits_id'), table_name='invoices')
    op.drop_table('invoices')
    op.drop_table('invoice_terms')
    op.drop_table('income_plans')
    op.drop_index(op.f('ix_income_imports_practice_id'), table_name='income_imports')
    op.drop_table('income_imports')
    op.drop_table('billing_details')
    op.drop_table('invoice_series')
