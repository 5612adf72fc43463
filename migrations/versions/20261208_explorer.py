"""Searches by day and niche, what stands against them, and drafts of a first listing"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'c3f7a81d2e64'
down_revision = 'c5e81f3a0d72'
branch_labels = None
depends_on = None


def _cell(*before: sa.Column) -> list[sa.Column]:
    return [*before, *(sa.Column(name, sa.String(), nullable=False) for name in ('kind', 'niche', 'part'))]


def upgrade() -> None:
    op.create_table('niche_days',
    *_cell(sa.Column('day', sa.Date(), nullable=False)),
    sa.Column('searches', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('unmet', sa.Integer(), nullable=False),
    sa.Column('unmet_people', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('site', 'field', 'niche', 'audience', 'place')", name=op.f('ck_niche_days_kind')),
    sa.PrimaryKeyConstraint('day', 'kind', 'niche', 'part', name=op.f('pk_niche_days'))
    )
    op.create_table('niche_supplies',
    *_cell(),
    sa.Column('practices', sa.Integer(), nullable=False),
    sa.Column('free_minutes', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('reply_minutes', sa.Integer(), nullable=True),
    sa.Column('priced', sa.Integer(), nullable=False),
    sa.Column('price_low', sa.Integer(), nullable=True),
    sa.Column('price_middle', sa.Integer(), nullable=True),
    sa.Column('price_high', sa.Integer(), nullable=True),
    sa.Column('counted_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'niche', 'part', name=op.f('pk_niche_supplies'))
    )
    op.create_table('niche_drafts',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('said', sa.JSON(), nullable=False),
    sa.Column('changed_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_niche_drafts_person_id_persons')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_niche_drafts'))
    )


def downgrade() -> None:
    op.drop_table('niche_drafts')
    op.drop_table('niche_supplies')
    op.drop_table('niche_days')
