-- Work that costs credits, done in stages.
create table jobs (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references profiles (id) on delete cascade,
  status text not null default 'queued' check (status in ('queued', 'running', 'done', 'failed')),
  input jsonb not null default '{}',
  created_at timestamptz not null default now(),
  finished_at timestamptz
);

create table job_stages (
  id bigint generated always as identity primary key,
  job_id uuid not null references jobs (id) on delete cascade,
  name text not null,
  started_at timestamptz,
  finished_at timestamptz
);

create index jobs_queue_idx on jobs (created_at) where status = 'queued';

alter table jobs enable row level security;
alter table job_stages enable row level security;

create policy "People read their own jobs"
  on jobs for select to authenticated
  using ((select auth.uid()) = profile_id);

alter table credit_operations add column job_id uuid references jobs (id) on delete set null;
