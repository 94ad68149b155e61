import { functionNames } from './functions.generated';

/** How a function may depend on what is not among its arguments, as in pg_proc. */
type Volatility = keyof typeof functionNames;

let byName: ReadonlyMap<string, Volatility> | undefined;

/** The volatility of one of PostgreSQL's own functions, or of a well-known extension's; undefined for others. */
export function builtinVolatility(name: string): Volatility | undefined {
  byName ??= new Map(
    (Object.entries(functionNames) as [Volatility, string][]).flatMap(([volatility, names]) =>
      names.split(/\s/).map((one): [string, Volatility] => [one, volatility]),
    ),
  );
  return byName.get(name);
}
