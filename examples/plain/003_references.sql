begin;

alter table orders
  add constraint orders_customer_fkey foreign key (customer_id) references customers (id);

alter table order_lines
  add constraint order_lines_order_fkey foreign key (order_id) references orders (id) on delete cascade,
  add constraint order_lines_product_fkey foreign key (product_id) references products (id);

alter table order_lines add constraint order_lines_quantity_check check (quantity > 0);

commit;
