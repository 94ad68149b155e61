-- +goose Up
create table movements (
  id bigint generated always as identity primary key,
  item_id bigint not null references items (id),
  quantity integer not null,
  at timestamptz not null default now()
);

-- +goose StatementBegin
create function stock(of bigint) returns bigint language plpgsql stable as $$
begin
  return (select coalesce(sum(quantity), 0) from movements where item_id = of);
end;
$$;
-- +goose StatementEnd

-- +goose Down
drop function stock(bigint);
drop table movements;
