-- What hangs on objects besides their definitions, and where it goes with them.
CREATE ROLE reader; CREATE ROLE writer;
CREATE SCHEMA app AUTHORIZATION writer;
CREATE TABLE orders (id bigint PRIMARY KEY, state text, total int CHECK (total > 0), note text);
CREATE VIEW big AS SELECT id FROM orders WHERE total > 100;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM orders;
CREATE SEQUENCE numbers;
CREATE INDEX orders_state ON orders (state);
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE TYPE state AS ENUM ('open', 'done');
CREATE TYPE span AS RANGE (SUBTYPE = float8);
CREATE DOMAIN percent AS int DEFAULT 0 NOT NULL CHECK (VALUE BETWEEN 0 AND 100) CONSTRAINT even CHECK (VALUE % 2 = 0);

-- Comments.
COMMENT ON SCHEMA app IS 'the application';
COMMENT ON TABLE orders IS 'an ''order''';
COMMENT ON COLUMN orders.total IS 'in cents';
COMMENT ON COLUMN orders.note IS 'soon gone';
COMMENT ON COLUMN orders.note IS NULL;
COMMENT ON COLUMN big.id IS 'of the order';
COMMENT ON CONSTRAINT orders_total_check ON orders IS 'positive';
COMMENT ON CONSTRAINT orders_pkey ON orders IS 'key';
COMMENT ON INDEX orders_pkey IS 'index of the key';
COMMENT ON INDEX orders_state IS 'for the list';
COMMENT ON VIEW big IS 'big ones';
COMMENT ON MATERIALIZED VIEW counted IS 'how many';
COMMENT ON SEQUENCE numbers IS 'numbers';
COMMENT ON FUNCTION f(int) IS 'of a number';
COMMENT ON FUNCTION f(text) IS '';
COMMENT ON PROCEDURE p IS 'does nothing';
COMMENT ON AGGREGATE total(int) IS 'sum';
COMMENT ON TYPE state IS 'of an order';
COMMENT ON DOMAIN percent IS 'of a whole';
COMMENT ON CONSTRAINT even ON DOMAIN percent IS 'why not';

-- Privileges.
GRANT SELECT, INSERT ON orders TO reader, writer WITH GRANT OPTION;
GRANT SELECT ON orders TO PUBLIC;
GRANT UPDATE (state, total), REFERENCES (id) ON TABLE orders TO reader;
REVOKE GRANT OPTION FOR INSERT ON orders FROM writer;
REVOKE INSERT, UPDATE ON orders FROM reader;
GRANT ALL (note) ON orders TO writer;
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA public TO writer;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO reader;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(int) TO reader;
GRANT ALL ON ALL ROUTINES IN SCHEMA public TO writer;
GRANT USAGE ON SCHEMA app TO reader;
GRANT ALL ON SCHEMA public TO writer;
REVOKE USAGE ON TYPE state FROM PUBLIC;
GRANT USAGE ON DOMAIN percent TO reader;
REVOKE ALL ON counted FROM CURRENT_USER;

-- Default privileges, and owners.
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT EXECUTE ON ROUTINES TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE writer GRANT ALL ON TABLES TO reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON SEQUENCES TO reader;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO writer;
CREATE TABLE app.things (id serial, "Owner" int GENERATED ALWAYS AS IDENTITY);
CREATE FUNCTION app.g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TYPE app.kind AS ENUM ('a');
CREATE TABLE elsewhere (id int);
ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE SELECT ON TABLES FROM reader;
CREATE TABLE app.later (id int);
ALTER TABLE app.things OWNER TO writer;
ALTER FUNCTION f(int) OWNER TO reader;
ALTER TYPE state OWNER TO reader;
ALTER SCHEMA app OWNER TO CURRENT_USER;
GRANT CREATE ON SCHEMA public TO writer;
SET ROLE writer;
CREATE TABLE written (id int);
CREATE FUNCTION written() RETURNS int LANGUAGE sql AS 'SELECT 1';
RESET ROLE;

