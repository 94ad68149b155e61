begin;

alter table order_lines alter column order_id type bigint;

alter table orders
  alter column id type bigint,
  alter column placed_at type timestamptz using placed_at at time zone 'UTC';

alter table orders add column tracking uuid not null default gen_random_uuid();

commit;
