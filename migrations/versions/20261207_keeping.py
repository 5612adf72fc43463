"""Listings that people keep, searches they want to hear of, and what these have told already"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'c5e81f3a0d72'
down_revision = 'a9d4e27c5b13'
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, community.core.db.UTCDateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f'{other}.id'], name=op.f(f'fk_{table}_{column}_{other}'), ondelete='CASCADE'
    )


def upgrade() -> None:
    op.create_table('favourites',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    _instant('at'),
    _key('favourites', 'person_id', 'persons'),
    _key('favourites', 'listing_id', 'listings'),
    sa.PrimaryKeyConstraint('person_id', 'listing_id', name=op.f('pk_favourites'))
    )
    op.create_index('ix_favourites_listing_id', 'favourites', ['listing_id'], unique=False)

    op.create_table('saved_searches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('search', sa.String(), nullable=False),
    _instant('created_at'),
    _instant('since'),
    _instant('looked_at'),
    _instant('mailed_at', nullable=True),
    _instant('paused_at', nullable=True),
    sa.CheckConstraint("search <> ''", name=op.f('ck_saved_searches_search')),
    _key('saved_searches', 'person_id', 'persons'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_searches')),
    sa.UniqueConstraint('person_id', 'search', name=op.f('uq_saved_searches_person_id_search'))
    )

    op.create_table('search_matches',
    sa.Column('saved_id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    _instant('found_at'),
    _instant('settled_at', nullable=True),
    sa.CheckConstraint('settled_at is null or settled_at >= found_at', name=op.f('ck_search_matches_order')),
    _key('search_matches', 'saved_id', 'saved_searches'),
    _key('search_matches', 'listing_id', 'listings'),
    sa.PrimaryKeyConstraint('saved_id', 'listing_id', name=op.f('pk_search_matches'))
    )
    op.create_index('ix_search_matches_listing_id', 'search_matches', ['listing_id'], unique=False)


def downgrade() -> None:
    op.drop_table('search_matches')
    op.drop_table('saved_searches')
    op.drop_table('favourites')
