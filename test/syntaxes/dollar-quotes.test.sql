-- SYNTAX TEST "source.sql" "SQL and PL/pgSQL in dollar quotes"

create or replace function touch() returns trigger language plpgsql as $$
--                                                                     ^^ meta.dollar-quoted.sql punctuation.section.embedded.begin.sql
declare
-- <------- meta.dollar-quoted.sql meta.embedded.dollar-quoted.sql keyword.control.plpgsql.sql
  previous orders%rowtype; -- it's only a comment
--               ^^^^^^^^ storage.type.plpgsql.sql
--                         ^^ meta.embedded.dollar-quoted.sql comment.line.double-dash.sql punctuation.definition.comment.sql
--                           ^^^^^^^^^^^^^^^^^^^^ comment.line.double-dash.sql
begin
-- <----- keyword.control.plpgsql.sql
  if not exists (select 1 from orders where id = new.id) then
--^^ keyword.control.plpgsql.sql
--               ^^^^^^ keyword.other.DML.sql
--                                               ^^^ variable.language.plpgsql.sql
--                                                       ^^^^ keyword.control.plpgsql.sql
    create table if not exists audit (tags text[]);
--               ^^ meta.embedded.dollar-quoted.sql - keyword.control.plpgsql.sql
    raise exception 'order % isn''t there', new.id using errcode = 'P0001';
--  ^^^^^^^^^^^^^^^ keyword.control.plpgsql.sql
--                  ^ string.quoted.single.sql punctuation.definition.string.begin.sql
--                                                                 ^^^^^^^ string.quoted.single.sql
  elsif tg_op = 'UPDATE' then
--^^^^^ keyword.control.plpgsql.sql
--      ^^^^^ variable.language.plpgsql.sql
    for previous in select * from orders loop
--  ^^^ keyword.control.plpgsql.sql
--                                       ^^^^ keyword.control.plpgsql.sql
      execute $sql$update orders set total = $1 where note = 'it''s'$sql$ using previous.total / 2;
--    ^^^^^^^ keyword.control.plpgsql.sql
--            ^ meta.embedded.dollar-quoted.sql meta.dollar-quoted.sql punctuation.section.embedded.begin.sql
--             ^^^ entity.name.tag.dollar-quote.sql
--                ^ punctuation.section.embedded.begin.sql
--                 ^^^^^^ meta.embedded.dollar-quoted.sql meta.dollar-quoted.sql meta.embedded.dollar-quoted.sql keyword.other.DML.sql
--                                           ^^ variable.parameter.positional.sql
--                                                                   ^^^ entity.name.tag.dollar-quote.sql
--                                                                        ^^^^^ keyword.other.sql
    end loop;
--  ^^^^^^^^ keyword.control.plpgsql.sql
  end if;
--^^^^^^ keyword.control.plpgsql.sql
  new.updated_at := now();
--^^^ variable.language.plpgsql.sql
--               ^^ keyword.operator.assignment.plpgsql.sql
  return new;
--^^^^^^ keyword.control.plpgsql.sql
--       ^^^ variable.language.plpgsql.sql
end
-- <--- keyword.control.plpgsql.sql
$$;
-- <-- meta.dollar-quoted.sql punctuation.section.embedded.end.sql
-- ^ - meta.dollar-quoted.sql
create trigger touch before update on orders for each row execute function touch();
-- <------ keyword.other.create.sql - meta.dollar-quoted.sql

do $migration$
-- ^ punctuation.section.embedded.begin.sql
--  ^^^^^^^^^ entity.name.tag.dollar-quote.sql
begin
  execute $$
--        ^^ meta.embedded.dollar-quoted.sql meta.dollar-quoted.sql punctuation.section.embedded.begin.sql
    delete from orders
--  ^^^^^^ meta.embedded.dollar-quoted.sql meta.dollar-quoted.sql meta.embedded.dollar-quoted.sql keyword.other.DML.sql
  $$;
--^^ meta.embedded.dollar-quoted.sql meta.dollar-quoted.sql punctuation.section.embedded.end.sql
  perform 1;
--^^^^^^^ meta.embedded.dollar-quoted.sql keyword.control.plpgsql.sql
end
$migration$;
-- <- punctuation.section.embedded.end.sql
--^^^^^^^^ entity.name.tag.dollar-quote.sql
select 1;
-- <------ keyword.other.DML.sql - meta.dollar-quoted.sql

-- Prose in dollar quotes: what looks open there ends with them.
comment on table orders is $$it's 5" wide -- or so$$; select 1;
--                                           ^^^^^ meta.embedded.dollar-quoted.sql
--                                                ^^ punctuation.section.embedded.end.sql
--                                                    ^^^^^^ keyword.other.DML.sql - meta.dollar-quoted.sql
comment on table orders is $note$
we don't know
--  ^^^ meta.embedded.dollar-quoted.sql
$note$;
-- <- punctuation.section.embedded.end.sql
select 1;
-- <------ keyword.other.DML.sql - meta.dollar-quoted.sql
do $$
begin -- it's the end $$;
--                    ^^ punctuation.section.embedded.end.sql - comment.line.double-dash.sql
do $$
  -- it's the end, indented $$;
--                          ^^ punctuation.section.embedded.end.sql - comment.line.double-dash.sql
select 1;
-- <------ keyword.other.DML.sql - meta.dollar-quoted.sql

-- No dollar quotes: a name with dollars in it, a parameter, a string, a comment with $$.
select a$b$c, $1, '$$', "$x$" from orders;
--     ^^^^^  - meta.dollar-quoted.sql
--            ^^  - meta.dollar-quoted.sql
--                ^^^^ string.quoted.single.sql - meta.dollar-quoted.sql
--                      ^^^^^ string.quoted.double.sql - meta.dollar-quoted.sql
--                            ^^^^ keyword.other.DML.sql - meta.dollar-quoted.sql
