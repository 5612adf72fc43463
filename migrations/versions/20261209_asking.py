"""Briefs and replies; what operators do to the catalogue; picks; how long a search took"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'f4c81d3a6b20'
down_revision = 'c3f7a81d2e64'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('brief_drafts',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('typed', sa.JSON(), nullable=False),
    sa.Column('at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_brief_drafts'))
    )
    with op.batch_alter_table('brief_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_brief_drafts_at'), ['at'], unique=False)

    op.create_table('catalogue_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_catalogue_log_by_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalogue_log'))
    )
    op.create_table('former_niches',
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('niche_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['niche_id'], ['niches.id'], name=op.f('fk_former_niches_niche_id_niches')),
    sa.PrimaryKeyConstraint('slug', name=op.f('pk_former_niches'))
    )
    with op.batch_alter_table('former_niches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_niches_niche_id'), ['niche_id'], unique=False)

    op.create_table('niche_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('field_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('niche_id', sa.Integer(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status in ('open', 'accepted', 'declined')", name=op.f('ck_niche_proposals_status')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['persons.id'], name=op.f('fk_niche_proposals_decided_by_id_persons')),
    sa.ForeignKeyConstraint(['field_id'], ['fields.id'], name=op.f('fk_niche_proposals_field_id_fields')),
    sa.ForeignKeyConstraint(['niche_id'], ['niches.id'], name=op.f('fk_niche_proposals_niche_id_niches')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_niche_proposals_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_niche_proposals'))
    )
    with op.batch_alter_table('niche_proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_niche_proposals_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_niche_proposals_status'), ['status'], unique=False)

    op.create_table('niche_titles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('niche_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['niche_id'], ['niches.id'], name=op.f('fk_niche_titles_niche_id_niches')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_niche_titles')),
    sa.UniqueConstraint('niche_id', 'title', name=op.f('uq_niche_titles_niche_id_title'))
    )
    op.create_table('picks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('since', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('until', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('since < until', name=op.f('ck_picks_order')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_picks_by_id_persons')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_picks_listing_id_listings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_picks'))
    )
    with op.batch_alter_table('picks', schema=None) as batch_op:
        batch_op.create_index('ix_picks_until', ['until'], unique=False)

    op.create_table('briefs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('need', sa.String(), nullable=False),
    sa.Column('niche_id', sa.Integer(), nullable=False),
    sa.Column('audience_id', sa.Integer(), nullable=True),
    sa.Column('budget_low', sa.Integer(), nullable=True),
    sa.Column('budget_high', sa.Integer(), nullable=True),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('due_day', sa.Date(), nullable=True),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('km', sa.Integer(), nullable=True),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('waves', sa.Integer(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('closes_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('booking_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("status in ('open', 'filled', 'closed', 'lapsed')", name=op.f('ck_briefs_status')),
    sa.CheckConstraint('(place_id is null) = (km is null)', name=op.f('ck_briefs_place')),
    sa.CheckConstraint('budget_high is null or budget_high >= coalesce(budget_low, 0)', name=op.f('ck_briefs_band')),
    sa.CheckConstraint('budget_low is null or budget_low >= 0', name=op.f('ck_briefs_low')),
    sa.CheckConstraint('waves between 0 and 2', name=op.f('ck_briefs_waves')),
    sa.ForeignKeyConstraint(['audience_id'], ['audiences.id'], name=op.f('fk_briefs_audience_id_audiences')),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_briefs_booking_id_bookings')),
    sa.ForeignKeyConstraint(['client_id'], ['persons.id'], name=op.f('fk_briefs_client_id_persons')),
    sa.ForeignKeyConstraint(['niche_id'], ['niches.id'], name=op.f('fk_briefs_niche_id_niches')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_briefs_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_briefs')),
    sa.UniqueConstraint('ref', name=op.f('uq_briefs_ref'))
    )
    with op.batch_alter_table('briefs', schema=None) as batch_op:
        batch_op.create_index('ix_briefs_client_id_status', ['client_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_briefs_niche_id'), ['niche_id'], unique=False)

    op.create_table('brief_replies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brief_id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=True),
    sa.Column('price', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('answered_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status in ('open', 'accepted', 'declined', 'passed')", name=op.f('ck_brief_replies_status')),
    sa.CheckConstraint('number between 1 and 5', name=op.f('ck_brief_replies_number')),
    sa.CheckConstraint('price is null or price >= 0', name=op.f('ck_brief_replies_price')),
    sa.ForeignKeyConstraint(['brief_id'], ['briefs.id'], name=op.f('fk_brief_replies_brief_id_briefs')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_brief_replies_by_id_persons')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_brief_replies_listing_id_listings')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_brief_replies_practice_id_practices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brief_replies')),
    sa.UniqueConstraint('brief_id', 'number', name=op.f('uq_brief_replies_brief_id_number')),
    sa.UniqueConstraint('brief_id', 'practice_id', name=op.f('uq_brief_replies_brief_id_practice_id'))
    )
    with op.batch_alter_table('brief_replies', schema=None) as batch_op:
        batch_op.create_index('ix_brief_replies_practice_id_status', ['practice_id', 'status'], unique=False)

    op.create_table('brief_told',
    sa.Column('brief_id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('wave', sa.Integer(), nullable=False),
    sa.Column('at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('passed', sa.String(), nullable=True),
    sa.CheckConstraint("passed in ('time', 'fit', 'budget', 'place')", name=op.f('ck_brief_told_passed')),
    sa.ForeignKeyConstraint(['brief_id'], ['briefs.id'], name=op.f('fk_brief_told_brief_id_briefs')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_brief_told_practice_id_practices')),
    sa.PrimaryKeyConstraint('brief_id', 'practice_id', name=op.f('pk_brief_told'))
    )
    with op.batch_alter_table('brief_told', schema=None) as batch_op:
        batch_op.create_index('ix_brief_told_practice_id_at', ['practice_id', 'at'], unique=False)

    with op.batch_alter_table('searches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('took_ms', sa.Integer(), server_default='0', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('searches', schema=None) as batch_op:
        batch_op.drop_column('took_ms')

    with op.batch_alter_table('brief_told', schema=None) as batch_op:
        batch_op.drop_index('ix_brief_told_practice_id_at')

    op.drop_table('brief_told')
    with op.batch_alter_table('brief_replies', schema=None) as batch_op:
        batch_op.drop_index('ix_brief_replies_practice_id_status')

    op.drop_table('brief_replies')
    with op.batch_alter_table('briefs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_briefs_niche_id'))
        batch_op.drop_index('ix_briefs_client_id_status')

    op.drop_table('briefs')
    with op.batch_alter_table('picks', schema=None) as batch_op:
        batch_op.drop_index('ix_picks_until')

    op.drop_table('picks')
    op.drop_table('niche_titles')
    with op.batch_alter_table('niche_proposals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_niche_proposals_status'))
        batch_op.drop_index(batch_op.f('ix_niche_proposals_person_id'))

    op.drop_table('niche_proposals')
    with op.batch_alter_table('former_niches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_former_niches_niche_id'))

    op.drop_table('former_niches')
    op.drop_table('catalogue_log')
    with op.batch_alter_table('brief_drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_brief_drafts_at'))

    op.drop_table('brief_drafts')
