set lock_timeout = '2s';

alter table customers drop column fax;

alter table orders drop column discount;

alter table orders rename column status to state;
