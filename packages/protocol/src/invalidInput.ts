/**
 * What every check in this package throws: a value that has no place in the protocol's bytes. Ask for `error.name`, which
 * survives a durable replay and a second copy of this package; `instanceof` does neither.
 */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';

  /** `problem` continues the field's name into a sentence: `title` + `has more than 255 code points`. */
  constructor(
    readonly field: string,
    problem: string,
  ) {
    super(`${field} ${problem}`);
  }
}
