"""What the page behind a message's first link says of itself"""

import sqlalchemy as sa
from alembic import op

revision = 'e81c5f27a4d3'
down_revision = 'd7b04e92c5a8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('messages', sa.Column('preview', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column('messages', 'preview')
