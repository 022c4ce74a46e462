import { createHash } from 'node:crypto';
import type { Source } from '../../src/rules/consolidation/source.js';
import { embedLexically } from '../../src/rules/lexicalEmbedder.js';
import { similarityOf } from '../../src/rules/similarity.js';

const DAY = 86_400_000;

/** Notes as a consolidation reads them: one a day from 1 November 2026, with lexical vectors unless told otherwise. */
export function makeSources(
  contents: readonly string[],
  vectorOf: (content: string, index: number) => Float32Array | null = (content) => embedLexically(content).vector,
): Source[] {
  return contents.map((content, i) => {
    const { sketch, facts } = similarityOf(`\n${content}`, 'diary');
    return {
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      title: '',
      content,
      tags: [],
      importance: 5,
      createdAt: Date.UTC(2026, 10, 1) + i * DAY,
      textHash: createHash('sha256').update(content).digest('hex'),
      sketch,
      facts,
      vector: vectorOf(content, i),
    };
  });
}

/** Runs a generator that yields for others' sake to its end. */
export function runThrough<T>(generator: Generator<void, T>): T {
  for (;;) {
    const step = generator.next();
    if (step.done) return step.value;
  }
}
