set lock_timeout = '5s';
create index concurrently devices_owner_idx on devices (owner);
reindex index concurrently devices_serial_uq;
