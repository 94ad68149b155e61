-- lockstep-ignore-file lock-timeout-missing: not what this is about

TRUNCATE orders CASCADE;
--              ^^^^^^^ warning truncate-cascades: CASCADE also empties "order_items". Name all tables that are to be emptied.
--fix review: Name the tables
--+ TRUNCATE orders, order_items;
truncate table events, only public.orders restart identity cascade;
--                                                         ^^^^^^^ warning truncate-cascades: CASCADE also empties "order_items". Name all tables that are to be emptied.
--fix review: Name the tables
--+ truncate table events, only public.orders, public.order_items restart identity;

-- Reaches nothing else.
TRUNCATE orders, order_items CASCADE;
TRUNCATE users CASCADE;
TRUNCATE events;
