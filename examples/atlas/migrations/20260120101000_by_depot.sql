-- atlas:txmode none
create index concurrently parcels_depot_idx on parcels (depot);
