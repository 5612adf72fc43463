"""Reviews of completed bookings and what they add up to, references of former clients, vouching among colleagues"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'a9d4e27c5b13'
down_revision = 'b92e4d07a5c1'
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, community.core.db.UTCDateTime(timezone=True), nullable=nullable)


def _hiding(table: str) -> tuple:
    return (
        _instant('hidden_at'),
        sa.Column('hidden_by_id', sa.Integer(), nullable=True),
        sa.Column('hidden_reason', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['hidden_by_id'], ['persons.id'], name=op.f(f'fk_{table}_hidden_by_id_persons')),
    )


def upgrade() -> None:
    op.create_table('review_rounds',
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    _instant('asked_at', nullable=False),
    _instant('closes_at', nullable=False),
    _instant('opened_at'),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_review_rounds_booking_id_bookings')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_review_rounds_practice_id_practices')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_review_rounds_listing_id_listings')),
    sa.ForeignKeyConstraint(['client_id'], ['persons.id'], name=op.f('fk_review_rounds_client_id_persons')),
    sa.PrimaryKeyConstraint('booking_id', name=op.f('pk_review_rounds'))
    )
    op.create_index('ix_review_rounds_practice_id_opened_at', 'review_rounds', ['practice_id', 'opened_at'], unique=False)
    op.create_index('ix_review_rounds_client_id', 'review_rounds', ['client_id'], unique=False)

    op.create_table('reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('stars', sa.Integer(), nullable=False),
    sa.Column('clear', sa.Integer(), nullable=True),
    sa.Column('on_time', sa.Integer(), nullable=True),
    sa.Column('worth', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    _instant('written_at', nullable=False),
    _instant('changed_at'),
    sa.Column('reply', sa.String(), nullable=False),
    _instant('replied_at'),
    sa.Column('replied_by_id', sa.Integer(), nullable=True),
    *_hiding('reviews'),
    sa.CheckConstraint("side in ('client', 'practice')", name=op.f('ck_reviews_side')),
    sa.CheckConstraint('stars between 1 and 5', name=op.f('ck_reviews_stars')),
    sa.CheckConstraint('clear is null or clear between 1 and 5', name=op.f('ck_reviews_clear')),
    sa.CheckConstraint('on_time is null or on_time between 1 and 5', name=op.f('ck_reviews_on_time')),
    sa.CheckConstraint('worth is null or worth between 1 and 5', name=op.f('ck_reviews_worth')),
    sa.ForeignKeyConstraint(['booking_id'], ['review_rounds.booking_id'], name=op.f('fk_reviews_booking_id_review_rounds')),
    sa.ForeignKeyConstraint(['author_id'], ['persons.id'], name=op.f('fk_reviews_author_id_persons')),
    sa.ForeignKeyConstraint(['replied_by_id'], ['persons.id'], name=op.f('fk_reviews_replied_by_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviews')),
    sa.UniqueConstraint('booking_id', 'side', name=op.f('uq_reviews_booking_id_side'))
    )
    op.create_index('ix_reviews_author_id', 'reviews', ['author_id'], unique=False)

    op.create_table('ratings',
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('mean', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('clients', sa.Integer(), nullable=False),
    sa.Column('spread', sa.JSON(), nullable=False),
    sa.Column('clear', sa.Integer(), nullable=True),
    sa.Column('on_time', sa.Integer(), nullable=True),
    sa.Column('worth', sa.Integer(), nullable=True),
    _instant('counted_at', nullable=False),
    sa.CheckConstraint('mean between 100 and 500', name=op.f('ck_ratings_mean')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_ratings_practice_id_practices')),
    sa.PrimaryKeyConstraint('practice_id', name=op.f('pk_ratings'))
    )

    op.create_table('rating_priors',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mean', sa.Integer(), nullable=False),
    _instant('counted_at', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating_priors'))
    )

    op.create_table('client_references',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('work', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    _instant('asked_at', nullable=False),
    _instant('given_at'),
    *_hiding('client_references'),
    sa.CheckConstraint("status in ('asked', 'given', 'refused', 'removed')", name=op.f('ck_client_references_status')),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_client_references_practice_id_practices')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['persons.id'], name=op.f('fk_client_references_asked_by_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_references')),
    sa.UniqueConstraint('practice_id', 'address', name=op.f('uq_client_references_practice_id_address'))
    )

    op.create_table('vouches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('ground', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    _instant('at', nullable=False),
    *_hiding('vouches'),
    sa.ForeignKeyConstraint(['practice_id'], ['practices.id'], name=op.f('fk_vouches_practice_id_practices')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_vouches_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vouches')),
    sa.UniqueConstraint('practice_id', 'person_id', name=op.f('uq_vouches_practice_id_person_id'))
    )
    op.create_index('ix_vouches_person_id', 'vouches', ['person_id'], unique=False)


def downgrade() -> None:
    for table in ('vouches', 'client_references', 'rating_priors', 'ratings', 'reviews', 'review_rounds'):
        op.drop_table(table)
