-- SYNTAX TEST "source.sql" "Findings silenced with a reason"

-- lockstep-ignore drop-column: nobody has read it since May
-- <-- comment.line.double-dash.sql meta.directive.lockstep.sql punctuation.definition.comment.sql
-- ^^^^^^^^^^^^^^^ keyword.control.directive.lockstep.sql
--                 ^^^^^^^^^^^ entity.name.type.rule.lockstep.sql
--                            ^ punctuation.separator.lockstep.sql
--                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ string.unquoted.reason.lockstep.sql
alter table orders drop column total;
-- <----- keyword.other.create.sql

  -- lockstep-ignore drop-column, drop-table : two: rules
--   ^^^^^^^^^^^^^^^ keyword.control.directive.lockstep.sql
--                   ^^^^^^^^^^^ entity.name.type.rule.lockstep.sql
--                              ^ punctuation.separator.lockstep.sql
--                                ^^^^^^^^^^ entity.name.type.rule.lockstep.sql
--                                           ^ punctuation.separator.lockstep.sql
--                                             ^^^^^^^^^^ string.unquoted.reason.lockstep.sql

-- lockstep-ignore-file create-index-not-concurrent: runs before the first user exists
-- ^^^^^^^^^^^^^^^^^^^^ keyword.control.directive.lockstep.sql
--                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^ entity.name.type.rule.lockstep.sql
--                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ string.unquoted.reason.lockstep.sql

-- lockstep-ignore drop-column
--                 ^^^^^^^^^^^ entity.name.type.rule.lockstep.sql

-- A lockstep-ignore in the middle of a sentence means nothing.
--   ^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.lockstep.sql
-- lockstep-ignored drop-column
-- ^^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.lockstep.sql

do $$
begin
  -- lockstep-ignore drop-table: in a body too
--   ^^^^^^^^^^^^^^^ meta.embedded.dollar-quoted.sql meta.directive.lockstep.sql keyword.control.directive.lockstep.sql
--                   ^^^^^^^^^^ entity.name.type.rule.lockstep.sql
  drop table orders;
end
$$;
