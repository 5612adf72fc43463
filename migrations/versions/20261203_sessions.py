"""Planned sessions: how each was planned, who comes, what they mean to do"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'f8a3d61b0c27'
down_revision = 'c7d2a91f4e60'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('zone', sa.String(), nullable=False, server_default='Europe/London'))
        batch_op.add_column(sa.Column('series', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('mutuality', sa.String(), nullable=False, server_default='chat'))
        batch_op.add_column(sa.Column('promised', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('greeter_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('seats', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('taken', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('called_off_at', community.core.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(op.f('fk_sessions_greeter_id_persons'), 'persons', ['greeter_id'], ['id'])
        batch_op.create_unique_constraint(op.f('uq_sessions_series_starts_at'), ['series', 'starts_at'])
        batch_op.create_check_constraint(op.f('ck_sessions_mutuality'), "mutuality in ('silent', 'check_in', 'chat')")
        batch_op.create_check_constraint(op.f('ck_sessions_seats'), 'seats between 2 and 500')
        batch_op.create_check_constraint(op.f('ck_sessions_taken'), 'taken >= 0 and (seats is null or taken <= seats)')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        for name, kind in (('zone', sa.String()), ('mutuality', sa.String()), ('promised', sa.Boolean()), ('taken', sa.Integer())):
            batch_op.alter_column(name, server_default=None, existing_type=kind, existing_nullable=False)

    op.create_table('session_seats',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('taken_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('came_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('win', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_session_seats_person_id_persons')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_session_seats_session_id_sessions')),
    sa.PrimaryKeyConstraint('session_id', 'person_id', name=op.f('pk_session_seats'))
    )
    op.create_index('ix_session_seats_person_id_came_at', 'session_seats', ['person_id', 'came_at'], unique=False)

    op.create_table('session_goals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('carried_from_id', sa.Integer(), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('settled_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("outcome in ('done', 'moved', 'let_go')", name=op.f('ck_session_goals_outcome')),
    sa.ForeignKeyConstraint(['carried_from_id'], ['session_goals.id'], name=op.f('fk_session_goals_carried_from_id_session_goals')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_session_goals_person_id_persons')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_session_goals_session_id_sessions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_goals')),
    sa.UniqueConstraint('carried_from_id', name=op.f('uq_session_goals_carried_from_id'))
    )
    op.create_index('ix_session_goals_session_id_person_id', 'session_goals', ['session_id', 'person_id'], unique=False)
    op.create_index('ix_session_goals_person_id', 'session_goals', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_table('session_goals')
    op.drop_table('session_seats')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        for name in ('taken', 'seats', 'mutuality'):
            batch_op.drop_constraint(op.f(f'ck_sessions_{name}'), type_='check')
        batch_op.drop_constraint(op.f('uq_sessions_series_starts_at'), type_='unique')
        batch_op.drop_constraint(op.f('fk_sessions_greeter_id_persons'), type_='foreignkey')
        for name in ('called_off_at', 'taken', 'seats', 'greeter_id', 'promised', 'mutuality', 'series', 'zone'):
            batch_op.drop_column(name)
