-- +goose Up
alter table items add column barcode text;
create unique index items_sku_uq on items (sku);

-- +goose Down
drop index items_sku_uq;
alter table items drop column barcode;
