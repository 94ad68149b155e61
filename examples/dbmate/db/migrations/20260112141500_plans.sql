-- migrate:up
alter table subscribers add constraint subscribers_plan_known check (plan in ('free', 'team', 'company'));
create index subscribers_created_at_idx on subscribers (created_at);

-- migrate:down
drop index subscribers_created_at_idx;
alter table subscribers drop constraint subscribers_plan_known;
