-- +goose NO TRANSACTIONS
-- +goose Up
create index concurrently movements_item_idx on movements (item_id, at desc);
