
-- no-transaction
create index concurrently articles_author_idx on articles (author);
