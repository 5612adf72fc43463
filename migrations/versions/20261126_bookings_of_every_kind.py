"""Bookings of every kind"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = '92595b1508d0'
down_revision = 'b7e2d94c8f13'
branch_labels = None
depends_on = None

BEFORE = {
    ('bookings', 'state'): "state in ('held', 'expired', 'confirmed', 'cancelled', 'delivered', 'completed')",
    ('listings', 'kind'): "kind in ('session')",
    ('listings', 'policy'): "policy in ('flexible', 'moderate', 'strict')",
    ('payments', 'status'): "status in ('new', 'open', 'closing', 'expired', 'paid')",
}
AFTER = {
    ('bookings', 'state'): "state in ('held', 'asked', 'quoted', 'countered', 'requested', 'capture_failed', 'confirmed', "
    "'delivered', 'objected', 'no_show', 'completed', 'cancelled', 'expired', 'declined', 'lapsed', 'resolved')",
    ('listings', 'kind'): "kind in ('session', 'project', 'workshop', 'digital', 'inquiry')",
    ('listings', 'policy'): "policy in ('flexible', 'moderate', 'strict', 'own')",
    ('payments', 'status'): "status in ('new', 'open', 'closing', 'expired', 'authorised', 'capturing', 'releasing', "
    "'released', 'paid')",
}
NEW = {
    ('listings', 'price'): "price is null or price >= 0",
    ('listings', 'series_most'): "series_most between 1 and 12",
    ('calendars', 'rest_days'): "rest_days between 0 and 20",
    ('calendars', 'clients_at_once'): "clients_at_once is null or clients_at_once between 1 and 500",
}
# What each policy says, frozen into the bookings that were made under it: [minutes ahead, per cent].
TIERS = {
    'flexible': '[[1440, 100], [120, 50]]',
    'moderate': '[[7200, 100], [1440, 50]]',
    'strict': '[[10080, 50]]',
}


def check(rules: dict[tuple[str, str], str]) -> None:
    for (table, name), rule in rules.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_{name}'), type_='check')
            batch_op.create_check_constraint(op.f(f'ck_{table}_{name}'), rule)


def upgrade() -> None:
    op.create_table('feed_keys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('read_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_feed_keys_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_keys')),
    sa.UniqueConstraint('digest', name=op.f('uq_feed_keys_digest'))
    )
    with op.batch_alter_table('feed_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_keys_person_id'), ['person_id'], unique=False)

    op.create_table('client_places',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.CheckConstraint('last_day >= first_day', name=op.f('ck_client_places_order')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_client_places_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_places'))
    )
    with op.batch_alter_table('client_places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_client_places_owner'), ['owner'], unique=False)
        batch_op.create_index('ix_client_places_practice_id_last_day', ['practice_id', 'last_day'], unique=False)

    op.create_table('day_hours',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('starts', sa.Integer(), nullable=True),
    sa.Column('ends', sa.Integer(), nullable=True),
    sa.CheckConstraint('(starts is null) = (ends is null)', name=op.f('ck_day_hours_both')),
    sa.CheckConstraint('starts is null or (starts >= 0 and starts < 1440 and ends > starts and ends <= 2880)', name=op.f('ck_day_hours_range')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_day_hours_person_id_persons')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_day_hours_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_hours'))
    )
    with op.batch_alter_table('day_hours', schema=None) as batch_op:
        batch_op.create_index('ix_day_hours_person_id_day', ['person_id', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_day_hours_practice_id'), ['practice_id'], unique=False)

    op.create_table('feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('etag', sa.String(), nullable=False),
    sa.Column('checked_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('read_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('told_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_feeds_person_id_persons')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_feeds_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feeds'))
    )
    with op.batch_alter_table('feeds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feeds_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feeds_practice_id'), ['practice_id'], unique=False)

    op.create_table('peers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('peer_id', sa.Integer(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('asked_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('practice_id <> peer_id', name=op.f('ck_peers_other')),
    sa.CheckConstraint('share between 0 and 5000', name=op.f('ck_peers_share')),
    sa.ForeignKeyConstraint(['peer_id'], ['practices.id'], name=op.f('fk_peers_peer_id_practices')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_peers_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_peers')),
    sa.UniqueConstraint('practice_id', 'peer_id', name=op.f('uq_peers_practice_id_peer_id'))
    )
    with op.batch_alter_table('peers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_peers_peer_id'), ['peer_id'], unique=False)

    op.create_table('remindings',
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('leads', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_remindings_practice_id_practices')),
    sa.PrimaryKeyConstraint('practice_id', name=op.f('pk_remindings'))
    )
    op.create_table('time_blocks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_time_blocks_order')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_time_blocks_person_id_persons')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_time_blocks_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_blocks'))
    )
    with op.batch_alter_table('time_blocks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_time_blocks_practice_id'), ['practice_id'], unique=False)

    op.create_table('wordings',
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('changed_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_wordings_practice_id_practices')),
    sa.PrimaryKeyConstraint('practice_id', 'message', name=op.f('pk_wordings'))
    )
    op.create_table('addons',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.CheckConstraint('price > 0', name=op.f('ck_addons_price')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_addons_listing_id_listings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_addons'))
    )
    with op.batch_alter_table('addons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_addons_listing_id'), ['listing_id'], unique=False)

    op.create_table('feed_busy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('feed_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_feed_busy_order')),
    sa.ForeignKeyConstraint(['feed_id'], ['feeds.id'], name=op.f('fk_feed_busy_feed_id_feeds')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_feed_busy_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_busy'))
    )
    with op.batch_alter_table('feed_busy', schema=None) as batch_op:
        batch_op.create_index('ix_feed_busy_feed_id_starts_at', ['feed_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_feed_busy_person_id_starts_at', ['person_id', 'starts_at'], unique=False)

    op.create_table('packages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('plan', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('days between 1 and 365', name=op.f('ck_packages_days')),
    sa.CheckConstraint('price >= 0', name=op.f('ck_packages_price')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_packages_listing_id_listings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_packages'))
    )
    with op.batch_alter_table('packages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_packages_listing_id'), ['listing_id'], unique=False)

    op.create_table('workshop_dates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('deliverer_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('decides_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status in ('open', 'on', 'off')", name=op.f('ck_workshop_dates_status')),
    sa.CheckConstraint('minimum between 0 and seats', name=op.f('ck_workshop_dates_minimum')),
    sa.CheckConstraint('seats between 1 and 500', name=op.f('ck_workshop_dates_seats')),
    sa.CheckConstraint('starts_at < ends_at and decides_at <= starts_at', name=op.f('ck_workshop_dates_order')),
    sa.ForeignKeyConstraint(['deliverer_id'], ['persons.id'], name=op.f('fk_workshop_dates_deliverer_id_persons')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_workshop_dates_listing_id_listings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workshop_dates'))
    )
    with op.batch_alter_table('workshop_dates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_workshop_dates_listing_id'), ['listing_id'], unique=False)

    op.create_table('meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('date_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_meetings_order')),
    sa.ForeignKeyConstraint(['date_id'], ['workshop_dates.id'], name=op.f('fk_meetings_date_id_workshop_dates')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings'))
    )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meetings_date_id'), ['date_id'], unique=False)

    op.create_table('proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('starts_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ends_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=True),
    sa.Column('share', sa.Integer(), nullable=True),
    sa.Column('client_agreed_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('peer_agreed_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('answered_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind in ('quote', 'reschedule', 'hand_over', 'settlement')", name=op.f('ck_proposals_kind')),
    sa.CheckConstraint("status in ('open', 'agreed', 'refused', 'withdrawn', 'lapsed')", name=op.f('ck_proposals_status')),
    sa.CheckConstraint('amount is null or amount >= 0', name=op.f('ck_proposals_amount')),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_proposals_booking_id_bookings')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_proposals_person_id_persons')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_proposals_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposals'))
    )
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposals_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index('uq_proposals_open', ['booking_id', 'kind'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.create_table('waiters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('date_id', sa.Integer(), nullable=True),
    sa.Column('booking_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('before', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('offered', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('offered_until', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('passed', sa.Integer(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status in ('waiting', 'offered', 'taken', 'left')", name=op.f('ck_waiters_status')),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_waiters_booking_id_bookings')),
    sa.ForeignKeyConstraint(['date_id'], ['workshop_dates.id'], name=op.f('fk_waiters_date_id_workshop_dates')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_waiters_listing_id_listings')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_waiters_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiters')),
    sa.UniqueConstraint('ref', name=op.f('uq_waiters_ref'))
    )
    with op.batch_alter_table('waiters', schema=None) as batch_op:
        batch_op.create_index('ix_waiters_listing_id_status', ['listing_id', 'status'], unique=False)

    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(), server_default='session', nullable=False))
        batch_op.add_column(sa.Column('on_request', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('tiers', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('chosen', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('date_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('pending_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('pending_reason', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('seat', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('series', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('downloads', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index(batch_op.f('ix_bookings_series'), ['series'], unique=False)
        batch_op.create_index('ix_bookings_state_expires_at', ['state', 'expires_at'], unique=False)
        batch_op.create_index('uq_bookings_date_id_seat', ['date_id', 'seat'], unique=True)
        batch_op.create_foreign_key(batch_op.f('fk_bookings_date_id_workshop_dates'), 'workshop_dates', ['date_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_bookings_pending_by_persons'), 'persons', ['pending_by'], ['id'])

    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.add_column(sa.Column('weekly_limit', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('clients_at_once', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('rest_days', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('quiet_from', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('quiet_until', sa.Integer(), nullable=True))

    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tiers', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('price', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('on_request', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('deliverer_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('series_most', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('questions', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('file', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('file_name', sa.String(), server_default='', nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_listings_deliverer_id_persons'), 'persons', ['deliverer_id'], ['id'])

    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('manual', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('capture_before', community.core.db.UTCDateTime(timezone=True), nullable=True))

    check(AFTER)
    for (table, name), rule in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_check_constraint(op.f(f'ck_{table}_{name}'), rule)
    for policy, tiers in TIERS.items():
        op.execute(f"UPDATE bookings SET tiers = '{tiers}' WHERE policy = '{policy}'")


def downgrade() -> None:
    for table, name in NEW:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_{name}'), type_='check')
    check(BEFORE)
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_column('capture_before')
        batch_op.drop_column('manual')

    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_listings_deliverer_id_persons'), type_='foreignkey')
        batch_op.drop_column('file_name')
        batch_op.drop_column('file')
        batch_op.drop_column('questions')
        batch_op.drop_column('series_most')
        batch_op.drop_column('deliverer_id')
        batch_op.drop_column('on_request')
        batch_op.drop_column('price')
        batch_op.drop_column('tiers')

    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.drop_column('quiet_until')
        batch_op.drop_column('quiet_from')
        batch_op.drop_column('rest_days')
        batch_op.drop_column('clients_at_once')
        batch_op.drop_column('weekly_limit')

    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_bookings_pending_by_persons'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_bookings_date_id_workshop_dates'), type_='foreignkey')
        batch_op.drop_column('pending_reason')
        batch_op.drop_column('pending_by')
        batch_op.drop_index('uq_bookings_date_id_seat')
        batch_op.drop_index('ix_bookings_state_expires_at')
        batch_op.drop_index(batch_op.f('ix_bookings_series'))
        batch_op.drop_column('downloads')
        batch_op.drop_column('series')
        batch_op.drop_column('seat')
        batch_op.drop_column('date_id')
        batch_op.drop_column('chosen')
        batch_op.drop_column('tiers')
        batch_op.drop_column('on_request')
        batch_op.drop_column('kind')

    with op.batch_alter_table('waiters', schema=None) as batch_op:
        batch_op.drop_index('ix_waiters_listing_id_status')

    op.drop_table('waiters')
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.drop_index('uq_proposals_open', sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))
        batch_op.drop_index(batch_op.f('ix_proposals_booking_id'))

    op.drop_table('proposals')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meetings_date_id'))

    op.drop_table('meetings')
    with op.batch_alter_table('workshop_dates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_workshop_dates_listing_id'))

    op.drop_table('workshop_dates')
    with op.batch_alter_table('packages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_packages_listing_id'))

    op.drop_table('packages')
    with op.batch_alter_table('feed_busy', schema=None) as batch_op:
        batch_op.drop_index('ix_feed_busy_person_id_starts_at')
        batch_op.drop_index('ix_feed_busy_feed_id_starts_at')

    op.drop_table('feed_busy')
    with op.batch_alter_table('addons', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_addons_listing_id'))

    op.drop_table('addons')
    op.drop_table('wordings')
    with op.batch_alter_table('time_blocks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_time_blocks_practice_id'))

    op.drop_table('time_blocks')
    op.drop_table('remindings')
    with op.batch_alter_table('peers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_peers_peer_id'))

    op.drop_table('peers')
    with op.batch_alter_table('feeds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feeds_practice_id'))
        batch_op.drop_index(batch_op.f('ix_feeds_person_id'))

    op.drop_table('feeds')
    with op.batch_alter_table('day_hours', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_day_hours_practice_id'))
        batch_op.drop_index('ix_day_hours_person_id_day')

    op.drop_table('day_hours')
    with op.batch_alter_table('client_places', schema=None) as batch_op:
        batch_op.drop_index('ix_client_places_practice_id_last_day')
        batch_op.drop_index(batch_op.f('ix_client_places_owner'))

    op.drop_table('client_places')
    with op.batch_alter_table('feed_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_keys_person_id'))

    op.drop_table('feed_keys')
