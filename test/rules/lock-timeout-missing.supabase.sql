-- runner: supabase 2.109.1

-- Writes to users wait for the foreign key of the new table.
create table invoices (id bigint primary key, user_id bigint references users (id));
--<^^^^^^^^^ information lock-timeout-missing: Waits for SHARE ROW EXCLUSIVE on "users" with no lock_timeout; later writes queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET LOCAL lock_timeout = '5s';
alter table orders enable row level security;
