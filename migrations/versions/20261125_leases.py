"""One holder for what only one process may do"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'a4c1f0b7d2e9'
down_revision = 'dfd68f6360d1'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('leases',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('until', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_leases'))
    )


def downgrade() -> None:
    op.drop_table('leases')
