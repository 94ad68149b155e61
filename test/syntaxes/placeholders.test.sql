-- SYNTAX TEST "source.sql" "Placeholders of runners and variables of psql"

create table ${schema}.orders (id bigint);
--           ^^ meta.placeholder.sql punctuation.definition.placeholder.begin.sql
--             ^^^^^^ variable.other.placeholder.sql
--                   ^ punctuation.definition.placeholder.end.sql
comment on table orders is 'in ${flyway:environment}, since ${day}';
--                          ^^ string.quoted.single.sql - meta.placeholder.sql
--                             ^^ string.quoted.single.sql meta.placeholder.sql punctuation.definition.placeholder.begin.sql
--                               ^^^^^^^^^^^^^^^^^^ variable.other.placeholder.sql
--                                                            ^^^ variable.other.placeholder.sql
select * from "${schema}";
--             ^^ string.quoted.double.sql meta.placeholder.sql

create table {{ .prefix }}orders (id bigint);
--           ^^ meta.placeholder.sql punctuation.definition.placeholder.begin.sql
--              ^^^^^^^ variable.other.placeholder.sql
--                      ^^ punctuation.definition.placeholder.end.sql
insert into orders values ('{{.note}}', '{{a,b},{c,d}}', '{{1,2}}');
--                          ^^ string.quoted.single.sql meta.placeholder.sql
--                                       ^^^^^^^^^^^^^ string.quoted.single.sql - meta.placeholder.sql
--                                                        ^^^^^^^ string.quoted.single.sql - meta.placeholder.sql

grant select on orders to :reader, :"writer";
--                        ^ punctuation.definition.placeholder.begin.sql
--                         ^^^^^^ variable.other.placeholder.sql
--                                 ^ punctuation.definition.placeholder.begin.sql
--                                  ^^^^^^^^ variable.other.placeholder.sql
select :'note', (:total), :{?total};
--     ^^^^^^^ meta.placeholder.sql
--               ^^^^^^ meta.placeholder.sql
--                        ^^^^^^^^^ meta.placeholder.sql
select total::text, '1'::int, "total"::text, (a)::text, tags[1:total], tags[:2], total :: text;
--          ^^^^^^ - meta.placeholder.sql
--                     ^^^^^ - meta.placeholder.sql
--                                   ^^^^^^ - meta.placeholder.sql
--                                              ^^^^^^ - meta.placeholder.sql
--                                                          ^^^^^^^^^ - meta.placeholder.sql
--                                                                         ^^ - meta.placeholder.sql
--                                                                                     ^^ - meta.placeholder.sql
select ':total', 'at 10:total'; -- :total
--      ^^^^^^ string.quoted.single.sql - meta.placeholder.sql
--                                 ^^^^^^ comment.line.double-dash.sql - meta.placeholder.sql

do $$
begin
  total := ${start};
--      ^^ keyword.operator.assignment.plpgsql.sql
--         ^^^^^^^^ meta.embedded.dollar-quoted.sql meta.placeholder.sql
  raise notice 'from ${start}';
--                   ^^^^^^^^ string.quoted.single.sql meta.placeholder.sql
end
$$;
