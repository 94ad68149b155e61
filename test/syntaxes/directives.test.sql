-- SYNTAX TEST "source.sql" "Directives of the migration runners"

-- +goose Up
-- <-- comment.line.double-dash.sql meta.directive.goose.sql punctuation.definition.comment.sql
-- ^^^^^^ keyword.control.directive.sql
--        ^^ entity.name.function.directive.sql
-- +goose Down
-- ^^^^^^ keyword.control.directive.sql
--        ^^^^ entity.name.function.directive.sql
-- +goose StatementBegin
--        ^^^^^^^^^^^^^^ entity.name.function.directive.sql
-- +goose StatementEnd
--        ^^^^^^^^^^^^ entity.name.function.directive.sql
-- +goose NO TRANSACTION
--        ^^^^^^^^^^^^^^ entity.name.function.directive.sql
-- +goose ENVSUB ON
--        ^^^^^^^^^ entity.name.function.directive.sql

-- goose refuses an indented annotation.
  -- +goose Up
--   ^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql
-- +goose Sideways
-- ^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql

-- migrate:up
-- <-- comment.line.double-dash.sql meta.directive.dbmate.sql
-- ^^^^^^^^ keyword.control.directive.sql
--         ^^ entity.name.function.directive.sql
-- migrate:up transaction:false
--            ^^^^^^^^^^^ entity.other.attribute-name.directive.sql
--                       ^ punctuation.separator.directive.sql
--                        ^^^^^ constant.language.directive.sql
-- migrate:down
--         ^^^^ entity.name.function.directive.sql
-- migrate:upwards
-- ^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql

-- +migrate Up notransaction
-- ^^^^^^^^ meta.directive.sql-migrate.sql keyword.control.directive.sql
--          ^^ entity.name.function.directive.sql
--             ^^^^^^^^^^^^^ constant.language.directive.sql
-- +migrate Down
--          ^^^^ entity.name.function.directive.sql
-- +migrate StatementBegin
--          ^^^^^^^^^^^^^^ entity.name.function.directive.sql
--+migrate Up
--^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql

---- create above / drop below ----
-- <---- meta.directive.tern.sql punctuation.definition.comment.sql
--   ^^^^^^^^^^^^^^^^^^^^^^^^^ keyword.control.directive.sql
--                             ^^^^ punctuation.definition.comment.sql
---- tern: disable-tx ----
--   ^^^^^ keyword.control.directive.sql
--         ^^^^^^^^^^ entity.name.function.directive.sql
-- tern: disable-tx
-- ^^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql

-- rambler up
-- ^^^^^^^ keyword.control.directive.sql
--         ^^ entity.name.function.directive.sql
-- rambler upwards
-- ^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql

-- sqlx reads this only where the file starts, see first-line.test.sql.
-- no-transaction
-- ^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql

create table a (id bigint);--> statement-breakpoint
--                         ^^ meta.directive.drizzle.sql punctuation.definition.comment.sql
--                           ^^^^^^^^^^^^^^^^^^^^^^ keyword.control.directive.sql
--> statement-breakpoint select 1;
-- <-- comment.line.double-dash.sql meta.directive.drizzle.sql
--                       ^^^^^^ keyword.other.DML.sql - comment.line.double-dash.sql

--liquibase formatted sql
--^^^^^^^^^ meta.directive.liquibase.sql keyword.control.directive.sql
--          ^^^^^^^^^ keyword.control.directive.sql
--                    ^^^ constant.language.directive.sql
--changeset ada:add-index runInTransaction:false context:"a or b" dbms:postgresql
--^^^^^^^^^ keyword.control.directive.sql
--          ^^^ entity.name.type.directive.sql
--             ^ punctuation.separator.directive.sql
--              ^^^^^^^^^ entity.name.function.directive.sql
--                        ^^^^^^^^^^^^^^^^ entity.other.attribute-name.directive.sql
--                                         ^^^^^ constant.language.directive.sql
--                                               ^^^^^^^ entity.other.attribute-name.directive.sql
--                                                       ^^^^^^^^ string.unquoted.directive.sql
--                                                                     ^^^^^^^^^^ string.unquoted.directive.sql
--rollback drop table orders;
--^^^^^^^^ keyword.control.directive.sql
--         ^^^^ comment.line.double-dash.sql keyword.other.create.sql
-- rollback drop index orders_user_idx;
-- ^^^^^^^^ keyword.control.directive.sql
-- Rollback is done by hand.
-- ^^^^^^^^^^^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql
--preconditions onFail:HALT onError:HALT
--^^^^^^^^^^^^^ keyword.control.directive.sql
--              ^^^^^^ entity.other.attribute-name.directive.sql
--                     ^^^^ string.unquoted.directive.sql
--precondition-sql-check expectedResult:0 select count(*) from orders
--^^^^^^^^^^^^^^^^^^^^^^ keyword.control.directive.sql
--                       ^^^^^^^^^^^^^^^^ constant.language.directive.sql
--                                        ^^^^^^ keyword.other.DML.sql
--validCheckSum: ANY
--^^^^^^^^^^^^^ keyword.control.directive.sql
--               ^^^ string.unquoted.directive.sql
--comment: why this is here
--^^^^^^^ keyword.control.directive.sql
-- comment: this one is nobody's
-- ^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql

--! Previous: sha1:0a1b
-- <--- meta.directive.graphile-migrate.sql punctuation.definition.comment.sql
--  ^^^^^^^^ keyword.control.directive.sql
--            ^^^^^^^^^ string.unquoted.directive.sql
--! Hash: sha1:2c3d
--  ^^^^ keyword.control.directive.sql
--! no-transaction
--  ^^^^^^^^^^^^^^ keyword.control.directive.sql
--! split: 1-current.sql
--  ^^^^^ keyword.control.directive.sql

-- atlas:txmode none
-- ^^^^^^ meta.directive.atlas.sql keyword.control.directive.sql
--       ^^^^^^ entity.name.function.directive.sql
--              ^^^^ constant.language.directive.sql
-- atlas:nolint DS103 MF103
--       ^^^^^^ entity.name.function.directive.sql
--              ^^^^^^^^^^^ constant.language.directive.sql

-- Up Migration
-- ^^^^^^^^^^^^ meta.directive.node-pg-migrate.sql keyword.control.directive.sql
-- down migration
-- ^^^^^^^^^^^^^^ keyword.control.directive.sql

-- Chat assistants cite it, and no version of the Supabase CLI has it.
-- supabase:disable-transaction
-- ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.sql

/*
-- +goose Up
-- ^^^^^^^^^ comment.block - keyword.control.directive.sql
*/
select '
-- migrate:up
-- ^^^^^^^^^^ string.quoted.single.sql - keyword.control.directive.sql
';
