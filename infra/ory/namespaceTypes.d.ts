/**
 * What Ory's permission language may say, as far as ours says it, so that the file it is pushed from has its types checked.
 * A subject is of no type that could be written down: any relation may be asked whether it includes one.
 */
declare module '@ory/keto-namespace-types' {
  export interface Context {
    subject: never;
  }

  export interface Namespace {
    related?: Record<string, Namespace[]>;
    permits?: Record<string, (ctx: Context) => boolean>;
  }

  /** Whoever has the relation R to an A. */
  export type SubjectSet<A extends Namespace, R extends keyof A['related']> =
    A['related'] extends Record<R, (infer Subject)[]> ? Subject : never;
}