-- Triggers, rules, policies.
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF state, total ON orders FOR EACH ROW WHEN (NEW.total > 1) EXECUTE FUNCTION touch('a', 'b c');
CREATE TRIGGER listed AFTER UPDATE ON orders REFERENCING OLD TABLE AS before NEW TABLE AS "After" FOR EACH STATEMENT EXECUTE PROCEDURE touch();
CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.g();
CREATE TRIGGER emptied AFTER TRUNCATE ON orders EXECUTE FUNCTION touch();
CREATE TRIGGER instead INSTEAD OF INSERT ON big FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON TRIGGER touched ON orders IS 'touches';
CREATE OR REPLACE TRIGGER touched BEFORE INSERT OR UPDATE OF state, total ON orders FOR EACH ROW WHEN (NEW.total > 2) EXECUTE FUNCTION touch('c');
ALTER TRIGGER emptied ON orders RENAME TO was_emptied;
ALTER TABLE orders DISABLE TRIGGER listed, ENABLE ALWAYS TRIGGER checked;
CREATE RULE none AS ON DELETE TO orders WHERE OLD.total > 10 DO INSTEAD NOTHING;
CREATE RULE dropped AS ON DELETE TO orders DO ALSO NOTHING;
COMMENT ON RULE none ON orders IS 'keeps';
ALTER RULE none ON orders RENAME TO kept;
DROP RULE dropped ON orders;
ALTER TABLE orders DISABLE RULE kept;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON orders AS RESTRICTIVE FOR UPDATE TO reader, CURRENT_USER USING (total > 1) WITH CHECK (total > 2);
CREATE POLICY all_of ON orders USING (state = 'x');
CREATE POLICY dropped ON orders FOR INSERT WITH CHECK (true);
COMMENT ON POLICY own ON orders IS 'own';
ALTER POLICY all_of ON orders TO writer WITH CHECK (note IS NULL);
ALTER POLICY all_of ON orders RENAME TO every;
DROP POLICY dropped ON orders;
CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TRIGGER on_rows AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER on_statement AFTER INSERT ON parts EXECUTE FUNCTION touch();
CREATE TRIGGER dropped AFTER UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE part2 (id int, at date);
ALTER TABLE parts ATTACH PARTITION part2 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE part3 PARTITION OF parts FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
ALTER TABLE parts DETACH PARTITION part3;
ALTER TRIGGER on_rows ON parts RENAME TO for_rows;
DROP TRIGGER dropped ON parts;
ALTER FUNCTION touch() SET SCHEMA app;

-- Statistics, publications, extensions, collations.
CREATE STATISTICS orders_stat (ndistinct, mcv) ON state, total FROM orders;
CREATE STATISTICS app.all_of ON state, note, total FROM orders;
CREATE STATISTICS ON state, (total + 1) FROM orders;
CREATE STATISTICS dropped ON state, note FROM orders;
COMMENT ON STATISTICS orders_stat IS 'together';
ALTER STATISTICS orders_stat SET STATISTICS 200;
ALTER STATISTICS orders_stat RENAME TO orders_known;
ALTER STATISTICS app.all_of SET SCHEMA public;
DROP STATISTICS dropped;
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION some FOR TABLE orders (id, total), app.things WHERE (id > 1), TABLES IN SCHEMA public WITH (publish = 'insert, update', publish_via_partition_root);
CREATE PUBLICATION some FOR TABLE orders (id, total), app.things WHERE (id > 1) WITH (publish = 'insert, update', publish_via_partition_root);
ALTER PUBLICATION some ADD TABLE app.later;
ALTER PUBLICATION some DROP TABLE app.things;
ALTER PUBLICATION some SET (publish = 'delete');
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA app, public;
ALTER PUBLICATION schemas DROP TABLES IN SCHEMA public;
COMMENT ON PUBLICATION some IS 'some';
ALTER PUBLICATION some OWNER TO CURRENT_USER;
ALTER PUBLICATION schemas RENAME TO by_schema;
CREATE PUBLICATION dropped;
DROP PUBLICATION dropped;
CREATE COLLATION german (PROVIDER = builtin, LOCALE = 'C');
COMMENT ON COLLATION german IS 'sorts';
CREATE COLLATION app.copied FROM "C";
ALTER COLLATION german RENAME TO deutsch;
CREATE COLLATION dropped FROM "C";
DROP COLLATION dropped;

-- Domains.
ALTER DOMAIN percent ADD CONSTRAINT small CHECK (VALUE < 50) NOT VALID;
ALTER DOMAIN percent ADD CHECK (VALUE <> 7);
ALTER DOMAIN percent RENAME CONSTRAINT even TO by_two;
ALTER DOMAIN percent DROP CONSTRAINT percent_check;
ALTER DOMAIN percent VALIDATE CONSTRAINT small;
ALTER DOMAIN percent DROP DEFAULT;
ALTER DOMAIN percent DROP NOT NULL;
CREATE DOMAIN named AS text CONSTRAINT named_check CHECK (VALUE <> '');
ALTER DOMAIN named SET DEFAULT 'x';
ALTER DOMAIN named SET NOT NULL;

