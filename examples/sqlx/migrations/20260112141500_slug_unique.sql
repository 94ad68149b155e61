alter table articles add column summary text;
create unique index articles_slug_uq on articles (slug);
