CREATE TABLE notes (
  id bigint PRIMARY KEY,
  user_id text REFERENCES users,
--                        ^^^^^ error add-foreign-key-refused: foreign key constraint cannot be implemented: "user_id" of "notes" is text, "id" of "users" is bigint. Give both the same type.
  product text REFERENCES order_items (product),
--                        ^^^^^^^^^^^ error add-foreign-key-refused: there is no unique constraint matching given keys for referenced table "order_items": "product". Reference the primary key, or add a unique constraint first.
  event_id bigint REFERENCES events,
--                           ^^^^^^ error add-foreign-key-refused: there is no primary key for referenced table "events". Name columns that are unique.
  share percentage REFERENCES orders (id),
  parent_id bigint REFERENCES notes (id)
);
ALTER TABLE events ADD COLUMN user_id uuid REFERENCES users (id);
--                                                    ^^^^^ error add-foreign-key-refused: foreign key constraint cannot be implemented: "user_id" of "events" is uuid, "id" of "users" is bigint. Give both the same type.
-- No migration creates this type, and what is not known is not compared.
ALTER TABLE events ADD COLUMN status order_status REFERENCES users (id);
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "events" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE events ADD COLUMN status order_status REFERENCES users (id);
--+ RESET lock_timeout;
