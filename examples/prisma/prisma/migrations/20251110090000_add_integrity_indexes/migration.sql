-- One open conversation for each lead.
CREATE UNIQUE INDEX "Conversation_lead_open_unique"
  ON "Conversation"(lead_id)
  WHERE closed_at IS NULL;

-- The newest messages of a conversation.
CREATE INDEX "Message_conversation_id_created_at_idx"
  ON "Message"(conversation_id, created_at DESC);

-- The newest conversations of a customer.
CREATE INDEX "Conversation_customer_id_started_at_idx"
  ON "Conversation"(customer_id, started_at DESC);
