import { pgTable, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Direct messages between two people. */
export const conversations = pgTable('conversations', {
  id: uuid('id').primaryKey().defaultRandom(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
