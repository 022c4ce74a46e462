/**
 * Skips the running test, or from a `before` hook all tests beside it, and says why: the reason joins the title, so that
 * every reporter shows it, in parallel runs too. Needs a `function`: `skipBecause(this, 'needs TEST_DATABASE_URL')`.
 */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const running = context.test as (Mocha.Runnable & { type?: string }) | undefined;
  const skipped = running?.type === 'hook' ? running.parent : running;
  if (skipped) skipped.title += ` (${reason})`;
  return context.skip();
}
