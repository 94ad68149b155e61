// What XML, YAML and JSON of a build say: by their parsers, so that comments, quotes and the order of attributes are theirs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { includesOf } from '../../server/src/runners/liquibase/changelog';
import { flywayVersion } from '../../server/src/runners/files/manifests';
import { memoryTree } from './tree';

describe('the includes of a changelog', () => {
  const both = [
    { kind: 'include', name: 'a & b.sql' },
    { kind: 'includeAll', name: 'all' },
  ];

  test('in XML', () => {
    const head = `<?xml version="1.0"?>\n<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">`;
    const xml = `${head}
  <!-- <include file="gone.sql"/> -->
  <changeSet id="1" author="x"><sql><![CDATA[ SELECT '<include file="text.sql"/>'; ]]></sql></changeSet>
  <include relativeToChangelogFile='true'
           file='classpath:a &amp; b.sql'/>
  <includeAll path="all" />
</databaseChangeLog>`;
    assert.deepEqual(includesOf('changelog.xml', xml), both);
    const prefixed = xml.replaceAll(/<(\/?)(?=\w+(?:Log|ude|udeAll)\b)/g, '<$1db:');
    assert.deepEqual(includesOf('db.changelog.XML', prefixed), both);
    assert.deepEqual(includesOf('changelog.xml', xml.slice(0, -30)), []);
  });

  test('in YAML and JSON', () => {
    const yaml = `databaseChangeLog:
# - include:
#     file: gone.sql
- changeSet: {id: 1, author: x, comment: "include: {file: text.sql}"}
- include:
    relativeToChangelogFile: true
    file: "classpath:a & b.sql"   # the first
- includeAll: {path: all}
- property:
- include: {file: 7}
- 3
-
`;
    assert.deepEqual(includesOf('changelog.yaml', yaml), both);
    const json = { databaseChangeLog: [{ include: { file: 'a & b.sql' } }, { includeAll: { path: 'all' } }] };
    assert.deepEqual(includesOf('changelog.json', JSON.stringify(json, undefined, '\t')), both);
    for (const text of ['', '{', 'databaseChangeLog: x', 'databaseChangeLog: [', '[]', 'null', '&a [*a]']) {
      assert.deepEqual(includesOf('changelog.yml', text), [], text);
    }
  });
});

describe('the version of Flyway in a pom.xml', () => {
  const version = (dependencies: string, properties = ''): string | undefined =>
    flywayVersion(
      '/p',
      memoryTree({
        '/p/pom.xml': `<project><properties>${properties}</properties><dependencies>${dependencies}</dependencies></project>`,
      }),
    );

  test('is that of a part of it, in any order', () => {
    const id = '<artifactId>flyway-core</artifactId>';
    assert.equal(version(`<dependency>${id}<version>10.4.1</version></dependency>`), '10.4.1');
    assert.equal(version(`<dependency><version> 10.4.1 </version>${id}</dependency>`), '10.4.1');
    assert.equal(version(`<!-- <dependency>${id}<version>9.0.0</version></dependency> -->`), undefined);
    assert.equal(version(`<dependency>${id}</dependency><x><version>1.2.3</version></x>`), undefined);
  });

  test('is a property, if that says one', () => {
    const named =
      '<dependency><artifactId>flyway-core</artifactId><version>${flyway.version}</version></dependency>';
    assert.equal(version(named, '<flyway.version>10.4.1</flyway.version>'), '10.4.1');
    assert.equal(version(named, '<flyway.version>${other}</flyway.version>'), undefined);
  });
});
