alter table bookings add column note text;
create unique index rooms_name_uq on rooms (name);
