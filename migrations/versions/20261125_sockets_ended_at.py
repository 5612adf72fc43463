"""When somebody's sockets were ended last"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'b7e2d94c8f13'
down_revision = 'a4c1f0b7d2e9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('persons', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sockets_ended_at', community.core.db.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('persons', schema=None) as batch_op:
        batch_op.drop_column('sockets_ended_at')
