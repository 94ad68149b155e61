-- Billing analytics: one operation for each checkout session, and the revenue of each day.

create unique index credit_operations_stripe_uq on credit_operations (stripe_session_id) where stripe_session_id is not null;

-- Only the service role reads it.
create view billing_by_day as
select
  date_trunc('day', created_at) as day,
  count(*) filter (where kind = 'purchase') as purchases,
  sum(amount) filter (where kind = 'purchase') as credits_bought,
  sum(-amount) filter (where kind = 'use') as credits_used
from credit_operations
group by 1;

revoke all on billing_by_day from anon, authenticated;

grant select on billing_by_day to service_role;
