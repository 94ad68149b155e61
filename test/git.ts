import { execFileSync } from 'node:child_process';
import { devNull } from 'node:os';

/**
 * Runs git in a folder of the test, and returns what it prints.
 *
 * Neither the variables that git sets in its hooks (GIT_DIR, GIT_INDEX_FILE: with them it works on the repository of
 * whoever runs the tests, wherever it is started) nor that person's configuration (commit.gpgsign, hooks) reach it.
 */
export function git(folder: string, words: readonly string[], input = ''): string {
  return execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: gitEnvironment(process.env),
    input,
    // What it says of its own accord is for a person.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** This environment without what steers git, and without a person's configuration of it. */
function gitEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(others), GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1' };
}
