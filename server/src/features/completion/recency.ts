import type { Catalog } from '../../catalog/catalog';
import type { Origin, Relation } from '../../catalog/relation';
import type { Analysis } from '../analysis';

/** The files that have made something of a relation. */
const filesOf = new WeakMap<Relation, readonly string[]>();

const known = new WeakMap<Catalog, ReadonlyMap<string, number>>();

/** How long ago things were made, in migrations: what was worked on last is most likely meant. */
export class Recency {
  /** For each file how many came behind it. */
  private readonly distances: ReadonlyMap<string, number>;

  constructor(private readonly analysis: Analysis) {
    const { history } = analysis.surroundings;
    let distances = known.get(history);
    if (distances === undefined) known.set(history, (distances = distancesIn(history)));
    this.distances = distances;
  }

  /** 0 for what the file itself has made. */
  of({ file }: Origin): number {
    return file === this.analysis.surroundings.path
      ? 0
      : 1 + (this.distances.get(file) ?? this.distances.size);
  }

  /** Of the newest part of a relation. */
  ofRelation(relation: Relation): number {
    let newest = Infinity;
    for (const file of partsFrom(relation)) newest = Math.min(newest, this.of({ file, statement: 0 }));
    return newest;
  }
}

/** Runners order their files by the numbers or the times in their names. */
function distancesIn(catalog: Catalog): ReadonlyMap<string, number> {
  const files = new Set<string>();
  for (const relation of catalog.allRelations()) {
    for (const file of partsFrom(relation)) files.add(file);
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  const sorted = [...files].sort((a, b) => compare(b, a));
  return new Map(sorted.map((file, index) => [file, index]));
}

function partsFrom(relation: Relation): readonly string[] {
  let files = filesOf.get(relation);
  if (files === undefined) {
    const { columns, constraints, indexes, triggers, policies } = relation;
    const all = [relation, ...columns, ...constraints, ...indexes, ...triggers, ...policies];
    filesOf.set(relation, (files = [...new Set(all.map(({ origin }) => origin.file))]));
  }
  return files;
}
