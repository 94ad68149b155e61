-- The extensions that the installation guide of ChirpStack has the administrator create.
CREATE EXTENSION pg_trgm;
CREATE EXTENSION hstore;
