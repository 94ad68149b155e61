-- One profile for each account.
create table profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  email text not null,
  display_name text,
  credit_balance integer not null default 0 check (credit_balance >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create unique index profiles_email_uq on profiles (lower(email));

alter table profiles enable row level security;

create policy "People read their own profile"
  on profiles for select to authenticated
  using ((select auth.uid()) = id);

create policy "People change their own profile"
  on profiles for update to authenticated
  using ((select auth.uid()) = id)
  with check ((select auth.uid()) = id);

create function create_profile_for_new_user() returns trigger
  language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.profiles (id, email) values (new.id, new.email);
  return new;
end
$$;

create trigger create_profile after insert on auth.users
  for each row execute function create_profile_for_new_user();
