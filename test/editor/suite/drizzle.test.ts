// Workspace: examples/drizzle
import assert from 'node:assert/strict';
import {
  applyAction,
  filesOnDisk,
  openFile,
  readFromDisk,
  until,
  waitForAction,
  waitForRule,
} from './editor';

const folder = 'src/db/migrations';
const naive = `${folder}/0001_curly_zaran.sql`;

describe('a Drizzle project', () => {
  it('says that the runner cannot do it, and offers the two ways around', async () => {
    const { document } = await openFile(naive);
    const { range } = await waitForRule(document, 'create-index-not-concurrent');
    await waitForAction(document, range, /^Build concurrently, with a COMMIT at a breakpoint/);
    const before = filesOnDisk();
    await applyAction(await waitForAction(document, range, /^Build concurrently, by hand before the deploy/));
    const [runbook = ''] = await until('the runbook is on disk', () => {
      const files = filesOnDisk().filter((file) => !before.includes(file));
      return files.length > 0 && files;
    });
    assert.match(runbook, /^src\/db\/migrations\/manual\//);
    assert.match(readFromDisk(runbook), /CREATE UNIQUE INDEX CONCURRENTLY "messages_channel_sequence_uq"/);
    assert.match(document.getText(), /CREATE UNIQUE INDEX IF NOT EXISTS "messages_channel_sequence_uq"/);
  });

  it('keeps the breakpoints when it commits at one', async () => {
    const { document } = await openFile(naive);
    const { range } = await waitForRule(document, 'create-index-not-concurrent');
    await applyAction(await waitForAction(document, range, /with a COMMIT at a breakpoint/));
    const chunks = document.getText().split('--> statement-breakpoint');
    const index = chunks.findIndex((chunk) => /CREATE UNIQUE INDEX CONCURRENTLY/.test(chunk));
    assert.ok(index > 0, document.getText());
    assert.equal(chunks[index]?.match(/;/g)?.length, 1, 'it is alone in its chunk');
  });
});
