import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { timelinePage } from '../../client/src/timeline-page';
import { timelineView } from '../../server/src/features/timeline-view';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from '../features/analysed';

const past = 'CREATE TABLE users (id int); CREATE TABLE "a<b" (id int);';
const site = {
  nonce: 'n',
  source: 'https://files.test',
  font: 'https://files.test/codicon.ttf',
  linkTo: ({ line }: { readonly line: number }) => `command:reveal?${line}`,
};

function page(text: string): string {
  return timelinePage(timelineView(analysed(text, { past })), site);
}

describe('the page of the timeline', () => {
  before(loadGrammar);

  it('draws a bar over the statements during which a relation is held', () => {
    const text = 'BEGIN;\nCREATE INDEX ON users (id);\nDROP TABLE "a<b";\nDROP TABLE users;\nCOMMIT;';
    const html = page(text);
    assert.match(
      html,
      /<th scope="col" title="users"><span>users<\/span><\/th><th scope="col" title="a&lt;b">/,
    );
    assert.match(
      html,
      /<td class="bar writes" rowspan="2"><a href="command:reveal\?1" title="SHARE on users, line 2 to 3, blocks writes" aria-label="SHARE on users,/,
    );
    assert.match(
      html,
      /<td class="bar all" rowspan="2"><a href="command:reveal\?3" title="ACCESS EXCLUSIVE on users, line 4/,
    );
    assert.match(
      html,
      /<td class="bar all" rowspan="3"><a href="command:reveal\?2" title="ACCESS EXCLUSIVE on a&lt;b, line 3/,
    );
    assert.match(
      html,
      /<a href="command:reveal\?1" title="Go to line 2">CREATE INDEX on users<\/a> <span class="notes"><span class="icon watch" aria-hidden="true"><\/span> scans/,
    );
    assert.match(
      html,
      /<div class="warnings"><ul aria-label="1 statement is slow[^"]+"><li><span [^>]+><\/span> Line 2, CREATE INDEX on users: its time grows with the rows/,
    );
    assert.equal(html.match(/<tbody>/g)?.length, 1);
    // Of the two DROP nothing is to be said.
    assert.equal(html.match(/<tr class="slow">/g)?.length, 1);
    assert.equal(html.match(/class="icon watch"/g)?.length, 1);
    assert.equal(html.match(/<span class="notes">/g)?.length, 1);
    assert.doesNotMatch(html, /a<b/);
    // Each row has as many cells as the table has columns, counting the bars that reach into it.
    assert.equal(html.match(/<td><\/td>/g)?.length, 3);
  });

  it('runs nothing and loads nothing', () => {
    const html = page('DROP TABLE users; -- <script>alert(1)</script>');
    assert.match(html, /content="default-src 'none'; style-src 'nonce-n'; font-src https:\/\/files\.test"/);
    assert.doesNotMatch(html, /<script|<img|\son\w+=|\sstyle=|https?:(?!\/\/files\.test)/);
  });

  it('says when there is nothing to draw', () => {
    assert.match(page('SELECT 1; CREATE TABLE t (a int); DROP TABLE t;'), /No existing relation is locked/);
  });

  it('has one line for statements that lock nothing, and no heading for a statement by itself', () => {
    const html = page('SELECT 1;\nSELECT 2;\nDROP TABLE users;\nSELECT 3;\n');
    assert.match(html, />2 statements lock no existing relation\.<.*DROP TABLE.*>1 statement locks/s);
    assert.doesNotMatch(html, /rowgroup/);
  });

  it('does not draw more than can be looked at', () => {
    const html = page('DROP TABLE users;\n'.repeat(9000));
    assert.match(html, />\d+ statements more are not drawn\.</);
    assert.ok(html.length < 5_000_000);
  });
});
