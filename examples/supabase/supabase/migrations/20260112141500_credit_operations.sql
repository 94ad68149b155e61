-- Every purchase and every use of credits; a balance is the sum of these.
create type credit_operation_kind as enum ('purchase', 'use', 'refund', 'adjustment');

create table credit_operations (
  id bigint generated always as identity primary key,
  profile_id uuid not null references profiles (id) on delete restrict,
  kind credit_operation_kind not null,
  amount integer not null check (amount <> 0),
  stripe_session_id text,
  note text,
  created_at timestamptz not null default now()
);

create index credit_operations_profile_idx on credit_operations (profile_id, created_at desc);

alter table credit_operations enable row level security;

create policy "People read their own operations"
  on credit_operations for select to authenticated
  using ((select auth.uid()) = profile_id);

create function apply_credit_operation() returns trigger
  language plpgsql security definer set search_path = ''
as $$
begin
  update public.profiles
  set credit_balance = credit_balance + new.amount, updated_at = now()
  where id = new.profile_id;
  return new;
end
$$;

create trigger apply_credit_operation after insert on credit_operations
  for each row execute function apply_credit_operation();
