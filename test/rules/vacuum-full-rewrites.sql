VACUUM FULL orders;
--<^^^ warning vacuum-full-rewrites: Copies "orders" with all indexes; every read and write waits until it is done. Use pg_repack, or a plain VACUUM.
VACUUM (FULL, ANALYZE) users;
--<^^^ warning vacuum-full-rewrites: Copies "users" with all indexes; every read and write waits until it is done. Use pg_repack, or a plain VACUUM.
CLUSTER orders USING orders_user_id_idx;
--<^^^^ warning vacuum-full-rewrites: Copies "orders" with all indexes; every read and write waits until it is done. Use pg_repack, or a plain VACUUM.

VACUUM orders;
VACUUM (FULL false) orders;
ANALYZE orders;
