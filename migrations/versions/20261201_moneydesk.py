"""Whether a practice can be paid is asked of its account alone"""

import sqlalchemy as sa
from alembic import op

revision = 'e5b0c47d9a13'
down_revision = 'b3f09ac61d72'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column('practices', 'payable')


def downgrade() -> None:
    op.add_column('practices', sa.Column('payable', sa.Boolean(), nullable=False, server_default=sa.true()))
