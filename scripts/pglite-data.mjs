// Prints the path of an archive of PGlite's data as they are when they are new: to initialize them takes seconds.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { runMain } from './processes.mjs';
import { provision } from './provision/cache.mjs';

const { devDependencies } = createRequire(import.meta.url)('../package.json');

await runMain(async () => {
  const version = devDependencies['@electric-sql/pglite'];
  const folder = await provision(`pglite-${version}`, 'the data of an empty PGlite', async (directory) => {
    const database = await PGlite.create();
    const data = await database.dumpDataDir('none');
    await database.close();
    writeFileSync(path.join(directory, 'data.tar'), Buffer.from(await data.arrayBuffer()));
  });
  console.log(path.join(folder, 'data.tar'));
  return 0;
});
