-- lockstep-ignore-file lock-timeout-missing: not what this is about

CREATE INDEX orders_created_at_idx ON orders (created_at);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "orders" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS orders_created_at_idx;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop orders_created_at_idx before the next try.
--+ CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);

-- The author's layout, comments and options stay; the name is the one that PostgreSQL would give.
create unique index -- one open order per user
--<^^^^^^^^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "orders" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS public.orders_user_id_lower_total_idx;
--+
--+ -- The author's layout, comments and options stay; the name is the one that PostgreSQL would give.
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop orders_user_id_lower_total_idx before the next try.
--+ create unique index concurrently orders_user_id_lower_total_idx -- one open order per user
  on public.orders using btree (user_id, lower(coupon) text_pattern_ops desc)
--                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning unique-index-without-precheck: Fails if two rows share the same (user_id, lower(coupon) text_pattern_ops desc). Nothing before it looks for duplicates. Remove them first.
--fix review: Set "closed_at" to now() on all but the newest by "created_at"
--+ -- Of the rows that share user_id, lower(coupon), keeps the newest by "created_at" and sets
--+ -- closed_at = now() on the others.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY user_id, lower(coupon) ORDER BY created_at DESC, id DESC) AS place
--+   FROM public.orders
--+   WHERE closed_at is null
--+     AND lower(coupon) IS NOT NULL
--+ )
--+ UPDATE public.orders AS duplicate
--+ SET closed_at = now()
--+ FROM ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--fix review: Set "closed_at" to now() on all but the oldest by "created_at"
--+ -- Of the rows that share user_id, lower(coupon), keeps the oldest by "created_at" and sets
--+ -- closed_at = now() on the others.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY user_id, lower(coupon) ORDER BY created_at ASC, id ASC) AS place
--+   FROM public.orders
--+   WHERE closed_at is null
--+     AND lower(coupon) IS NOT NULL
--+ )
--+ UPDATE public.orders AS duplicate
--+ SET closed_at = now()
--+ FROM ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--fix review: Delete duplicates, keep the newest by "created_at", and point "order_items" at it
--+ -- Of the rows that share user_id, lower(coupon), keeps the newest by "created_at" and deletes
--+ -- the others.
--+ BEGIN;
--+ -- Until COMMIT no other transaction can add rows that the deletion would take along.
--+ LOCK TABLE order_items IN SHARE ROW EXCLUSIVE MODE;
--+ -- public.order_items refers to it by (order_id), ON DELETE CASCADE: its rows move to the row that stays.
--+ WITH ranked AS (
--+   SELECT ctid,
--+     id AS old_id, first_value(id) OVER copies AS new_id,
--+     row_number() OVER copies AS place
--+   FROM public.orders
--+   WHERE closed_at is null
--+     AND lower(coupon) IS NOT NULL
--+   WINDOW copies AS (PARTITION BY user_id, lower(coupon) ORDER BY created_at DESC, id DESC)
--+ ), moved_1 AS (
--+   UPDATE order_items AS referring
--+   SET order_id = ranked.new_id
--+   FROM ranked
--+   WHERE ranked.place > 1
--+     AND referring.order_id = ranked.old_id
--+ )
--+ DELETE FROM public.orders AS duplicate
--+ USING ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+ COMMIT;
--+
--fix review: Delete duplicates, keep the oldest by "created_at", and point "order_items" at it
--+ -- Of the rows that share user_id, lower(coupon), keeps the oldest by "created_at" and deletes
--+ -- the others.
--+ BEGIN;
--+ -- Until COMMIT no other transaction can add rows that the deletion would take along.
--+ LOCK TABLE order_items IN SHARE ROW EXCLUSIVE MODE;
--+ -- public.order_items refers to it by (order_id), ON DELETE CASCADE: its rows move to the row that stays.
--+ WITH ranked AS (
--+   SELECT ctid,
--+     id AS old_id, first_value(id) OVER copies AS new_id,
--+     row_number() OVER copies AS place
--+   FROM public.orders
--+   WHERE closed_at is null
--+     AND lower(coupon) IS NOT NULL
--+   WINDOW copies AS (PARTITION BY user_id, lower(coupon) ORDER BY created_at ASC, id ASC)
--+ ), moved_1 AS (
--+   UPDATE order_items AS referring
--+   SET order_id = ranked.new_id
--+   FROM ranked
--+   WHERE ranked.place > 1
--+     AND referring.order_id = ranked.old_id
--+ )
--+ DELETE FROM public.orders AS duplicate
--+ USING ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+ COMMIT;
--+
--fix review: Set "closed_at" to now() in batches of 10,000 on all but the newest by "created_at"
--+ -- Of the rows that share user_id, lower(coupon), keeps the newest by "created_at" and sets
--+ -- closed_at = now() on the others, 10,000 rows per transaction.
--+ DO $$
--+ BEGIN
--+   LOOP
--+     WITH ranked AS (
--+       SELECT ctid, row_number() OVER (PARTITION BY user_id, lower(coupon) ORDER BY created_at DESC, id DESC) AS place
--+       FROM public.orders
--+       WHERE closed_at is null
--+         AND lower(coupon) IS NOT NULL
--+     ), batch AS (
--+       SELECT * FROM ranked WHERE place > 1 LIMIT 10000
--+     )
--+     UPDATE public.orders AS duplicate
--+     SET closed_at = now()
--+     FROM batch
--+     WHERE duplicate.ctid = batch.ctid;
--+     EXIT WHEN NOT FOUND;
--+     COMMIT;
--+   END LOOP;
--+ END
--+ $$;
--+
--fix review: Insert a duplicate check that stops the migration
--+ -- Stops here if rows share user_id, lower(coupon), before anything is built.
--+ DO $$
--+ DECLARE
--+   duplicate record;
--+ BEGIN
--+   SELECT concat_ws(', ', (user_id)::text, (lower(coupon))::text) AS value, count(*) AS copies, count(*) OVER () AS keys
--+   INTO duplicate
--+   FROM public.orders
--+   WHERE closed_at is null
--+     AND lower(coupon) IS NOT NULL
--+   GROUP BY user_id, lower(coupon)
--+   HAVING count(*) > 1
--+   LIMIT 1;
--+   IF FOUND THEN
--+     RAISE EXCEPTION '"orders" has duplicates: values of (user_id, lower(coupon)) that occur more than once: %; for instance (%), % times.',
--+       duplicate.keys, duplicate.value, duplicate.copies
--+       USING ERRCODE = 'unique_violation', HINT = 'Remove them before "orders_user_id_lower_total_idx" is created; nothing has been built yet.';
--+   END IF;
--+ END
--+ $$;
--+
--fix review: Remove duplicates, check, build concurrently
--+ -- Of the rows that share user_id, lower(coupon), keeps the newest by "created_at" and sets
--+ -- closed_at = now() on the others.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY user_id, lower(coupon) ORDER BY created_at DESC, id DESC) AS place
--+   FROM public.orders
--+   WHERE closed_at is null
--+     AND lower(coupon) IS NOT NULL
--+ )
--+ UPDATE public.orders AS duplicate
--+ SET closed_at = now()
--+ FROM ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--+ -- Stops here if rows share user_id, lower(coupon), before anything is built.
--+ DO $$
--+ DECLARE
--+   duplicate record;
--+ BEGIN
--+   SELECT concat_ws(', ', (user_id)::text, (lower(coupon))::text) AS value, count(*) AS copies, count(*) OVER () AS keys
--+   INTO duplicate
--+   FROM public.orders
--+   WHERE closed_at is null
--+     AND lower(coupon) IS NOT NULL
--+   GROUP BY user_id, lower(coupon)
--+   HAVING count(*) > 1
--+   LIMIT 1;
--+   IF FOUND THEN
--+     RAISE EXCEPTION '"orders" has duplicates: values of (user_id, lower(coupon)) that occur more than once: %; for instance (%), % times.',
--+       duplicate.keys, duplicate.value, duplicate.copies
--+       USING ERRCODE = 'unique_violation', HINT = 'Remove them before "orders_user_id_lower_total_idx" is created; nothing has been built yet.';
--+   END IF;
--+ END
--+ $$;
--+
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS public.orders_user_id_lower_total_idx;
--+
--+ -- The author's layout, comments and options stay; the name is the one that PostgreSQL would give.
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop orders_user_id_lower_total_idx before the next try.
--+ create unique index concurrently orders_user_id_lower_total_idx -- one open order per user
  include (total) with (fillfactor = 70) where closed_at is null;

