-- lockstep-ignore-file lock-timeout-missing: not what this is about

CREATE TABLE measurements_rest PARTITION OF measurements DEFAULT;
ALTER TABLE measurements DETACH PARTITION measurements_2025;
--                       ^^^^^^^^^^^^^^^^ information detach-partition-not-concurrent: Waits for all queries on "measurements"; later queries queue up meanwhile. Set lock_timeout: with a default partition there is no concurrent form.
