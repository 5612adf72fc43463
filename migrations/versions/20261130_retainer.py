"""Retainers: the listing kind, who is on one, and the log of each"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'b3f09ac61d72'
down_revision = 'd1c7e5a90b24'
branch_labels = None
depends_on = None

KINDS = ('session', 'project', 'workshop', 'digital', 'inquiry')


def _kind(kinds: tuple[str, ...]) -> str:
    return f"kind in ({', '.join(repr(one) for one in kinds)})"


def upgrade() -> None:
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scope', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('clients_most', sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f('ck_listings_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_listings_kind'), _kind((*KINDS[:3], 'retainer', *KINDS[3:])))
        batch_op.create_check_constraint(op.f('ck_listings_clients_most'), 'clients_most is null or clients_most between 1 and 500')
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.alter_column('scope', server_default=None, existing_type=sa.String(), existing_nullable=False)

    op.create_table('retainers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('fee', sa.Integer(), nullable=False),
    sa.Column('commission', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('ends_with_period', sa.Boolean(), nullable=False),
    sa.Column('ended_by', sa.String(), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('started_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(mode = 'off') = (subscription_id is null)", name=op.f('ck_retainers_paid_by')),
    sa.CheckConstraint("mode in ('platform', 'direct', 'off')", name=op.f('ck_retainers_mode')),
    sa.CheckConstraint("state in ('held', 'expired', 'active', 'past_due', 'ended')", name=op.f('ck_retainers_state')),
    sa.CheckConstraint('commission >= 0 and commission <= price', name=op.f('ck_retainers_commission')),
    sa.CheckConstraint('price > 0 and fee >= 0 and total = price + fee', name=op.f('ck_retainers_amounts')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['persons.id'], name=op.f('fk_retainers_ended_by_id_persons')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_retainers_listing_id_listings')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_retainers_order_id_orders')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_retainers_practice_id_practices')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscriptions.id'], name=op.f('fk_retainers_subscription_id_subscriptions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retainers')),
    sa.UniqueConstraint('order_id', name=op.f('uq_retainers_order_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_retainers_ref')),
    sa.UniqueConstraint('subscription_id', name=op.f('uq_retainers_subscription_id'))
    )
    op.create_index('ix_retainers_listing_id_state', 'retainers', ['listing_id', 'state'], unique=False)
    op.create_index('ix_retainers_practice_id_state', 'retainers', ['practice_id', 'state'], unique=False)
    op.create_table('retainer_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('retainer_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['persons.id'], name=op.f('fk_retainer_events_actor_id_persons')),
    sa.ForeignKeyConstraint(['retainer_id'], ['retainers.id'], name=op.f('fk_retainer_events_retainer_id_retainers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retainer_events'))
    )
    op.create_index(op.f('ix_retainer_events_retainer_id'), 'retainer_events', ['retainer_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_retainer_events_retainer_id'), table_name='retainer_events')
    op.drop_table('retainer_events')
    op.drop_index('ix_retainers_practice_id_state', table_name='retainers')
    op.drop_index('ix_retainers_listing_id_state', table_name='retainers')
    op.drop_table('retainers')
    # A retainer becomes what it is nearest to: a draft that is answered with a quote.
    op.execute("update listings set kind = 'inquiry', status = 'draft' where kind = 'retainer'")
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_listings_clients_most'), type_='check')
        batch_op.drop_constraint(op.f('ck_listings_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_listings_kind'), _kind(KINDS))
        batch_op.drop_column('clients_most')
        batch_op.drop_column('scope')
