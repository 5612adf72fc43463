"""Income: notes, imports, plan and jars; invoices with their numbers"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'd1c7e5a90b24'
down_revision = '92595b1508d0'
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_index('ix_income_entries_practice_id_day', table_name='income_entries')
    op.drop_index(op.f('ix_income_entries_import_id'), table_name='income_entries')
    op.drop_table('income_entries')
    op.drop_table('jar_rates')
    op.drop_index(op.f('ix_jar_moves_practice_id'), table_name='jar_moves')
    op.drop_table('jar_moves')
    op.drop_table('income_plans')
    op.drop_index(op.f('ix_income_imports_practice_id'), table_name='income_imports')
    op.drop_table('income_imports')
