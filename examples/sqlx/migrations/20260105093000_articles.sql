create table articles (
  id bigint generated always as identity primary key,
  slug text not null,
  author text
);
