// Finds a program, or installs it from Debian's packages, for the tests that run it, and prints its path as last line.
// usage: node scripts/debian-program.mjs sqitch sqitch libdbd-pg-perl       (the program, then the packages)
import { PlainError, runMain } from './processes.mjs';
import { findOrInstall } from './provision/debian.mjs';

await runMain(async () => {
  const [name, ...packages] = process.argv.slice(2);
  if (name === undefined || packages.length === 0) throw new PlainError('Name a program and its packages.');
  console.log(await findOrInstall({ names: [name], packages, hint: `Install ${packages.join(' and ')}.` }));
  return 0;
});
