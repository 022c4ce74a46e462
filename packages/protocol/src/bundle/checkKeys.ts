import { keyEventHash, type KeyEvent, type Leaf } from '../leaf.js';
import { keyId as keyIdOf } from '../keys.js';
import { checkPlace, refusedAs } from './checkPlace.js';
import type { ForeignKeyLine, KeyLine } from './lines.js';
import { BrokenLine } from './report.js';
import { type AgentState, type VerifierState } from './state.js';

/** One event of an author's keys: which key is good from here on, or no longer. */
export function checkKey(state: VerifierState, line: KeyLine): void {
  const leaf = checkPlace(state, line);
  const { event } = line;
  const hash = refusedAs('key', () => keyEventHash(event));
  if (hash !== leaf.subjectHash) throw new BrokenLine('key', 'is another event of a key than was logged');
  if (event.change === 'begins') beginKey(state, leaf, line);
  else endKey(state, leaf, line);
}

function beginKey(state: VerifierState, { tag }: Leaf, { event, publicKey, index }: KeyLine): void {
  const { agentKeyId, epoch, keyId } = event;
  const agent = state.agents.get(tag) ?? startAgent(state, tag, event);
  checkAgent(agent, event, agent.epoch + 1);
  if (epoch === 1 && keyId !== agentKeyId) throw new BrokenLine('key', 'names the agent by another than its first key');
  const found = publicKey === null ? undefined : refusedAs('key', () => keyIdOf(publicKey));
  if (publicKey === null || found !== keyId)
    throw new BrokenLine('key', 'is not there, or is another than its id says');
  if (state.keys.has(keyId)) throw new BrokenLine('key', 'begins for the second time');
  endCurrent(state, agent, index);
  Object.assign(agent, { epoch, currentKeyId: keyId });
  state.keys.set(keyId, { publicKey, from: index, until: Infinity });
}

function endKey(state: VerifierState, { tag }: Leaf, { event, publicKey, index }: KeyLine): void {
  const agent = state.agents.get(tag);
  if (!agent) throw new BrokenLine('key', 'ends before it began');
  checkAgent(agent, event, agent.epoch);
  if (publicKey !== null || event.keyId !== agent.currentKeyId) {
    throw new BrokenLine('key', 'ends, and is not the one that was good until here');
  }
  endCurrent(state, agent, index);
}

function endCurrent({ keys }: VerifierState, agent: AgentState, index: number): void {
  if (agent.currentKeyId !== undefined) keys.get(agent.currentKeyId)!.until = index;
  agent.currentKeyId = undefined;
}

function checkAgent(agent: AgentState, event: KeyEvent, epoch: number): void {
  if (event.agentKeyId !== agent.agentKeyId) throw new BrokenLine('key', "stands in another agent's chain");
  if (event.epoch !== epoch) throw new BrokenLine('key', `is of epoch ${event.epoch}, where ${epoch} is due`);
}

function startAgent(state: VerifierState, tag: string, { agentKeyId }: KeyEvent): AgentState {
  const agent = { agentKeyId, epoch: 0, currentKeyId: undefined };
  state.agents.set(tag, agent);
  state.counts.authors++;
  return agent;
}

/** A key of which this log knows nothing: its signatures can be checked, and not whether it was good then. */
export function checkForeignKey(state: VerifierState, { publicKey }: ForeignKeyLine): void {
  const id = refusedAs('key', () => keyIdOf(publicKey));
  if (state.keys.has(id)) throw new BrokenLine('key', 'is called foreign, and the log knows it');
  state.foreignKeys.set(id, publicKey);
}
