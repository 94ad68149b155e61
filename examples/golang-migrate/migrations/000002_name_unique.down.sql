drop index rooms_name_uq;
alter table bookings drop column note;
