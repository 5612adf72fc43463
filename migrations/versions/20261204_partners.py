"""Partners and circles: wishes, pairings and who came; circles, their meetings, agenda and minutes"""

import community.core.db
import sqlalchemy as sa
from alembic import op

revision = 'a4d92c7e18b5'
down_revision = 'f8a3d61b0c27'
branch_labels = None
depends_on = None

KINDS = ('lounge', 'niche', 'session', 'circle', 'pairing', 'booking', 'direct')


def _rooms(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table('rooms', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_rooms_kind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_rooms_kind'), f"kind in ({', '.join(map(repr, kinds))})")


def upgrade() -> None:
    _rooms(KINDS)
    _partners()
    _circles()


def _partners() -> None:
    op.create_table('partner_tastes',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('same_niche', sa.Boolean(), nullable=False),
    sa.Column('three', sa.Boolean(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.CheckConstraint("stage in ('', 'starting', 'steady', 'growing')", name=op.f('ck_partner_tastes_stage')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_partner_tastes_person_id_persons')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_partner_tastes'))
    )

    op.create_table('pairings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('made_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('looked_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state in ('set', 'alone', 'off')", name=op.f('ck_pairings_state')),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_pairings_room_id_rooms')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_pairings_session_id_sessions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pairings')),
    sa.UniqueConstraint('session_id', name=op.f('uq_pairings_session_id'))
    )
    op.create_index('ix_pairings_state_starts_at', 'pairings', ['state', 'starts_at'], unique=False)

    op.create_table('partner_wishes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('earliest', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('latest', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('three', sa.Boolean(), nullable=False),
    sa.Column('same_niche', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('asked_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('asked_others_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('pairing_id', sa.Integer(), nullable=True),
    sa.Column('hour_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("state in ('waiting', 'matched', 'hour', 'missed', 'taken_back')", name=op.f('ck_partner_wishes_state')),
    sa.CheckConstraint('earliest <= latest', name=op.f('ck_partner_wishes_window')),
    sa.CheckConstraint('minutes between 10 and 240', name=op.f('ck_partner_wishes_minutes')),
    sa.ForeignKeyConstraint(['hour_id'], ['sessions.id'], name=op.f('fk_partner_wishes_hour_id_sessions')),
    sa.ForeignKeyConstraint(['pairing_id'], ['pairings.id'], name=op.f('fk_partner_wishes_pairing_id_pairings')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_partner_wishes_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner_wishes'))
    )
    op.create_index('ix_partner_wishes_person_id', 'partner_wishes', ['person_id'], unique=False)
    op.create_index('ix_partner_wishes_state_latest', 'partner_wishes', ['state', 'latest'], unique=False)

    op.create_table('pairing_places',
    sa.Column('pairing_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('wish_id', sa.Integer(), nullable=False),
    sa.Column('taken_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('came_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('gone', sa.String(), nullable=True),
    sa.Column('gone_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('again', sa.Boolean(), nullable=True),
    sa.CheckConstraint("gone in ('took_back', 'no_show', 'moved', 'apart', 'called_off')", name=op.f('ck_pairing_places_gone')),
    sa.ForeignKeyConstraint(['pairing_id'], ['pairings.id'], name=op.f('fk_pairing_places_pairing_id_pairings')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_pairing_places_person_id_persons')),
    sa.ForeignKeyConstraint(['wish_id'], ['partner_wishes.id'], name=op.f('fk_pairing_places_wish_id_partner_wishes')),
    sa.PrimaryKeyConstraint('pairing_id', 'person_id', name=op.f('pk_pairing_places'))
    )
    op.create_index('ix_pairing_places_person_id', 'pairing_places', ['person_id'], unique=False)


def _circles() -> None:
    op.create_table('circles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('keeper_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('week', sa.Integer(), nullable=False),
    sa.Column('at', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('takes_asks', sa.Boolean(), nullable=False),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('at between 0 and 1439', name=op.f('ck_circles_at')),
    sa.CheckConstraint('minutes between 30 and 240', name=op.f('ck_circles_minutes')),
    sa.CheckConstraint('seats between 4 and 6', name=op.f('ck_circles_seats')),
    sa.CheckConstraint('week between 1 and 5', name=op.f('ck_circles_week')),
    sa.CheckConstraint('weekday between 0 and 6', name=op.f('ck_circles_weekday')),
    sa.ForeignKeyConstraint(['keeper_id'], ['persons.id'], name=op.f('fk_circles_keeper_id_persons')),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_circles_room_id_rooms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circles')),
    sa.UniqueConstraint('room_id', name=op.f('uq_circles_room_id'))
    )
    op.create_index(op.f('ix_circles_keeper_id'), 'circles', ['keeper_id'], unique=False)

    op.create_table('circle_members',
    sa.Column('circle_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('standing', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('since', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("standing in ('in', 'asked', 'invited', 'left')", name=op.f('ck_circle_members_standing')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_circle_members_by_id_persons')),
    sa.ForeignKeyConstraint(['circle_id'], ['circles.id'], name=op.f('fk_circle_members_circle_id_circles')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_circle_members_person_id_persons')),
    sa.PrimaryKeyConstraint('circle_id', 'person_id', name=op.f('pk_circle_members'))
    )
    op.create_index('ix_circle_members_person_id_standing', 'circle_members', ['person_id', 'standing'], unique=False)

    op.create_table('circle_meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('circle_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('writer_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('written_at', community.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['circle_id'], ['circles.id'], name=op.f('fk_circle_meetings_circle_id_circles')),
    sa.ForeignKeyConstraint(['writer_id'], ['persons.id'], name=op.f('fk_circle_meetings_writer_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circle_meetings')),
    sa.UniqueConstraint('circle_id', 'starts_at', name=op.f('uq_circle_meetings_circle_id_starts_at'))
    )

    op.create_table('circle_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('kept', sa.Boolean(), nullable=True),
    sa.Column('created_at', community.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind in ('check_in', 'ask', 'topic', 'commitment')", name=op.f('ck_circle_items_kind')),
    sa.ForeignKeyConstraint(['meeting_id'], ['circle_meetings.id'], name=op.f('fk_circle_items_meeting_id_circle_meetings')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_circle_items_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circle_items'))
    )
    op.create_index(op.f('ix_circle_items_meeting_id'), 'circle_items', ['meeting_id'], unique=False)


def downgrade() -> None:
    for table in ('circle_items', 'circle_meetings', 'circle_members', 'circles'):
        op.drop_table(table)
    for table in ('pairing_places', 'partner_wishes', 'pairings', 'partner_tastes'):
        op.drop_table(table)
    # What was said there goes with its room: there is no kind left that it could have.
    rooms = "(select id from rooms where kind = 'pairing')"
    sessions = f'(select id from sessions where room_id in {rooms})'
    messages = f'(select id from messages where room_id in {rooms})'
    op.execute(
        'update session_goals set carried_from_id = null where carried_from_id in '
        f'(select id from session_goals where session_id in {sessions})'
    )
    for table in ('session_goals', 'session_seats'):
        op.execute(f'delete from {table} where session_id in {sessions}')
    for table in ('message_edits', 'reactions', 'mentions', 'message_files'):
        op.execute(f'delete from {table} where message_id in {messages}')
    op.execute(f'update messages set reply_to_id = null where room_id in {rooms}')
    for table in ('messages', 'sessions', 'visits', 'room_members'):
        op.execute(f'delete from {table} where room_id in {rooms}')
    op.execute("delete from rooms where kind = 'pairing'")
    _rooms(tuple(kind for kind in KINDS if kind != 'pairing'))
