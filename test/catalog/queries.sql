-- Replayed, and run on a real server: what queries make must have the same columns, and views must need the same ones.
CREATE TYPE comp AS (x int, y text COLLATE "C");
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN email AS varchar(50);
CREATE TABLE t (id int PRIMARY KEY, name varchar(20) NOT NULL, price numeric(10, 2), at timestamptz(3), tags text[], data jsonb, kind "char", c text COLLATE "C", n name);
CREATE TABLE u (id bigint, t_id int, name text, amount numeric, f float8, d date, b bool);
CREATE TABLE w (id int, c comp, m mood, e email, cs comp[], es mood[], r int4range);

-- `*`, joins and what USING merges
CREATE VIEW all_of_t AS SELECT * FROM t;
CREATE VIEW some_of_both AS SELECT t.*, u.id AS uid, u.name uname FROM t JOIN u ON u.t_id = t.id;
CREATE VIEW merged AS SELECT id FROM t JOIN u USING (id);
CREATE VIEW merged_all AS SELECT * FROM (SELECT id, at FROM t) a FULL JOIN (SELECT id, d FROM u) b USING (id);
CREATE VIEW natural_all AS SELECT * FROM (SELECT id, name, at FROM t) a NATURAL JOIN (SELECT d, name, id FROM u) b;
CREATE VIEW aliased (a, b) AS SELECT id, name, price FROM t;
CREATE VIEW aliased_join AS SELECT j.* FROM (SELECT 1 AS one) x, (w JOIN LATERAL (SELECT 2 AS two) y ON true) AS j (a, b);
CREATE VIEW lateral_one AS SELECT a.id, b.id AS bid, b.d FROM t a LEFT JOIN LATERAL (SELECT * FROM u WHERE u.t_id = a.id LIMIT 1) b ON true ORDER BY a.at;
CREATE VIEW rows_as_whole AS SELECT t, u FROM t, u WHERE row_to_json(t) IS NOT NULL;
CREATE VIEW upon_view AS SELECT uname, price FROM some_of_both WHERE tags IS NOT NULL;

-- Names that the server chooses
CREATE VIEW named_by_server AS SELECT count(*), sum(price), avg(id), max(name), min(at), array_agg(name), string_agg(name, ','), jsonb_agg(t), bool_and(true), every(id > 1), upper('x'), coalesce(1, 2), CASE WHEN true THEN 1 END, array[1], ROW (1)::text, current_date, current_user, now(), 1::bigint, nullif(1, 2), greatest(1, 2), least(1.5, 2) FROM t;
CREATE VIEW named_by_subqueries AS SELECT EXISTS (SELECT FROM t), ARRAY (SELECT name FROM t), (SELECT max(price) FROM t), (SELECT name FROM t LIMIT 1), 1 + 1;
CREATE VIEW named_by_casts AS SELECT id::text, (id + 1)::int8, now()::date, at::timestamp(0), CASE WHEN true THEN name ELSE c END, (tags)[1], name COLLATE "C" FROM t;
CREATE VIEW named_by_syntax AS SELECT extract(year FROM at), trim(name), substring(name FROM 1 FOR 2), position('a' IN name), overlay(name PLACING 'x' FROM 1), at AT TIME ZONE 'utc', xmlelement(NAME foo), json_object('a': 1), json_array(1), json_value('{}', '$.a' RETURNING int), json_query('{}', '$'), json_exists('{}', '$'), grouping(at) FROM t GROUP BY at, name;

