"""Moderation: decisions, evidence, appeals, duty and the log; rooms' bars, words and held messages; status and calls"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'b92e4d07a5c1'
down_revision = 'a4d92c7e18b5'
branch_labels = None
depends_on = None

INSTANT = community.core.db.UTCDateTime(timezone=True)
TABLES = (
    'win_claps', 'quick_calls', 'person_statuses', 'held_messages', 'word_rules', 'room_bars',
    'duty_shifts', 'appeals', 'report_notes', 'evidence_changes', 'moderation_log',
)


def upgrade() -> None:
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.add_column(sa.Column('urgent', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('taken_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('taken_at', INSTANT, nullable=True))
        batch_op.add_column(sa.Column('decision', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('said', sa.String(), nullable=False, server_default=''))
        batch_op.create_foreign_key(op.f('fk_reports_taken_by_id_persons'), 'persons', ['taken_by_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_reports_decision'), "decision in ('nothing', 'warned', 'mute', 'suspend', 'ban')")
        batch_op.drop_constraint(op.f('uq_reports_reporter_id_subject'), type_='unique')
    where = sa.text("status = 'open'")
    op.create_index('uq_reports_open', 'reports', ['reporter_id', 'subject'], unique=True, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table('sanctions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('report_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_sanctions_report_id_reports'), 'reports', ['report_id'], ['id'])
    with op.batch_alter_table('rooms', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slow_seconds', sa.Integer(), nullable=False, server_default='0'))
    for table, name, kind in (('reports', 'urgent', sa.Boolean()), ('reports', 'said', sa.String()), ('rooms', 'slow_seconds', sa.Integer())):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(name, server_default=None, existing_type=kind, existing_nullable=False)
    _safety()
    _rooms()
    _status()


def _person(table: str, name: str = 'person_id') -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ['persons.id'], name=op.f(f'fk_{table}_{name}_persons'))


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(names or ('id',)), name=op.f(f'pk_{table}'))


def _safety() -> None:
    op.create_table('moderation_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('until', INSTANT, nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    _person('moderation_log', 'by_id'), _person('moderation_log'), _key('moderation_log')
    )
    op.create_index('ix_moderation_log_subject', 'moderation_log', ['subject'], unique=False)
    op.create_index(op.f('ix_moderation_log_person_id'), 'moderation_log', ['person_id'], unique=False)
    op.create_table('evidence_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', INSTANT, nullable=False),
    sa.CheckConstraint("what in ('edited', 'deleted')", name=op.f('ck_evidence_changes_what')),
    _person('evidence_changes', 'by_id'), _key('evidence_changes')
    )
    op.create_index('ix_evidence_changes_subject', 'evidence_changes', ['subject'], unique=False)
    op.create_table('report_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_report_notes_report_id_reports')),
    _person('report_notes', 'by_id'), _key('report_notes')
    )
    op.create_index(op.f('ix_report_notes_report_id'), 'report_notes', ['report_id'], unique=False)
    op.create_table('appeals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('granted', sa.Boolean(), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', INSTANT, nullable=True),
    _person('appeals'), _person('appeals', 'decided_by_id'), _person('appeals', 'answered_by_id'), _key('appeals'),
    sa.UniqueConstraint('subject', name=op.f('uq_appeals_subject'))
    )
    op.create_index(op.f('ix_appeals_person_id'), 'appeals', ['person_id'], unique=False)
    op.create_table('duty_shifts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('starts', sa.Integer(), nullable=False),
    sa.Column('ends', sa.Integer(), nullable=False),
    sa.CheckConstraint('day between 0 and 6', name=op.f('ck_duty_shifts_day')),
    sa.CheckConstraint('starts between 0 and 1439 and ends between 0 and 1439 and starts <> ends', name=op.f('ck_duty_shifts_hours')),
    _person('duty_shifts'), _key('duty_shifts')
    )
    op.create_index(op.f('ix_duty_shifts_person_id'), 'duty_shifts', ['person_id'], unique=False)


def _room(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f(f'fk_{table}_room_id_rooms'))


def _rooms() -> None:
    op.create_table('room_bars',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('until', INSTANT, nullable=True),
    sa.Column('lifted_at', INSTANT, nullable=True),
    sa.CheckConstraint("kind in ('mute', 'ban')", name=op.f('ck_room_bars_kind')),
    _room('room_bars'), _person('room_bars'), _person('room_bars', 'by_id'), _key('room_bars')
    )
    op.create_index('ix_room_bars_room_id_person_id', 'room_bars', ['room_id', 'person_id'], unique=False)
    op.create_index(op.f('ix_room_bars_person_id'), 'room_bars', ['person_id'], unique=False)
    op.create_table('word_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=True),
    sa.Column('word', sa.String(), nullable=False),
    sa.Column('folded', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.CheckConstraint("action in ('refuse', 'hold')", name=op.f('ck_word_rules_action')),
    _room('word_rules'), _person('word_rules', 'by_id'), _key('word_rules'),
    sa.UniqueConstraint('room_id', 'folded', name=op.f('uq_word_rules_room_id_folded')),
    sqlite_autoincrement=True
    )
    op.create_table('held_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('sender_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('reply_to_id', sa.Integer(), nullable=True),
    sa.Column('word', sa.String(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('decided_at', INSTANT, nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('passed', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['reply_to_id'], ['messages.id'], name=op.f('fk_held_messages_reply_to_id_messages')),
    _room('held_messages'), _person('held_messages', 'sender_id'), _person('held_messages', 'decided_by_id'),
    _key('held_messages'),
    sa.UniqueConstraint('room_id', 'sender_id', 'client_id', name=op.f('uq_held_messages_room_id_sender_id_client_id'))
    )


def _status() -> None:
    op.create_table('person_statuses',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('until', INSTANT, nullable=True),
    sa.Column('call_until', INSTANT, nullable=True),
    sa.CheckConstraint("state in ('', 'focus', 'break', 'away', 'dnd')", name=op.f('ck_person_statuses_state')),
    _person('person_statuses'), _key('person_statuses', 'person_id')
    )
    op.create_table('quick_calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asker_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', INSTANT, nullable=False),
    sa.Column('expires_at', INSTANT, nullable=False),
    sa.Column('agreed_at', INSTANT, nullable=True),
    sa.Column('declined_at', INSTANT, nullable=True),
    sa.CheckConstraint('asker_id <> person_id', name=op.f('ck_quick_calls_two')),
    _room('quick_calls'), _person('quick_calls', 'asker_id'), _person('quick_calls'), _key('quick_calls')
    )
    op.create_index(op.f('ix_quick_calls_room_id'), 'quick_calls', ['room_id'], unique=False)
    op.create_index(op.f('ix_quick_calls_person_id'), 'quick_calls', ['person_id'], unique=False)
    op.create_table('win_claps',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_win_claps_session_id_sessions')),
    _person('win_claps'), _person('win_claps', 'by_id'), _key('win_claps', 'session_id', 'person_id', 'by_id')
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table('rooms', schema=None) as batch_op:
        batch_op.drop_column('slow_seconds')
    with op.batch_alter_table('sanctions', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_sanctions_report_id_reports'), type_='foreignkey')
        batch_op.drop_column('report_id')
    op.drop_index('uq_reports_open', table_name='reports')
    # Before, one could be reported once by the same person, for ever: the latest is kept.
    op.execute('delete from reports where id not in (select max(id) from reports group by reporter_id, subject)')
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.create_unique_constraint(op.f('uq_reports_reporter_id_subject'), ['reporter_id', 'subject'])
        batch_op.drop_constraint(op.f('ck_reports_decision'), type_='check')
        batch_op.drop_constraint(op.f('fk_reports_taken_by_id_persons'), type_='foreignkey')
        for name in ('said', 'decision', 'taken_at', 'taken_by_id', 'urgent'):
            batch_op.drop_column(name)
