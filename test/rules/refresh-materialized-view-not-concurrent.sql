-- lockstep-ignore-file lock-timeout-missing: not what this is about

REFRESH MATERIALIZED VIEW rates;
--<^^^^^^^^^^^^^^^^^^^^^^ warning refresh-materialized-view-not-concurrent: Blocks every read of "rates" until its query is done. Refresh it with CONCURRENTLY, which needs a unique index.
--fix review: Add CONCURRENTLY
--+ REFRESH MATERIALIZED VIEW CONCURRENTLY rates;
refresh materialized view public.rates with data;
--<^^^^^^^^^^^^^^^^^^^^^^ warning refresh-materialized-view-not-concurrent: Blocks every read of "rates" until its query is done. Refresh it with CONCURRENTLY, which needs a unique index.
--fix review: Add CONCURRENTLY
--+ refresh materialized view concurrently public.rates with data;

-- Has no unique index to compare its rows by.
REFRESH MATERIALIZED VIEW prices;
--<^^^^^^^^^^^^^^^^^^^^^^ warning refresh-materialized-view-not-concurrent: Blocks every read of "prices" until its query is done. Refresh it with CONCURRENTLY, which needs a unique index.

REFRESH MATERIALIZED VIEW CONCURRENTLY rates;
REFRESH MATERIALIZED VIEW prices WITH NO DATA;
CREATE MATERIALIZED VIEW fees AS SELECT 1 AS id;
REFRESH MATERIALIZED VIEW fees;

-- Nobody can read it before that.
REFRESH MATERIALIZED VIEW prices;
REFRESH MATERIALIZED VIEW prices;
--<^^^^^^^^^^^^^^^^^^^^^^ warning refresh-materialized-view-not-concurrent: Blocks every read of "prices" until its query is done. Refresh it with CONCURRENTLY, which needs a unique index.