-- Types, modifiers and collations
CREATE TABLE literals AS SELECT true AS a, 1 AS b, 'x' AS c, NULL AS d, 1.5 AS e, 10000000000 AS f, 99999999999999999999 AS g, B'101' AS h, '1'::numeric(3, 1) AS i, interval '1 day' AS j;
CREATE TABLE operators AS SELECT id + 1 AS a, id * 1.5 AS b, price * 2 AS c, price / id AS d, name || 'x' AS e, tags || 'x'::text AS f, data -> 'a' AS g, data ->> 'a' AS h, at - at AS i, at + interval '1 day' AS j, d + 1 AS k, d - d AS l, id = 1 AS m, name LIKE 'x%' AS n, id IN (1, 2) AS o, -price AS p, name = ANY (tags) AS q, d + time '10:00' AS r, now() - d AS s, f * id AS v, '5' + id AS w, '1 day' + at AS x, 2 * interval '1 day' AS y FROM (SELECT t.*, u.d, u.f FROM t, u) z;
CREATE TABLE unified AS SELECT coalesce(name, 'x') AS a, coalesce(name, c) AS b, coalesce(price, 0) AS c, CASE id WHEN 1 THEN price END AS d, CASE WHEN true THEN 1 ELSE 1.5 END AS e, nullif(name, '') AS f, nullif(price, 0) AS g, greatest(id, 2) AS h, ARRAY[1, 2.5] AS i, coalesce(NULL, NULL) AS j FROM t;
CREATE TABLE of_own_types AS SELECT m, e, es[1] AS a, cs[1:2] AS b, lower(r) AS c, nullif(e, '') AS d, coalesce(e, 'x') AS f, coalesce(m, 'good') AS g, m::text AS h, CASE WHEN true THEN m END AS i, upper(e) AS j, e || 'x' AS k FROM w;
CREATE TABLE windows AS SELECT id, count(*) OVER (PARTITION BY name) AS a, row_number() OVER () AS b, lag(price) OVER x AS c FROM (SELECT 1 AS id, 'x' AS name, 1.0 AS price, 1.0::float8 AS f) y WHERE false GROUP BY id, name, price WINDOW x AS (ORDER BY id);
CREATE TABLE ordered_sets AS SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY f) AS a, percentile_cont(0.5) WITHIN GROUP (ORDER BY id) AS b, mode() WITHIN GROUP (ORDER BY name) AS c, count(*) FILTER (WHERE id > 1) AS d FROM u;
CREATE VIEW collations AS SELECT n, c, c || 'x' AS cx, lower(c) AS lc, n::text AS nt, id::text COLLATE "C" AS ic, name FROM t;
CREATE TABLE listed (x) AS SELECT * FROM u;
SELECT id, price INTO selected FROM t;
CREATE MATERIALIZED VIEW dates AS SELECT d, date_trunc('day', at) AS day, date_part('year', d) AS year, age(at) AS age, to_char(at, 'YYYY') AS text FROM t, u;
CREATE UNIQUE INDEX ON dates (day);

-- WITH, VALUES, UNION
CREATE VIEW common AS WITH c AS (SELECT id, name FROM t), d (a, b) AS (VALUES (1, 'x'), (2, NULL)) SELECT c.*, d.a, b FROM c, d WHERE c.id = d.a;
CREATE VIEW recursion AS WITH RECURSIVE r (n, path) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n + 1, path || n FROM r WHERE n < 5) SELECT * FROM r;
CREATE VIEW searched AS WITH RECURSIVE r (a) AS (SELECT id FROM t UNION ALL SELECT a + 1 FROM r) SEARCH DEPTH FIRST BY a SET o CYCLE a SET is_c USING p SELECT a, is_c FROM r;
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE VIEW united AS SELECT id, name, NULL AS z, price FROM t UNION ALL SELECT id, name, 1, price FROM (SELECT u.id, u.name, t.price FROM u, t) x ORDER BY name;
CREATE VIEW listed_values AS SELECT * FROM (VALUES (1, 'a', NULL), (2.5, 'b', now())) x (a, b);
CREATE TABLE returned AS WITH x AS (INSERT INTO u (id) VALUES (1) RETURNING *, id + 1 AS next) SELECT * FROM x;

