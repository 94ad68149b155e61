begin;
--<^^ error transaction-left-open: No COMMIT ends this transaction: the server rolls it back when psql disconnects. Add COMMIT at the end.
--fix review: Add COMMIT at the end
--+ commit;
COPY tags (id, name) FROM stdin;
1	red
\.

-- That is all.
