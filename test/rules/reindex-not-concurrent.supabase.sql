-- runner: supabase 2.109.1

REINDEX TABLE public.orders;
--<^^^^ warning reindex-not-concurrent: Rebuilding blocks every write to "orders", and every query of it that has to be planned, until it is done. Rebuild with CONCURRENTLY, outside a transaction.
--fix review: Rebuild concurrently
--+ -- Reads and writes go on during the rebuild. A rebuild that fails leaves an invalid index whose
--+ -- name ends with _ccnew.
--+ REINDEX TABLE CONCURRENTLY public.orders;
--+ file supabase/migrations/20260103000000_migration_continued.sql
--+ ANALYZE orders;
ANALYZE orders;
