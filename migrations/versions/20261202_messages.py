"""Messages made whole: answers, reactions, earlier words, pins, mentions, files"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'c7d2a91f4e60'
down_revision = 'e5b0c47d9a13'
branch_labels = None
depends_on = None

INSTANT = community.core.db.UTCDateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('number', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('reply_to_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('edited_at', INSTANT, nullable=True))
        batch_op.add_column(sa.Column('pinned_at', INSTANT, nullable=True))
        batch_op.create_foreign_key(op.f('fk_messages_reply_to_id_messages'), 'messages', ['reply_to_id'], ['id'])
    op.execute(
        'update messages set number = counted.n from '
        '(select id, row_number() over (partition by room_id order by seq) as n from messages) as counted '
        'where counted.id = messages.id'
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.alter_column('number', server_default=None, existing_type=sa.Integer(), existing_nullable=False)
    for name, column, condition in (
        ('ix_messages_reply_to_id', 'reply_to_id', 'reply_to_id is not null'),
        ('ix_messages_pinned', 'room_id', 'pinned_at is not null'),
    ):
        where = sa.text(condition)
        op.create_index(name, 'messages', [column], unique=False, sqlite_where=where, postgresql_where=where)
    _tables()


def _tables() -> None:
    op.create_table('message_edits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_edits_message_id_messages')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_edits'))
    )
    op.create_index(op.f('ix_message_edits_message_id'), 'message_edits', ['message_id'], unique=False)
    op.create_table('reactions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('sign', sa.String(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_reactions_message_id_messages')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_reactions_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reactions')),
    sa.UniqueConstraint('message_id', 'person_id', 'sign', name=op.f('uq_reactions_message_id_person_id_sign'))
    )
    op.create_index(op.f('ix_reactions_person_id'), 'reactions', ['person_id'], unique=False)
    op.create_table('mentions',
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.CheckConstraint("way in ('name', 'here', 'host')", name=op.f('ck_mentions_way')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_mentions_message_id_messages')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_mentions_person_id_persons')),
    sa.PrimaryKeyConstraint('message_id', 'person_id', name=op.f('pk_mentions'))
    )
    op.create_index(op.f('ix_mentions_person_id'), 'mentions', ['person_id'], unique=False)
    op.create_table('message_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind in ('image', 'file')", name=op.f('ck_message_files_kind')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_files_message_id_messages')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_files')),
    sa.UniqueConstraint('file', name=op.f('uq_message_files_file'))
    )
    op.create_index(op.f('ix_message_files_message_id'), 'message_files', ['message_id'], unique=False)


def downgrade() -> None:
    for table in ('message_files', 'mentions', 'reactions', 'message_edits'):
        op.drop_table(table)
    op.drop_index('ix_messages_pinned', table_name='messages')
    op.drop_index('ix_messages_reply_to_id', table_name='messages')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_messages_reply_to_id_messages'), type_='foreignkey')
        for name in ('pinned_at', 'edited_at', 'reply_to_id', 'number'):
            batch_op.drop_column(name)