-- All of it follows.
ALTER TABLE orders RENAME COLUMN total TO amount;
ALTER TABLE orders DROP COLUMN note CASCADE;
ALTER TABLE orders RENAME TO purchases;
ALTER VIEW big RENAME COLUMN id TO order_id;
ALTER TABLE purchases SET SCHEMA app;
ALTER TYPE state SET SCHEMA app;
ALTER SCHEMA app RENAME TO shop;
CREATE OR REPLACE VIEW big AS SELECT id AS order_id, amount FROM shop.purchases;
CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE TABLE copied (LIKE shop.purchases INCLUDING ALL);
CREATE TABLE bare (LIKE shop.purchases);
CREATE SCHEMA gone;
CREATE TYPE gone.kind AS ENUM ('a');
CREATE FUNCTION of_kind(k gone.kind) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE gone.t (a int, b int);
CREATE FUNCTION of_row(gone.t) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE STATISTICS of_gone ON a, b FROM gone.t;
CREATE COLLATION gone.c FROM "C";
ALTER PUBLICATION some ADD TABLE gone.t;
ALTER DEFAULT PRIVILEGES IN SCHEMA gone GRANT SELECT ON TABLES TO reader;
DROP SCHEMA gone CASCADE;

-- Sequences.
CREATE SEQUENCE down AS int INCREMENT -2 MINVALUE -9000 CYCLE;
CREATE SEQUENCE up INCREMENT BY 5 START WITH 10 MAXVALUE 9223372036854775806 CACHE 20;
ALTER SEQUENCE up NO MAXVALUE NO CYCLE START 100;
CREATE SEQUENCE retyped;
ALTER SEQUENCE retyped AS smallint;
ALTER SEQUENCE down INCREMENT 1 NO MINVALUE NO MAXVALUE START 3 RESTART;
CREATE TABLE numbered (a smallserial, b bigserial, c smallint GENERATED ALWAYS AS IDENTITY (START 7 MAXVALUE 70), d int NOT NULL);
ALTER TABLE numbered ALTER d ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME own_name INCREMENT 3);
ALTER TABLE numbered ALTER c SET INCREMENT 2 SET START 9 RESTART, ALTER d TYPE bigint, ALTER a TYPE int;
CREATE TABLE numbered_too (LIKE numbered INCLUDING IDENTITY);
CREATE TABLE identified (a int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE identified_too (LIKE identified INCLUDING ALL);

-- The column of a sequence follows it.
CREATE TABLE tickets (id serial, old int);
ALTER SEQUENCE tickets_id_seq RENAME TO ticket_numbers;
CREATE SCHEMA elsewhere;
ALTER SEQUENCE ticket_numbers OWNED BY NONE;
ALTER SEQUENCE ticket_numbers OWNED BY tickets.old;
ALTER TABLE tickets SET SCHEMA elsewhere;
CREATE SEQUENCE least_small AS smallint MINVALUE -32768;
ALTER SEQUENCE least_small AS int;
CREATE SEQUENCE most_small AS smallint MAXVALUE 32767 INCREMENT -1;
ALTER SEQUENCE most_small AS int;
CREATE TEMPORARY SEQUENCE of_the_session;

-- Foreign keys of partitions: one that is there already is the parent's, and partitions of partitions have it too.
CREATE TABLE kinds (id int PRIMARY KEY);
CREATE TABLE things (id int, kind int) PARTITION BY LIST (id);
CREATE TABLE things_1 PARTITION OF things FOR VALUES IN (1);
ALTER TABLE things_1 ADD CONSTRAINT own_key FOREIGN KEY (kind) REFERENCES kinds;
CREATE TABLE things_2 (id int, kind int) PARTITION BY LIST (id);
CREATE TABLE things_2_1 PARTITION OF things_2 FOR VALUES IN (2);
ALTER TABLE things ADD CONSTRAINT kind_key FOREIGN KEY (kind) REFERENCES kinds;
ALTER TABLE things ATTACH PARTITION things_2 FOR VALUES IN (2);
ALTER TABLE things ADD CONSTRAINT second_key FOREIGN KEY (kind) REFERENCES kinds;
ALTER TABLE things ALTER CONSTRAINT kind_key DEFERRABLE;
ALTER TABLE things DROP CONSTRAINT second_key;

-- What is made with a schema is made in the server's order.
CREATE SCHEMA made_at_once
  CREATE UNIQUE INDEX first_a ON first (a)
  CREATE VIEW shown AS SELECT a, b FROM first
  CREATE TABLE first (a serial, b int)
  CREATE SEQUENCE counted;

CREATE PUBLICATION only_new FOR TABLE kinds WITH (publish = insert);
CREATE FUNCTION dated() RETURNS int LANGUAGE sql SET datestyle TO iso, mdy SET timezone TO 'UTC' AS 'SELECT 1';

-- The table goes with the type of the column that divides its rows.
CREATE DOMAIN day AS date;
CREATE TABLE by_day (id int, on_day day) PARTITION BY RANGE (on_day);
DROP DOMAIN day CASCADE;