CREATE INDEX IF NOT EXISTS orders_total_idx ON orders (total);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "orders" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS orders_total_idx;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop orders_total_idx before the next try.
--+ CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);

-- Takes SHARE on each partition; there is no CONCURRENTLY for it.
CREATE INDEX measurements_value_idx ON measurements (value);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "measurements" and its partitions until it is done. Build it concurrently on each partition, then attach those to an index ON ONLY the table.
--fix review: Build concurrently on each partition
--+ -- Builds nothing. The index is invalid until that of each partition is attached, also of one
--+ -- that no migration creates.
--+ SET lock_timeout = '5s';
--+ CREATE INDEX measurements_value_idx ON ONLY measurements (value);
--+ RESET lock_timeout;
--+
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS measurements_2025_value_idx;
--+
--+ -- Writes to "measurements_2025" go on while its index is built. A build that fails, also by
--+ -- lock_timeout, leaves an invalid index: drop measurements_2025_value_idx before the next try.
--+ CREATE INDEX CONCURRENTLY measurements_2025_value_idx ON measurements_2025 (value);
--+
--+ -- Attaching builds nothing. With the last one, the index of "measurements" is valid.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER INDEX measurements_value_idx ATTACH PARTITION measurements_2025_value_idx;
--+ COMMIT;

-- Nothing is built.
CREATE INDEX measurements_only_idx ON ONLY measurements (value, taken_at);

-- There is nothing to build any more.
CREATE INDEX IF NOT EXISTS orders_user_id_idx ON orders (user_id);

-- Of a table that is not known, no more is known.
CREATE INDEX ON shop.visits (id);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "visits" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS shop.visits_id_idx;
--+
--+ -- Of a table that is not known, no more is known.
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop visits_id_idx before the next try.
--+ CREATE INDEX CONCURRENTLY visits_id_idx ON shop.visits (id);

-- Nobody else can use a table that this migration has made, or a temporary one.
CREATE TABLE invoices (id bigint);
CREATE INDEX ON invoices (id);
CREATE TEMP TABLE batch (id bigint);
CREATE INDEX ON batch (id);

CREATE INDEX CONCURRENTLY orders_closed_at_idx ON orders (closed_at);

DO $$
BEGIN
  IF to_regclass('public.orders_quantity_idx') IS NULL THEN
    CREATE INDEX orders_quantity_idx ON orders (quantity);
--  ^^^^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "orders" until it is done. Build it with CONCURRENTLY, outside a transaction.
  END IF;
END
$$;
