CREATE TABLE notes (
  id bigint PRIMARY KEY,
  user_id text REFERENCES users,
--                        ^^^^^ error add-foreign-key-refused: "notes"."user_id" is text and "users"."id" is bigint: no operator compares them. Give both the same type.
  product text REFERENCES order_items (product),
--                        ^^^^^^^^^^^ error add-foreign-key-refused: No unique index of "order_items" is on exactly "product". Reference the primary key, or add a unique constraint first.
  event_id bigint REFERENCES events,
--                           ^^^^^^ error add-foreign-key-refused: "events" has no primary key to reference. Name columns that are unique.
  share percentage REFERENCES orders (id),
  parent_id bigint REFERENCES notes (id)
);
ALTER TABLE events ADD COLUMN user_id uuid REFERENCES users (id);
--                                                    ^^^^^ error add-foreign-key-refused: "events"."user_id" is uuid and "users"."id" is bigint: no operator compares them. Give both the same type.
-- No migration creates this type, and what is not known is not compared.
ALTER TABLE events ADD COLUMN status order_status REFERENCES users (id);
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "events" without a lock_timeout; every query that comes later waits behind it. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s rather than make others wait behind it.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE events ADD COLUMN status order_status REFERENCES users (id);
--+ RESET lock_timeout;
