"""Who asks for a room for their niche"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'd7b04e92c5a8'
down_revision = 'f4c81d3a6b20'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('room_askings',
    sa.Column('niche_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['niche_id'], ['niches.id'], name=op.f('fk_room_askings_niche_id_niches')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_room_askings_person_id_persons')),
    sa.PrimaryKeyConstraint('niche_id', 'person_id', name=op.f('pk_room_askings'))
    )
    with op.batch_alter_table('room_askings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_room_askings_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_table('room_askings')
