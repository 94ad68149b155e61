create table rooms (
  id bigint generated always as identity primary key,
  name text not null
);
create table bookings (
  id bigint generated always as identity primary key,
  room_id bigint not null references rooms (id),
  starts_at timestamptz not null
);
