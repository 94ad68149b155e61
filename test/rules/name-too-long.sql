CREATE TABLE notes (
  id bigint PRIMARY KEY,
  a_column_of_which_the_name_says_all_that_it_is_about_and_much_more_besides text,
--^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint name-too-long: This name has 74 bytes; PostgreSQL truncates it to "a_column_of_which_the_name_says_all_that_it_is_about_and_much_m". Choose a shorter one.
  CONSTRAINT notes_a_constraint_of_which_the_name_says_all_that_it_is_about_too CHECK (id > 0)
--           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint name-too-long: This name has 66 bytes; PostgreSQL truncates it to "notes_a_constraint_of_which_the_name_says_all_that_it_is_about_". Choose a shorter one.
);
CREATE INDEX notes_an_index_of_which_the_name_says_all_that_it_is_about_once_more ON notes (id);
--                                                                                         ^^^^ information create-index-duplicate: The index "notes_pkey" has the same columns. Leave this one out.
--           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint name-too-long: This name has 68 bytes; PostgreSQL truncates it to "notes_an_index_of_which_the_name_says_all_that_it_is_about_once". Choose a shorter one.
ALTER TABLE notes RENAME TO "Anmerkungen über alles, was in den Bestellungen größer ausfällt";
--                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint name-too-long: This name has 67 bytes; PostgreSQL truncates it to "Anmerkungen über alles, was in den Bestellungen größer ausf". Choose a shorter one.
CREATE TRIGGER before_each_change_of_an_order_write_down_what_it_has_been_until_then BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
--<^^^^^^^^^^^ information lock-timeout-missing: Waits for SHARE ROW EXCLUSIVE on "orders" with no lock_timeout; later writes queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ CREATE TRIGGER before_each_change_of_an_order_write_down_what_it_has_been_until_then BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
--+ RESET lock_timeout;
--             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint name-too-long: This name has 69 bytes; PostgreSQL truncates it to "before_each_change_of_an_order_write_down_what_it_has_been_unti". Choose a shorter one.
