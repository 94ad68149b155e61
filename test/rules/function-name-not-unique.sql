CREATE FUNCTION tax(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION tax() RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
ALTER FUNCTION tax STABLE;
--             ^^^ error function-name-not-unique: function name "tax" is not unique: it may mean "tax(numeric)" or "tax()". Add the argument types after the name.
--fix review: Write "tax(numeric)"
--+ ALTER FUNCTION tax(numeric) STABLE;
--fix review: Write "tax()"
--+ ALTER FUNCTION tax() STABLE;
ALTER FUNCTION tax(numeric) STABLE;
DROP FUNCTION IF EXISTS tax;
--                      ^^^ error function-name-not-unique: function name "tax" is not unique: it may mean "tax(numeric)" or "tax()". Add the argument types after the name.
--fix review: Write "tax(numeric)"
--+ DROP FUNCTION IF EXISTS tax(numeric);
--fix review: Write "tax()"
--+ DROP FUNCTION IF EXISTS tax();

CREATE FUNCTION vat(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION vat() RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
DROP FUNCTION vat();
DROP FUNCTION vat;
