-- migrate:up
create table subscribers (
  id bigint generated always as identity primary key,
  email text not null,
  plan text,
  created_at timestamptz not null default now()
);

-- migrate:down
drop table subscribers;
