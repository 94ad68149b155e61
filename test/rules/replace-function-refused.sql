CREATE FUNCTION tax(total numeric, rate numeric DEFAULT 0.2) RETURNS numeric LANGUAGE sql AS 'SELECT total * rate';
CREATE OR REPLACE FUNCTION tax(amount numeric, rate numeric DEFAULT 0.2) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
--                         ^^^ error replace-function-refused: cannot change name of input parameter "total" of "tax(numeric, numeric)". Drop it first, or give the new one another name.
--fix review: Drop "tax(numeric, numeric)" first
--+ DROP FUNCTION tax(numeric, numeric);

CREATE FUNCTION vat(total numeric, rate numeric DEFAULT 0.2) RETURNS numeric LANGUAGE sql AS 'SELECT total * rate';
CREATE OR REPLACE FUNCTION vat(total numeric, rate numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
--                         ^^^ error replace-function-refused: cannot remove parameter defaults from existing function "vat(numeric, numeric)". Drop it first, or give the new one another name.
--fix review: Drop "vat(numeric, numeric)" first
--+ DROP FUNCTION vat(numeric, numeric);

CREATE FUNCTION fee(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT total';
CREATE OR REPLACE FUNCTION public.fee(total numeric) RETURNS SETOF numeric LANGUAGE sql AS 'SELECT 1.0';
--                                ^^^ error replace-function-refused: cannot change return type of existing function "fee(numeric)". Drop it first, or give the new one another name.
--fix review: Drop "fee(numeric)" first
--+ DROP FUNCTION fee(numeric);

CREATE FUNCTION due(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT total';
CREATE OR REPLACE PROCEDURE due(total numeric) LANGUAGE sql AS 'SELECT 1.0';
--                          ^^^ error replace-function-refused: cannot change routine kind of "due(numeric)": it is a function. Drop it first, or give the new one another name.
--fix review: Drop "due(numeric)" first
--+ DROP FUNCTION due(numeric);

-- Other arguments make another function; the body, attributes and a default may change, and what had no name gets one.
CREATE FUNCTION cut(numeric, rate numeric DEFAULT 0.2) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE OR REPLACE FUNCTION cut(total integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION cut(total decimal, rate numeric DEFAULT 1) RETURNS numeric LANGUAGE sql STABLE AS 'SELECT 2.0';

-- One output column may be called anything, several may not.
CREATE FUNCTION one_of(integer) RETURNS TABLE (low integer) LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION one_of(a integer) RETURNS SETOF integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION both_of(a integer) RETURNS TABLE (low integer, high integer) LANGUAGE sql AS 'SELECT 1, 2';
CREATE OR REPLACE FUNCTION both_of(a integer) RETURNS TABLE (low integer, top integer) LANGUAGE sql AS 'SELECT 1, 2';
--                         ^^^^^^^ error replace-function-refused: cannot change return type of existing function "both_of(integer)". Drop it first, or give the new one another name.
--fix review: Drop "both_of(integer)" first
--+ DROP FUNCTION both_of(integer);
