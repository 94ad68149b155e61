-- SYNTAX TEST "source.sql" "Commands of psql and the rows of COPY"

\set ON_ERROR_STOP on
-- <---- meta.command.psql.sql keyword.control.command.psql.sql
--   ^^^^^^^^^^^^^ string.unquoted.argument.psql.sql
\ir ../shared/:file
-- <--- keyword.control.command.psql.sql
--  ^^^^^^^^^^ string.unquoted.argument.psql.sql
--            ^^^^^ meta.placeholder.sql
\echo 'it is' done
--    ^^^^^^^ string.quoted.single.sql
\copy orders from 'orders.csv' with (format csv)
-- <----- keyword.control.command.psql.sql
--           ^^^^ keyword.other.DML.sql
--                ^^^^^^^^^^^^ string.quoted.single.sql
  \if :{?drop}
--^^^ keyword.control.command.psql.sql
--    ^^^^^^^^ meta.placeholder.sql
select format('drop table %I', relname) from pg_class \gexec
--                                                    ^^^^^^ keyword.control.command.psql.sql
select 1 \; select 2;
--       ^^ keyword.control.command.psql.sql
--          ^^^^^^ keyword.other.DML.sql
select E'a\nb', '\set';
--       ^^^^ string.quoted.single.sql - keyword.control.command.psql.sql
--               ^^^^ string.quoted.single.sql - keyword.control.command.psql.sql

COPY public.orders (id, note) FROM stdin;
-- <---- meta.copy.sql keyword.other.sql
--   ^^^^^^ constant.other.database-name.sql
1	it's $$ free -- and :easy
-- <---------- string.unquoted.copy-data.sql - comment.line.double-dash.sql
\.
-- <-- keyword.control.command.psql.sql
select 1;
-- <------ keyword.other.DML.sql - string.unquoted.copy-data.sql
