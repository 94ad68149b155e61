import { bigint, index, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { channels } from './channel';
import { conversations } from './conversation';
import { users } from './user';

/** A message stands in a channel or in a conversation, at a place in its order. */
export const messages = pgTable(
  'messages',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    channelId: uuid('channel_id').references(() => channels.id, { onDelete: 'cascade' }),
    conversationId: uuid('conversation_id').references(() => conversations.id, { onDelete: 'cascade' }),
    authorId: uuid('author_id')
      .notNull()
      .references(() => users.id),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    body: text('body').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('messages_author_id_idx').on(table.authorId),
    uniqueIndex('messages_channel_sequence_uq').on(table.channelId, table.sequence),
    uniqueIndex('messages_conversation_sequence_uq').on(table.conversationId, table.sequence),
  ],
);
