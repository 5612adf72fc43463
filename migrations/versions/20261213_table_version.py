"""Sessions count what happens at their table"""

import sqlalchemy as sa
from alembic import op

revision = 'c27e4a91d0b8'
down_revision = 'b5d93e07c1f2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('table_version', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.alter_column('table_version', server_default=None, existing_type=sa.Integer(), existing_nullable=False)


def downgrade() -> None:
    op.drop_column('sessions', 'table_version')
