-- +goose Up
create table items (
  id bigint generated always as identity primary key,
  sku text not null,
  created_at timestamptz not null default now()
);

-- +goose Down
drop table items;
