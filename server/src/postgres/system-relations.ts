import { systemRelations } from './system-relations.generated';

/** One of the server's own tables and views. */
interface SystemRelation {
  readonly columns: readonly {
    readonly name: string;
    /** As in pg_type; undefined where majors differ. */
    readonly type: string | undefined;
    readonly collation: string | undefined;
  }[];
  /** Whether all majors have just these columns. */
  readonly isSameInAll: boolean;
}

let byName: ReadonlyMap<string, string> | undefined;

/** The columns of a relation of pg_catalog, or of `information_schema.name`. */
export function systemRelation(name: string): SystemRelation | undefined {
  byName ??= new Map(
    systemRelations
      .trim()
      .split('\n')
      .map((line) => {
        const space = line.indexOf(' ');
        return [line.slice(0, space), line.slice(space + 1)];
      }),
  );
  const same = byName.get(name);
  const words = same ?? byName.get(`${name}?`);
  if (words === undefined) return undefined;
  const columns = words.split(' ').map((word) => {
    const [column = '', written] = word.split(':');
    const [type, collation] = written?.split('=') ?? [];
    return { name: column, type, collation };
  });
  return { columns, isSameInAll: same !== undefined };
}
