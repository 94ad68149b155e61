-- No transaction: a statement that fails leaves the ones before it in place.
update customers set email = 'unknown-' || id || '@example.org' where email is null;

alter table customers alter column email set not null;

create unique index customers_email_key on customers (lower(email));
