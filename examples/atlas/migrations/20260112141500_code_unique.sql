alter table parcels add column weight integer;
create unique index parcels_code_uq on parcels (code);
