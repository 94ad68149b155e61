// Installs a migration runner from npm for the tests that run it, into the cache, and prints its directory as last line.
// usage: node scripts/npm-program.mjs supabase@3.1.0 [package@version ...]
import { PlainError, runMain } from './processes.mjs';
import { installPackages, provision } from './provision/cache.mjs';

await runMain(async () => {
  const packages = process.argv.slice(2);
  if (packages.length === 0 || !packages.every((name) => /^(?:@[\w-]+\/)?[\w-]+@\d[\w.-]*$/.test(name))) {
    throw new PlainError('Name packages with their exact versions, such as supabase@3.1.0.');
  }
  const name = packages.join('+').replaceAll('/', '-');
  console.log(
    await provision(name, packages.join(' and '), (unfinished) => installPackages(unfinished, packages)),
  );
  return 0;
});
