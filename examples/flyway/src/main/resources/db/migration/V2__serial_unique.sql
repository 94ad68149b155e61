alter table devices add column seen_at timestamptz;
create unique index devices_serial_uq on devices (serial);
