// The contract between the launcher, which starts an editor, and the suite, which runs inside of it.

/** What the launcher tells the suite, as JSON in the variable LOCKSTEP_EDITOR_SUITE. */
export interface SuiteOrder {
  /** The bundled test files to load. */
  readonly files: readonly string[];
  /** Where the suite writes its {@link SuiteResult}. */
  readonly resultFile: string;
  /** The copy that the tests may change; it holds the folders that are open, or is the only one. */
  readonly workspace: string;
  /** The untouched copy of the workspace, from which it is restored after each test. */
  readonly originalWorkspace: string;
  /** Where the .vsix is installed. */
  readonly extensions: string;
}

/** The outcome of one test. */
interface TestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly milliseconds: number;
  readonly error?: string;
}

/**
 * Written after each test. An extension host that is killed ends with code 0, and so does a suite without a test:
 * only this file proves that the tests have run.
 */
export interface SuiteResult {
  finished: boolean;
  /** The test that runs now: the one to look at when the host hangs. */
  running?: string;
  tests: TestResult[];
}
