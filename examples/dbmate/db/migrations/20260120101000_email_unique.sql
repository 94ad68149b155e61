-- migrate:up transaction: false
create unique index concurrently subscribers_email_uq on subscribers (lower(email));

-- migrate:down
drop index subscribers_email_uq;
