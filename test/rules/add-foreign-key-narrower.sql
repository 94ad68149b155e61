CREATE TABLE notes (
--<^^^^^^^^^ information lock-timeout-missing: Waits for SHARE ROW EXCLUSIVE on "users" with no lock_timeout; later writes queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ CREATE TABLE notes (
--+   id integer PRIMARY KEY,
--+   user_id serial REFERENCES users,
--+   order_id percentage NOT NULL REFERENCES orders (id),
--+   parent_id bigint REFERENCES notes (id)
--+ );
--+ RESET lock_timeout;
  id integer PRIMARY KEY,
  user_id serial REFERENCES users,
--                          ^^^^^ warning add-foreign-key-narrower: "user_id" of "notes" is integer: beyond 2147483647 it cannot hold "id" of "users", which is bigint. Make it bigint.
  order_id percentage NOT NULL REFERENCES orders (id),
--                                        ^^^^^^ warning add-foreign-key-narrower: "order_id" of "notes" is integer: beyond 2147483647 it cannot hold "id" of "orders", which is bigint. Make it bigint.
  parent_id bigint REFERENCES notes (id)
);

-- The column is there already; changing its type is another migration.
ALTER TABLE orders ADD CONSTRAINT orders_quantity_fkey FOREIGN KEY (quantity) REFERENCES users (id) NOT VALID;
--                                                                                       ^^^^^ warning add-foreign-key-narrower: "quantity" of "orders" is integer: beyond 2147483647 it cannot hold "id" of "users", which is bigint. Make it bigint.