-- Functions in FROM
CREATE FUNCTION as_table(a int) RETURNS TABLE (x int, y mood) LANGUAGE sql AS 'SELECT 1, ''good''::mood';
CREATE FUNCTION as_rows() RETURNS SETOF u LANGUAGE sql AS 'SELECT * FROM u';
CREATE FUNCTION with_out(int, OUT a int, OUT b text) LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE FUNCTION overloaded(a int) RETURNS mood LANGUAGE sql AS 'SELECT ''good''::mood';
CREATE FUNCTION overloaded(a text) RETURNS email[] LANGUAGE sql AS 'SELECT NULL::email[]';
CREATE FUNCTION as_comp() RETURNS SETOF comp LANGUAGE sql AS 'SELECT NULL::comp';
CREATE FUNCTION boxed(anyelement) RETURNS anyarray LANGUAGE sql AS 'SELECT ARRAY[$1]';
CREATE VIEW from_functions AS SELECT * FROM generate_series(1, 3) g, unnest(ARRAY['a', 'b']) WITH ORDINALITY AS z (el, pos), jsonb_each('{}') e, jsonb_array_elements('[]') AS item (v), jsonb_to_recordset('[]') AS rs (aa int, bb varchar(5)), unnest(ARRAY[1], ARRAY['x']) AS two (n1, n2), ROWS FROM (generate_series(1, 2), as_table(1)) AS rf (n3, n4, n5);
CREATE VIEW from_scalars AS SELECT g, item, item ->> 'x' AS xx, g + 1 AS g1 FROM generate_series(1, 3) g, jsonb_array_elements('[]') item;
CREATE VIEW from_xml_and_json AS SELECT * FROM xmltable('/r' PASSING '<r/>'::xml COLUMNS a int PATH 'p', num FOR ORDINALITY) AS xt, json_table('{}'::jsonb, '$' COLUMNS (b int, NESTED PATH '$.x' COLUMNS (c text), d FOR ORDINALITY)) AS jt;
CREATE VIEW from_own AS SELECT * FROM as_table(1), with_out(2) r (aa);
CREATE VIEW from_own_rows AS SELECT q.id, q.d FROM as_rows() AS q;
CREATE VIEW of_own AS SELECT overloaded(1) AS a, overloaded('x'::text) AS b, (with_out(1)).b AS c, boxed(price) AS d, boxed(m) AS e FROM t, w;
CREATE VIEW of_comp AS SELECT * FROM as_comp();
CREATE VIEW fields AS SELECT (c).x, (c).y AS yy, (cs[1]).y AS cy FROM w;
CREATE VIEW all_fields AS SELECT (c).* FROM w;
CREATE TYPE pair AS (x int, y text);
CREATE VIEW of_pair AS SELECT (ROW (1, 'x')::pair).x;
CREATE VIEW gone_with_pair AS SELECT (ROW (1, 'x')::pair).y;
CREATE VIEW of_server AS SELECT relname, reltuples, n.nspname, a.query, a.pid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_stat_activity a;
CREATE VIEW of_schema AS SELECT table_name, data_type, ordinal_position FROM information_schema.columns;

-- What happens to it all later
ALTER TABLE t ADD COLUMN late int;
ALTER TABLE u ADD COLUMN late date;
ALTER TABLE t RENAME COLUMN price TO cost;
ALTER TABLE u RENAME TO uu;
ALTER VIEW upon_view RENAME COLUMN uname TO user_name;
ALTER TABLE aliased RENAME COLUMN a TO aa;
ALTER MATERIALIZED VIEW dates RENAME COLUMN day TO the_day;
ALTER VIEW of_pair RENAME TO of_pairs;
ALTER VIEW merged RENAME TO was_merged;
CREATE OR REPLACE VIEW was_merged AS SELECT t.id::bigint AS id, uu.late FROM t JOIN uu ON uu.t_id = t.id;
CREATE VIEW needs_late AS SELECT id FROM was_merged ORDER BY late;
CREATE VIEW takes_late AS SELECT late FROM t;
ALTER TABLE t DROP COLUMN late CASCADE;
ALTER TABLE uu DROP COLUMN amount CASCADE;
DROP VIEW rows_as_whole;
ALTER TYPE mood RENAME TO temper;
ALTER TYPE pair ADD ATTRIBUTE z numeric(5, 2), DROP ATTRIBUTE y CASCADE;
ALTER TYPE pair RENAME ATTRIBUTE z TO zz;
ALTER TYPE pair RENAME ATTRIBUTE x TO xx;
ALTER TYPE pair RENAME TO twins;
ALTER TYPE twins RENAME ATTRIBUTE xx TO xxx;
ALTER TYPE comp RENAME ATTRIBUTE x TO xx;
CREATE TYPE person AS (name text, age int);
CREATE TABLE people OF person (name NOT NULL DEFAULT 'x', PRIMARY KEY (name));
ALTER TYPE person ADD ATTRIBUTE email email CASCADE, ALTER ATTRIBUTE age TYPE bigint CASCADE;
ALTER TYPE person RENAME ATTRIBUTE name TO full_name CASCADE;
ALTER TABLE people RENAME TO persons;
ALTER TYPE person RENAME TO human;
ALTER TYPE human DROP ATTRIBUTE age CASCADE;
ALTER TABLE persons NOT OF;
ALTER TYPE human ADD ATTRIBUTE size int CASCADE;
ALTER TABLE persons ADD COLUMN size int;
ALTER TABLE persons OF human;
ALTER TYPE human RENAME ATTRIBUTE size TO height CASCADE;
CREATE TABLE gone OF human;
DROP TABLE gone;
