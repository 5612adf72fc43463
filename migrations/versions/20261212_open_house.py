"""Sessions to which guests may come who are no members"""

import sqlalchemy as sa
from alembic import op

revision = 'b5d93e07c1f2'
down_revision = 'e81c5f27a4d3'
branch_labels = None
depends_on = None


def _standings(*known: str) -> None:
    named = ', '.join(f"'{each}'" for each in known)
    with op.batch_alter_table('room_members', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_room_members_standing'), type_='check')
        batch_op.create_check_constraint(op.f('ck_room_members_standing'), f'standing in ({named})')


def upgrade() -> None:
    _standings('in', 'guest', 'request', 'ignored', 'left')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('open_house', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.alter_column('open_house', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    op.execute("UPDATE room_members SET standing = 'left' WHERE standing = 'guest'")
    op.drop_column('sessions', 'open_house')
    _standings('in', 'request', 'ignored', 'left')
