--
-- PostgreSQL database dump
--

\restrict jk8fgtY23Ud9z143B4OpL4oEBeimxXMenfp8BO3Vvgaxk8TP7PiXMr65leLaap3

-- Dumped from database version 15.18
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA shop;


--
-- Name: citext; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;


--
-- Name: EXTENSION citext; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';


--
-- Name: state; Type: TYPE; Schema: shop; Owner: -
--

CREATE TYPE shop.state AS ENUM (
    'open',
    'paid'
);


--
-- Name: touch(); Type: FUNCTION; Schema: shop; Owner: -
--

CREATE FUNCTION shop.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RETURN NEW; END $$;


SET default_tablespace = '';

--
-- Name: events; Type: TABLE; Schema: shop; Owner: -
--

CREATE TABLE shop.events (
    id integer NOT NULL,
    day date NOT NULL,
    body jsonb
)
PARTITION BY RANGE (day);


SET default_table_access_method = heap;

--
-- Name: events_2025; Type: TABLE; Schema: shop; Owner: -
--

CREATE TABLE shop.events_2025 (
    id integer NOT NULL,
    day date NOT NULL,
    body jsonb
);


--
-- Name: orders; Type: TABLE; Schema: shop; Owner: -
--

CREATE TABLE shop.orders (
    id integer NOT NULL,
    user_id bigint NOT NULL,
    state shop.state DEFAULT 'open'::shop.state NOT NULL,
    total numeric(10,2),
    twice numeric GENERATED ALWAYS AS ((total * (2)::numeric)) STORED,
    CONSTRAINT orders_total_check CHECK ((total >= (0)::numeric))
);


--
-- Name: open_orders; Type: VIEW; Schema: shop; Owner: -
--

CREATE VIEW shop.open_orders AS
 SELECT orders.id,
    orders.total
   FROM shop.orders
  WHERE (orders.state = 'open'::shop.state);


--
-- Name: orders_id_seq; Type: SEQUENCE; Schema: shop; Owner: -
--

CREATE SEQUENCE shop.orders_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: orders_id_seq; Type: SEQUENCE OWNED BY; Schema: shop; Owner: -
--

ALTER SEQUENCE shop.orders_id_seq OWNED BY shop.orders.id;


--
-- Name: users; Type: TABLE; Schema: shop; Owner: -
--

CREATE TABLE shop.users (
    id bigint NOT NULL,
    email public.citext NOT NULL,
    note text COLLATE pg_catalog."C"
);


--
-- Name: users_id_seq; Type: SEQUENCE; Schema: shop; Owner: -
--

ALTER TABLE shop.users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shop.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: events_2025; Type: TABLE ATTACH; Schema: shop; Owner: -
--

ALTER TABLE ONLY shop.events ATTACH PARTITION shop.events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');


--
-- Name: orders id; Type: DEFAULT; Schema: shop; Owner: -
--

ALTER TABLE ONLY shop.orders ALTER COLUMN id SET DEFAULT nextval('shop.orders_id_seq'::regclass);


--
-- Data for Name: events_2025; Type: TABLE DATA; Schema: shop; Owner: -
--

COPY shop.events_2025 (id, day, body) FROM stdin;
1	2025-05-05	{"a": ";"}
\.


--
-- Data for Name: orders; Type: TABLE DATA; Schema: shop; Owner: -
--

COPY shop.orders (id, user_id, state, total) FROM stdin;
1	1	open	10.00
\.


--
-- Data for Name: users; Type: TABLE DATA; Schema: shop; Owner: -
--

COPY shop.users (id, email, note) FROM stdin;
1	a@example.test	semi;colon\tand \\. and 'quote
2	b@example.test	\N
\.


--
-- Name: orders_id_seq; Type: SEQUENCE SET; Schema: shop; Owner: -
--

SELECT pg_catalog.setval('shop.orders_id_seq', 1, true);


--
-- Name: users_id_seq; Type: SEQUENCE SET; Schema: shop; Owner: -
--

SELECT pg_catalog.setval('shop.users_id_seq', 2, true);


--
-- Name: orders checked; Type: CHECK CONSTRAINT; Schema: shop; Owner: -
--

ALTER TABLE shop.orders
    ADD CONSTRAINT checked CHECK ((total < (1000)::numeric)) NOT VALID;


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: shop; Owner: -
--

ALTER TABLE ONLY shop.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id, day);


--
-- Name: events_2025 events_2025_pkey; Type: CONSTRAINT; Schema: shop; Owner: -
--

ALTER TABLE ONLY shop.events_2025
    ADD CONSTRAINT events_2025_pkey PRIMARY KEY (id, day);


--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: shop; Owner: -
--

ALTER TABLE ONLY shop.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


--
-- Name: users users_email_key; Type: CONSTRAINT; Schema: shop; Owner: -
--

ALTER TABLE ONLY shop.users
    ADD CONSTRAINT users_email_key UNIQUE (email);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: shop; Owner: -
--

ALTER TABLE ONLY shop.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: events_body_idx; Type: INDEX; Schema: shop; Owner: -
--

CREATE INDEX events_body_idx ON ONLY shop.events USING btree (body);


--
-- Name: events_2025_body_idx; Type: INDEX; Schema: shop; Owner: -
--

CREATE INDEX events_2025_body_idx ON shop.events_2025 USING btree (body);


--
-- Name: orders_open; Type: INDEX; Schema: shop; Owner: -
--

CREATE INDEX orders_open ON shop.orders USING btree (user_id, id DESC) INCLUDE (total) WHERE (state = 'open'::shop.state);


--
-- Name: events_2025_body_idx; Type: INDEX ATTACH; Schema: shop; Owner: -
--

ALTER INDEX shop.events_body_idx ATTACH PARTITION shop.events_2025_body_idx;


--
-- Name: events_2025_pkey; Type: INDEX ATTACH; Schema: shop; Owner: -
--

ALTER INDEX shop.events_pkey ATTACH PARTITION shop.events_2025_pkey;


--
-- Name: orders touch; Type: TRIGGER; Schema: shop; Owner: -
--

CREATE TRIGGER touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();


--
-- Name: orders orders_user_id_fkey; Type: FK CONSTRAINT; Schema: shop; Owner: -
--

ALTER TABLE ONLY shop.orders
    ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES shop.users(id) ON DELETE CASCADE;


--
-- Name: orders; Type: ROW SECURITY; Schema: shop; Owner: -
--

ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;

--
-- Name: orders own; Type: POLICY; Schema: shop; Owner: -
--

CREATE POLICY own ON shop.orders USING ((user_id = 1));


--
-- PostgreSQL database dump complete
--

\unrestrict jk8fgtY23Ud9z143B4OpL4oEBeimxXMenfp8BO3Vvgaxk8TP7PiXMr65leLaap3

