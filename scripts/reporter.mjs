/**
 * Mocha's own listing, then each skipped test with its reason, then one line that a program can read (`.ci/run` sums
 * it). A test gives its reason with `skipBecause` from test/support/skip.ts.
 */
import Mocha from 'mocha';

export default class Reporter extends Mocha.reporters.Spec {
  #skipped = [];

  constructor(runner, options) {
    super(runner, options);
    runner.on(Mocha.Runner.constants.EVENT_TEST_PENDING, (test) => this.#skipped.push(test.fullTitle()));
  }

  epilogue() {
    super.epilogue();
    for (const title of this.#skipped) Mocha.reporters.Base.consoleLog(`skipped: ${title}`);
    const { passes, failures, pending } = this.stats;
    Mocha.reporters.Base.consoleLog(`tests: ${passes} passed, ${failures} failed, ${pending} skipped`);
  }
}
